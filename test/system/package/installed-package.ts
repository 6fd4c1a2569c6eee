import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import lock from '../../../package-lock.json';
import { bin, dependencies, name, version } from '../../../package.json';
import { REPOSITORY, SANDBOX } from '../../support/repository';

const LockedPackage = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  /** Inside another package's tarball. */
  inBundle: z.boolean().default(false),
  peerDependenciesMeta: z.record(z.string(), z.looseObject({ optional: z.boolean().optional() })).default({}),
});
const LOCKED = z.record(z.string(), LockedPackage).parse(lock.packages);

/**
 * A team's folder with the package as `npm install` of its tarball leaves it, with nothing fetched: what was packed, unpacked,
 * and beside it what its dependencies lead to by the lock file, and nothing else, so that one that is missing shows.
 */
export class InstalledPackage {
  /** What `npm pack` made, beside the folder. */
  readonly tarball: string;
  /** Every file of the tarball. */
  readonly files: readonly string[];
  /** Paths in the lock file of what is installed with it, without what other packages have inside. */
  readonly installed = closureOf(dependencies).filter((path) => LOCKED[path]?.inBundle === false);

  private constructor(readonly folder: string) {
    this.tarball = this.unpack();
    for (const path of this.installed) if (!/node_modules\/.*node_modules\//.test(path)) this.link(path);
    this.files = readdirSync(this.place(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.place().length + 1));
  }

  static create(): InstalledPackage {
    const installed = new InstalledPackage(mkdtempSync(join(tmpdir(), 'team-')));
    const spec = 'file:../entra-aws-identity-cli-0.1.0.tgz';
    installed.write('package.json', JSON.stringify({ private: true, dependencies: { [name]: spec } }));
    return installed;
  }

  /** A file of the package. */
  place(...parts: readonly string[]): string {
    return join(this.folder, 'node_modules', name, ...parts);
  }

  /** The program, as the link of npm leads to it. */
  get program(): string {
    return this.place(bin['entra-aws']);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /**
   * Makes another version of the installed program, as a newer tarball would, with other words in it.
   *
   * @returns undoes it
   */
  become(newer: string, words: Readonly<Record<string, string>>): () => void {
    const program = this.place('dist/library/program.cjs');
    const text = readFileSync(program, 'utf8');
    let changed = text.replaceAll(JSON.stringify(version), JSON.stringify(newer));
    for (const [from, to] of Object.entries(words)) {
      if (!changed.includes(from)) throw new Error(`the program does not say '${from}'`);
      changed = changed.replaceAll(from, to);
    }
    writeFileSync(program, changed);
    return () => {
      writeFileSync(program, text);
    };
  }

  /** Copies the package's example. */
  copySandbox(): void {
    cpSync(SANDBOX, join(this.folder, 'estates/sandbox'), { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.tarball, { force: true });
  }

  private unpack(): string {
    mkdirSync(this.place(), { recursive: true });
    const beside = `${this.folder}.tgz`;
    cpSync(packed(this.folder), beside);
    run('tar', ['-xzf', beside, '--strip-components', '1', '-C', this.place()], this.folder);
    return beside;
  }

  private link(path: string): void {
    const place = join(this.folder, path);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(REPOSITORY, path), place);
  }
}

const CACHE = join(REPOSITORY, 'node_modules/.cache/entra-aws-identity');
const PACKING = join(CACHE, 'packing.lock');
const LOOK_AGAIN_MS = 200;

/**
 * What `npm pack` makes of the repository as it is, kept for the next suite that wants it: nothing that it reads differs where
 * every file has the same content. One suite packs at a time, since all compile into the same folder.
 */
function packed(folder: string): string {
  const kept = join(CACHE, `packed-${contentHash()}.tgz`);
  return alone(() => (existsSync(kept) ? kept : pack(folder, kept)));
}

function pack(folder: string, kept: string): string {
  const said = run('npm', ['pack', '--silent', '--pack-destination', folder], REPOSITORY);
  const tarball = join(folder, said.trim().split('\n').at(-1) ?? '');
  for (const older of readdirSync(CACHE).filter((name) => /^packed-.+\.tgz$/.test(name))) rmSync(join(CACHE, older));
  const own = `${kept}.${process.pid}`;
  cpSync(tarball, own);
  renameSync(own, kept);
  rmSync(tarball);
  return kept;
}

/** Runs what no other process runs at the same time; one that was killed holds nothing up. */
function alone<Made>(run: () => Made): Made {
  mkdirSync(CACHE, { recursive: true });
  while (!isTaken()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  try {
    return run();
  } finally {
    rmSync(PACKING, { force: true });
  }
}

/** @returns false while another process has it */
function isTaken(): boolean {
  try {
    writeFileSync(PACKING, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isOwned()) rmSync(PACKING, { force: true });
    return false;
  }
}

function isOwned(): boolean {
  try {
    return process.kill(Number(readFileSync(PACKING, 'utf8')), 0);
  } catch (error) {
    // It was given up, between the two, or its owner is no more.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

/** Hash of every file of the repository that git does not ignore, committed or not, and of the Node that compiles them. */
function contentHash(): string {
  const hash = createHash('sha256').update(process.version);
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], REPOSITORY);
  for (const path of new Set(
    listed
      .split('\0')
      .filter((one) => one !== '')
      .toSorted(),
  )) {
    const file = join(REPOSITORY, path);
    if (existsSync(file)) hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 24);
}

/** Runs a program to its end. @throws Error with what it wrote, unless it ends with 0 */
function run(program: string, args: readonly string[], cwd: string): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: Infinity });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}\n${stderr}`);
  return stdout;
}

/** Where the lock file has the packages that these need, and those that they need. */
function closureOf(names: Readonly<Record<string, string>>): readonly string[] {
  const found = new Set<string>();
  const follow = (from: string, needed: Readonly<Record<string, unknown>>): void => {
    for (const one of Object.keys(needed)) {
      const path = resolveFrom(from, one);
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      const { optionalDependencies, peerDependencies, peerDependenciesMeta, ...entry } = LockedPackage.parse(
        LOCKED[path],
      );
      const peers = Object.entries(peerDependencies).filter(([peer]) => peerDependenciesMeta[peer]?.optional !== true);
      follow(path, { ...entry.dependencies, ...optionalDependencies, ...Object.fromEntries(peers) });
    }
  };
  follow('', names);
  return [...found].toSorted();
}

/** As Node looks for a package: beside who needs it, then further up. */
function resolveFrom(from: string, needed: string): string | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${needed}`;
  if (path in LOCKED) return path;
  if (from === '') return undefined;
  return resolveFrom(from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), needed);
}
