import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { name } from '../../../package.json';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { type Finished, finish } from '../../system/clouds/organization/run-snapshot';
import { InstalledPackage } from '../../system/package/installed-package';
import { REPOSITORY, UNVALIDATED } from '../repository';
import { installTarball } from '../tutorial/install-tarball';

export interface TeamOptions {
  readonly forge: Forge;
  /** Further options of `init`. */
  readonly init: readonly string[];
  /** Default branch of the repository. @default main */
  readonly branch?: string;
}

/** A pull request, and what merging it would make. */
export interface Proposal {
  readonly kind: 'pull-request';
  readonly head: string;
  readonly base: string;
  readonly commit: string;
}

/** Repository as the forge's stand-in names it. */
export const REPOSITORY_NAMES: Readonly<Record<Forge, string>> = {
  github: 'insurance/identity',
  gitlab: 'insurance/identity',
  'azure-devops': 'insurance/Customer identity/identity',
};

/**
 * A team's repository as `npm install` and `entra-aws init` leave it, with a remote, and a machine whose `npm ci` takes what was
 * installed once, since nothing may be fetched.
 */
export class Team {
  readonly root = mkdtempSync(join(tmpdir(), 'runner-'));
  /** Where an engineer works. */
  readonly folder = join(this.root, 'work');
  readonly remote = join(this.root, 'remote.git');
  readonly branch: string;
  readonly forge: Forge;
  private readonly bin = join(this.root, 'bin');
  private readonly installed = join(this.root, 'installed');

  private constructor(options: Pick<TeamOptions, 'forge' | 'branch'>) {
    this.forge = options.forge;
    this.branch = options.branch ?? 'main';
  }

