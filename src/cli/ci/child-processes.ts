import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Signals by which a forge cancels a job. */
const CANCELLING = ['SIGINT', 'SIGTERM'] as const;

/** Commands of a job: those of this program run in processes of their own too, so that none has the identity of another. */
export class ChildProcesses {
  private current: ChildProcess | undefined;
  private isCancelled = false;

  /** Runs a command whose output goes where this process's goes. @returns its exit code; undefined if the job was cancelled */
  async run(
    [program, ...args]: readonly [program: string, ...args: string[]],
    variables: Readonly<Record<string, string | undefined>>,
  ): Promise<number | undefined> {
    if (this.wasCancelled()) return undefined;
    const isOwn = program === 'entra-aws';
    const words = isOwn ? [...process.argv.slice(1, 2), ...args] : args;
    const child = spawn(isOwn ? process.execPath : program, words, {
      env: { ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
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

  /** Does work while signals are heard: each goes on to the command that runs, which ends in order. */
  async whileHeard<T>(work: () => Promise<T>): Promise<T> {
    const cancel = (signal: NodeJS.Signals): void => {
      this.isCancelled = true;
      this.current?.kill(signal);
    };
    for (const signal of CANCELLING) process.on(signal, cancel);
    try {
      return await work();
    } finally {
      for (const signal of CANCELLING) process.off(signal, cancel);
    }
  }
}
