import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError, LocalWorkspace, type ProjectSettings, type Stack } from '@pulumi/pulumi/automation';
import { z } from 'zod';
import { PROGRAMS } from '../../stacks/entra/programs';
import { planEstate } from '../estate/plan/estate-plan';
import { stackName } from '../estate/plan/stacks/stacks';
import { ESTATE_FILE, type EstateFolder } from '../estate/source/estate-folder';
import { formatFinding, hasErrors } from '../estate/source/finding';
import { parseQuietly } from '../estate/source/json-source';
import { isPacked, packageFile } from '../package/contents/files';
import { estateText, type MarkedEstate, PROGRAM_OF, type Stage } from './marked-estate';

/** Name of the project, which is that of the configuration of its stacks. */
const PROJECT = 'entra-aws-identity';

/** The Pulumi stack of a marked estate, with its state, in a folder of its own. */
export class MarkedStack {
  /** Stage that the next deployment declares. */
  stage: Stage = 'first';
  private readonly folder: string;
  private opened: Promise<Stack> | undefined;

  constructor(
    folder: string,
    private readonly estate: MarkedEstate,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.folder = resolve(folder);
  }

  /**
   * Runs a command of Pulumi on the stack. What it prints goes to the log: it has names and ids of the tenant.
   *
   * @returns false if it failed
   */
  async run(command: 'up' | 'preview' | 'refresh' | 'destroy' | 'cancel'): Promise<boolean> {
    const onOutput = (text: string): void => {
      this.log(text);
    };
    try {
      const stack = await this.open();
      if (command === 'cancel') await stack.cancel();
      else if (command === 'destroy') await stack.destroy({ onOutput, onError: onOutput });
      else if (command === 'up') await abortedByFault((signal) => stack.up({ onOutput, onError: onOutput, signal }));
      else
        await abortedByFault((signal) =>
          stack.preview({ onOutput, expectNoChanges: true, signal, refresh: command === 'refresh' }),
        );
      return true;
    } catch (error) {
      // What a command said is there already.
      if (!(error instanceof CommandError)) this.log(`${error instanceof Error ? error.message : String(error)}\n`);
      return false;
    }
  }

  /** Tells whether a run came as far as to make the stack. */
  exists(): boolean {
    return existsSync(this.stateFile);
  }

  /** `, azuread 6.9.1`: the plug-in that made what the stack has; empty where it has nothing. */
  azuread(): string {
    const state = this.exists() ? readFileSync(this.stateFile, 'utf8') : '';
    const [, version] = /providers:azuread::default_(\d+_\d+_\d+)/.exec(state) ?? [];
    return version === undefined ? '' : `, azuread ${version.replaceAll('_', '.')}`;
  }

  /** Process id of a run that is still at work on the stack. */
  runningProcess(): number | undefined {
    const locks = join(this.folder, '.pulumi/locks');
    if (!existsSync(locks)) return undefined;
    const files = readdirSync(locks, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    const owners = files.map((name) => Lock.safeParse(parseQuietly(readFileSync(join(locks, name), 'utf8'))).data?.pid);
    return owners.find((pid) => pid !== undefined && isAlive(pid));
  }

  /** Deletes what a killed engine left half written beside the state. */
  removeHalfWritten(): void {
    const folder = join(this.folder, '.pulumi/stacks', PROJECT);
    for (const name of readdirSync(folder).map((one) => join(folder, one)))
      if (name.endsWith('.attrs') && statSync(name).size === 0) rmSync(name);
  }

  private get name(): string {
    return stackName(this.estate.mark, PROGRAM_OF[this.estate.kind]);
  }

  private get stateFile(): string {
    return join(this.folder, '.pulumi/stacks', PROJECT, `${this.name}.json`);
  }

  private log(text: string): void {
    appendFileSync(join(this.folder, 'pulumi.log'), text, { mode: 0o600 });
  }

  private open(): Promise<Stack> {
    this.opened ??= this.make();
    return this.opened;
  }

  private async make(): Promise<Stack> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const passphrase = join(this.folder, 'passphrase');
    if (!existsSync(passphrase)) writeFileSync(passphrase, randomBytes(24).toString('hex'), { mode: 0o600 });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: this.name, projectName: PROJECT, program: () => Promise.resolve(this.program()) },
      {
        workDir: this.folder,
        projectSettings: projectIn(this.folder),
        envVars: {
          ...texts(this.environment),
          PULUMI_BACKEND_URL: `file://${this.folder}`,
          PULUMI_CONFIG_PASSPHRASE: readFileSync(passphrase, 'utf8'),
          PULUMI_SKIP_UPDATE_CHECK: 'true',
        },
      },
    );
    await stack.setConfig('azuread:tenantId', { value: this.estate.tenantId });
    return stack;
  }

  /** @throws Error if the estate that is written here has errors */
  private program(): Readonly<Record<string, unknown>> {
    const { estate, findings } = planEstate(this.estateFolder());
    if (hasErrors(findings)) throw new Error(findings.map(formatFinding).join('\n'));
    const warn = (message: string): void => {
      this.log(`${message}\n`);
    };
    return PROGRAMS[PROGRAM_OF[this.estate.kind]](estate, { now: new Date(), warn });
  }

  private estateFolder(): EstateFolder {
    const { mark, day } = this.estate;
    const text = estateText(this.estate, this.stage);
    const read: EstateFolder['read'] = (path) => (path === ESTATE_FILE ? { kind: 'text', text } : { kind: 'missing' });
    return { name: mark, label: `estates/${mark}`, latestDay: day, read };
  }
}

/** As Pulumi.yaml says it. The library's type does not know `plugins`, the engine does. */
function projectIn(folder: string): ProjectSettings {
  const path = packageFile(isPacked ? 'dist/provider' : 'provider');
  const settings: ProjectSettings & { readonly plugins: object } = {
    name: PROJECT,
    runtime: 'nodejs',
    backend: { url: `file://${folder}` },
    plugins: { providers: [{ name: 'entragraph', path }] },
  };
  return settings;
}

function texts(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Source: Pulumi, pkg/backend/diy/lock.go. */
const Lock = z.object({ pid: z.int() });

/** Tells whether an engine runs as this process: one that ended may leave its number to another, or to a zombie, which has no words. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('pulumi');
  } catch {
    return false;
  }
}

/**
 * Runs a command of Pulumi whose program is a part of this process, and aborts it once an output of the program fails. What waits
 * for that output is never registered, the program waits for it, and the engine waits for the program. (A program that the engine
 * itself has started ends with its process.)
 */
export async function abortedByFault<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  // A fault in an `apply` rejects a promise that is never awaited. Pulumi's own runtime listens as well, and prints it.
  process.on('unhandledRejection', abort);
  try {
    return await run(controller.signal);
  } finally {
    process.off('unhandledRejection', abort);
  }
}