  /** An empty folder on such a machine, and an empty repository at the forge. */
  static empty(options: Pick<TeamOptions, 'forge' | 'branch'>): Team {
    const team = new Team(options);
    for (const folder of [team.folder, team.bin, team.installed, team.home, team.temporary]) mkdirSync(folder);
    const packed = InstalledPackage.create();
    installTarball(packed, team.installed, packed.tarball);
    packed.remove();
    team.writeNpm();
    writeFileSync(
      join(team.home, '.gitconfig'),
      `[init]\n  defaultBranch = ${team.branch}\n[url "file://${team.remote}"]\n  insteadOf = ${team.address}\n`,
    );
    spawnSync('git', ['init', '--quiet', '--bare', '--initial-branch', team.branch, team.remote]);
    spawnSync('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: team.remote });
    return team;
  }

  static async create(options: TeamOptions): Promise<Team> {
    const team = Team.empty(options);
    team.git('init', '--quiet');
    team.git('remote', 'add', 'origin', `file://${team.remote}`);
    team.write('package.json', readFileSync(join(team.installed, 'package.json'), 'utf8'));
    await team.run('npm', 'install');
    await team.entraAws('init', 'acme', '--yes', '--forge', options.forge, ...options.init);
    return team;
  }

  /** Address of the repository as a person types it, which this machine finds in a folder. */
  get address(): string {
    return `git@${this.forge}.com:${REPOSITORY_NAMES[this.forge]}.git`;
  }

  /**
   * Environment of a machine that runs jobs: nothing that leads to an account, and into this repository only what spares work.
   * What CloudFormation's validator finds is the same at each forge, so one of them shows that it runs.
   */
  get environment(): Readonly<Record<string, string>> {
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
    const user = { NAME: 'Ada', EMAIL: 'ada@example.com' };
    const { NODE_COMPILE_CACHE } = process.env;
    return {
      ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
      ...(this.forge !== 'github' && UNVALIDATED),
      PATH: [this.bin, dirname(process.execPath), ...path].join(delimiter),
      HOME: this.home,
      TMPDIR: this.temporary,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      npm_config_update_notifier: 'false',
      GIT_CONFIG_NOSYSTEM: '1',
      ...Object.fromEntries(
        Object.entries(user).flatMap(([key, value]) => [
          [`GIT_AUTHOR_${key}`, value],
          [`GIT_COMMITTER_${key}`, value],
        ]),
      ),
    };
  }

  /** Commits everything that the engineer has, and pushes it. */
  push(branch: string, message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    this.git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** Pushes a branch from the default one with a change, and what merging it would make. */
  async propose(message: string, change: () => void | Promise<void>): Promise<Proposal> {
    const base = this.git('rev-parse', `origin/${this.branch}`).trim();
    this.git('checkout', '--quiet', '--force', '-B', 'change', base);
    await change();
    const head = this.push('change', message);
    this.git('checkout', '--quiet', '--detach', base);
    this.git('merge', '--quiet', '--no-ff', '--message', `Merge ${head} into ${base}`, head);
    this.git('push', '--quiet', '--force', 'origin', 'HEAD:refs/pull/7/merge');
    const merge = this.git('rev-parse', 'HEAD').trim();
    this.git('checkout', '--quiet', this.branch);
    return { kind: 'pull-request', head, base, commit: merge };
  }

  /** Merges what was proposed. */
  merge(): string {
    this.git('checkout', '--quiet', '--force', '-B', this.branch, `origin/${this.branch}`);
    this.git('merge', '--quiet', '--no-ff', '--message', 'Merge the change', 'change');
    this.git('push', '--quiet', 'origin', this.branch);
    return this.git('rev-parse', 'HEAD').trim();
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** @throws Error if the text is not there, and the edit means nothing any more */
  edit(path: string, from: string, to: string): void {
    const text = readFileSync(join(this.folder, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no '${from}'`);
    this.write(
      path,
      text.replace(from, () => to),
    );
  }

  git(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: this.environment,
    });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Runs the program as the team types it. @throws Error with what it wrote, unless it ends with 0 */
  async entraAws(...args: readonly string[]): Promise<string> {
    return this.run('npx', '--no', 'entra-aws', ...args);
  }

  /** Variables that the engineer has beside the machine's, such as keys. */
  readonly variables: Record<string, string> = {};

  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.start(program, args);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${String(code)}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** `npm ci` of jobs fails from now on, as it does where the registry does not answer. */
  loseRegistry(): void {
    writeFileSync(this.lost, '');
  }

  /** Files with a token that runs left on the machine. */
  leftFiles(): readonly string[] {
    const folders = [this.temporary, this.home];
    return folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => readFileSync(file, 'latin1').includes('eyJhbGciOi')),
    );
  }

  /** Puts a program before all others of its name on the PATH of the machine. */
  addProgram(name: string, lines: readonly string[]): void {
    const file = join(this.bin, name);
    writeFileSync(file, ['#!/usr/bin/env bash', ...lines, ''].join('\n'));
    chmodSync(file, 0o755);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private get home(): string {
    return join(this.root, 'home');
  }

  private get temporary(): string {
    return join(this.root, 'tmp');
  }

  private get lost(): string {
    return join(this.root, 'registry-is-gone');
  }

  private start(program: string, args: readonly string[]): Promise<Finished> {
    const env = { ...this.environment, ...this.variables };
    return finish(spawn(program, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  private writeNpm(): void {
    const modules = join(this.installed, 'node_modules');
    if (!existsSync(modules)) throw new Error(`${modules} is not there`);
    this.addProgram('npm', [
      `modules='${modules}'`,
      // Plain code, which a team leaves with, has packages that this repository installs for itself.
      `if [ -f package.json ] && ! grep -q '"${name}"' package.json; then modules='${join(REPOSITORY, 'node_modules')}'; fi`,
      'case "$*" in',
      // What the tarball holds is the packed program.
      `exec\\ --*) while [ "$1" != -- ]; do shift; done; exec "$modules/.bin/\${@:2:1}" "\${@:3}" ;;`,
      `install) [ -f package-lock.json ] || echo '{ "lockfileVersion": 3, "packages": {} }' > package-lock.json ;;`,
      'ci*) [ -f package-lock.json ] || { echo "npm error code EUSAGE" >&2; exit 1; } ;;',
      // Scripts of the package are npm's own business.
      `*) exec "$(type -ap npm | grep -vxF '${join(this.bin, 'npm')}' | head -1)" "$@" ;;`,
      'esac',
      `[ ! -e '${this.lost}' ] || { echo "npm error code ENOTFOUND" >&2; exit 1; }`,
      'rm -rf node_modules; mkdir node_modules; ln -s "$modules"/* "$modules/.bin" node_modules/',
    ]);
  }
}
