import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseQuietly } from '../estate/source/parse-quietly';
import { stackName } from '../estate/plan/stacks';
import { isPacked, packageFile } from '../package/files';
import { estateText, type MarkedEstate, PROGRAM_OF, type Stage } from './marked-estate';

/** Name of the project, which is that of the configuration of its stacks. */
const PROJECT = 'entra-aws-identity';

/** Link to the package: the engine starts no program outside of the project's folder. */
const PACKAGE = 'package';

/** As a shell answers for a program that it does not find, and for one that a signal ended. */
export const NOT_FOUND = 127;
const ENDED_BY_SIGNAL = 130;

const DESCRIPTION = {
  name: PROJECT,
  main: `${PACKAGE}/${isPacked ? 'dist/pulumi.cjs' : 'stacks/pulumi.ts'}`,
  runtime: { name: 'nodejs', options: { typescript: false, ...(!isPacked && { nodeargs: '--import tsx' }) } },
  plugins: { providers: [{ name: 'entragraph', path: `${PACKAGE}/${isPacked ? 'dist/provider' : 'provider'}` }] },
};

/** A Pulumi project of a marked estate, with its state, in a folder of its own. */
export class PulumiProject {
  readonly stack: string;
  private readonly folder: string;

  constructor(
    folder: string,
    private readonly estate: MarkedEstate,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.folder = resolve(folder);
    this.stack = stackName(estate.mark, PROGRAM_OF[estate.kind]);
  }

  get log(): string {
    return join(this.folder, 'pulumi.log');
  }

  /** Writes the project where there is none yet. */
  create(): void {
    const { mark, kind, tenantId } = this.estate;
    mkdirSync(join(this.folder, 'estates', mark), { recursive: true, mode: 0o700 });
    symlinkSync(packageFile(), join(this.folder, PACKAGE), 'junction');
    writeFileSync(join(this.folder, 'Pulumi.yaml'), JSON.stringify(DESCRIPTION));
    const config = {
      [`${PROJECT}:estate`]: mark,
      [`${PROJECT}:program`]: PROGRAM_OF[kind],
      'azuread:tenantId': tenantId,
    };
    writeFileSync(join(this.folder, `Pulumi.${this.stack}.yaml`), JSON.stringify({ config }));
    this.write('first');
    writeFileSync(join(this.folder, 'passphrase'), randomBytes(24).toString('hex'), { mode: 0o600 });
  }

  write(stage: Stage): void {
    writeFileSync(join(this.folder, 'estates', this.estate.mark, 'estate.yaml'), estateText(this.estate, stage));
  }

  /** Tells whether a run came as far as to write it. */
  exists(): boolean {
    return existsSync(join(this.folder, 'passphrase'));
  }

  /** Makes the stack. */
  init(): Promise<number> {
    return this.pulumi('stack', 'init', this.stack);
  }

  /** Runs a command about the stack. @returns its exit code */
  run(...words: readonly [verb: string, ...string[]]): Promise<number> {
    return this.pulumi(...words, '--stack', this.stack);
  }

  /** What the CLI prints goes to the log: it has names and ids of the tenant. @returns its exit code; 127 where there is none */
  private async pulumi(...words: readonly string[]): Promise<number> {
    const log = openSync(this.log, 'a', 0o600);
    try {
      const args = [...words, '--non-interactive'];
      const child = spawn('pulumi', args, { cwd: this.folder, env: this.variables(), stdio: ['ignore', log, log] });
      const [code] = (await once(child, 'close')) as [number | null];
      return code ?? ENDED_BY_SIGNAL;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOT_FOUND;
      throw error;
    } finally {
      closeSync(log);
    }
  }

  /** Version of azuread's plug-in that made what the stack has; undefined where it has nothing. */
  azureadVersion(): string | undefined {
    const state = join(this.folder, '.pulumi/stacks', PROJECT, `${this.stack}.json`);
    const [, version] = /providers:azuread::default_(\d+_\d+_\d+)/.exec(readFileSync(state, 'utf8')) ?? [];
    return version?.replaceAll('_', '.');
  }

  /** Process id of a run that is still at work on the stack. */
  runningProcess(): number | undefined {
    const locks = join(this.folder, '.pulumi/locks');
    if (!existsSync(locks)) return undefined;
    const files = readdirSync(locks, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    const owners = files.map((name) => Lock.safeParse(parseQuietly(readFileSync(join(locks, name), 'utf8'))).data?.pid);
    return owners.find((pid) => pid !== undefined && isAlive(pid));
  }

  /** Deletes what a killed engine left half written beside the state: docs/rollback.md, 'Lost state'. */
  removeHalfWritten(): void {
    const stacks = join(this.folder, '.pulumi/stacks', PROJECT);
    if (!existsSync(stacks)) return;
    for (const name of readdirSync(stacks).map((one) => join(stacks, one)))
      if (name.endsWith('.attrs') && statSync(name).size === 0) rmSync(name);
  }

  private variables(): NodeJS.ProcessEnv {
    return {
      ...this.environment,
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(this.folder, 'passphrase'),
      PULUMI_SKIP_UPDATE_CHECK: 'true',
    };
  }
}

/** Source: Pulumi, pkg/backend/diy/lock.go. */
const Lock = z.object({ pid: z.int() });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
