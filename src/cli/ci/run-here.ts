import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { type Failure, type JobRun, type Machine, runJob } from '../../deploy/ci/run-job';
import { givenToken } from '../../deploy/ci/pulumi-cloud';
import { jobFolder, removeJobFolder, TokenFiles } from '../../deploy/ci/token-files';
import { logGroups } from '../../deploy/forges/registry';
import { installPulumi } from '../../deploy/pipeline/install-pulumi';
import { logLines } from '../../deploy/pipeline/log-lines';
import { ASSEMBLY } from '../../deploy/pipeline/steps';
import { CLOUDS_FOLDER } from '../program/define';

type Log = Pick<NodeJS.WriteStream, 'write'> & { readonly fd: number };

/**
 * Runs a job on this machine, whose folder goes with it however it ends.
 *
 * @param log where the job and its commands print
 */
export async function runHere(run: JobRun, log: Log = process.stdout): Promise<readonly Failure[]> {
  const { env } = process;
  const folder = folderHere(env);
  const say = (text: string): void => void log.write(text);
  const tokens = new TokenFiles(folder, {
    get: (wanted) => givenToken(wanted, env),
    now: Date.now,
    later: (milliseconds, work) => {
      const timer = setTimeout(work, milliseconds).unref();
      return () => {
        clearTimeout(timer);
      };
    },
    warn: (text) => {
      say(logLines(text));
    },
  });
  const children = new ChildProcesses(log.fd);
  let pulumi: Promise<string | undefined> | undefined;
  const machine: Machine = {
    run: (words, variables) => children.run(words, variables),
    token: (wanted) => tokens.tokenOf(wanted),
    pulumi: () => (pulumi ??= installPulumi(folder)),
    say,
    now: () => new Date(),
    groups: logGroups(env, () => Date.now() / 1000),
    // What was installed comes before what the machine has, as it does for npm.
    variables: { ...env, PATH: [resolve('node_modules/.bin'), env['PATH']].join(delimiter) },
  };
  try {
    const failures = await children.whileHeard(() => runJob(run, machine));
    return failures ?? [{ step: run.job.id, why: 'cancelled' }];
  } finally {
    tokens.stop();
    removeJobFolder(folder);
    if (run.job.leaves?.isDeployed === false) removeDeployed();
  }
}

/** Folder of a job, which is removed too where the log is closed, or an error has no handler. */
function folderHere(variables: NodeJS.ProcessEnv): string {
  const folder = jobFolder(variables['RUNNER_TEMP'] ?? variables['AGENT_TEMPDIRECTORY'] ?? tmpdir());
  process.on('exit', () => {
    removeJobFolder(folder);
  });
  return folder;
}

/** Removes what only a deployment takes, so that no artifact that people read has it. */
function removeDeployed(): void {
  rmSync(ASSEMBLY, { recursive: true, force: true });
  if (!existsSync(CLOUDS_FOLDER)) return;
  for (const file of readdirSync(CLOUDS_FOLDER).filter((name) => name.endsWith('.plan.json')))
    rmSync(join(CLOUDS_FOLDER, file));
}

/** Signals by which a forge cancels a job. */
const CANCELLING = ['SIGINT', 'SIGTERM'] as const;

/** Commands of a job: those of this program run in processes of their own too, so that none has the identity of another. */
export class ChildProcesses {
  private current: ChildProcess | undefined;
  private isCancelled = false;

  /** @param output file descriptor that the commands print to. @default standard output */
  constructor(private readonly output = 1) {}

  /** Runs a command. @returns its exit code; undefined if the job was cancelled */
  async run(
    [program, ...args]: readonly [program: string, ...args: string[]],
    variables: Readonly<Record<string, string | undefined>>,
  ): Promise<number | undefined> {
    if (this.wasCancelled()) return undefined;
    const isOwn = program === 'entra-aws';
    const words = isOwn ? [...process.argv.slice(1, 2), ...args] : args;
    const child = spawn(isOwn ? process.execPath : program, words, {
      env: { ...variables },
      // A group of its own: a signal must reach the engine behind the command too, and once.
      detached: true,
      stdio: ['ignore', this.output, 'inherit'],
    });
    this.current = child;
    try {
      const [code] = (await once(child, 'close')) as [number | null];
      return this.wasCancelled() ? undefined : (code ?? 1);
    } catch (error) {
      throw new Error(`${program} can't be run: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    } finally {
      this.current = undefined;
    }
  }

  private wasCancelled(): boolean {
    return this.isCancelled;
  }

  /**
   * Does work while signals are heard: each interrupts the command that runs, which ends in order. Where none runs, such as while
   * a token is waited for, the work is given up. @returns undefined then
   */
  async whileHeard<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<undefined>();
    const cancel = (): void => {
      this.isCancelled = true;
      if (!this.interrupt()) giveUp(undefined);
    };
    for (const signal of CANCELLING) process.on(signal, cancel);
    try {
      return await Promise.race([work(), givenUp]);
    } finally {
      for (const signal of CANCELLING) process.off(signal, cancel);
    }
  }

  /** Interrupts the command that runs with all that it started; other signals end a command before its engine. */
  private interrupt(): boolean {
    const pid = this.current?.pid;
    if (pid === undefined) return false;
    try {
      process.kill(-pid, 'SIGINT');
    } catch {
      // It has just ended.
    }
    return true;
  }
}
