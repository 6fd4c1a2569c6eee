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
      // A group of its own: a signal must reach the engine behind the command too, and once.
      detached: true,
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
