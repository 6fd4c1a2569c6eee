import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Mix } from './load';
import { programFile } from './measure';

/** Usage of a server process since its start. */
export interface Usage {
  /** Seconds on a processor. */
  readonly cpu: number;
  /** After the garbage is collected. */
  readonly heapMebibytes: number;
  readonly residentMebibytes: number;
}

/** In a server process: says where it listens, and tells its usage each time it is asked. */
export function serveUntilTold(mix: Mix): void {
  process.on('message', () => {
    global.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    const usage: Usage = {
      cpu: (user + system) / 1e6,
      heapMebibytes: heapUsed / 2 ** 20,
      residentMebibytes: rss / 2 ** 20,
    };
    process.send?.(usage);
  });
  process.send?.(mix);
}

/** A server in a process of its own. */
export class ServedProgram {
  private constructor(
    private readonly child: ChildProcess,
    readonly mix: Mix,
  ) {}

  /** @throws Error if it ends before it listens */
  static async start(name: string, input: object = {}): Promise<ServedProgram> {
    const execArgv = ['--expose-gc', '--import', 'tsx'];
    const child = fork(programFile(name), [JSON.stringify(input)], {
      execArgv,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${String(code)}`);
    });
    const [mix] = (await Promise.race([once(child, 'message'), ended])) as [Mix];
    ended.catch(() => undefined);
    return new ServedProgram(child, mix);
  }

  async usage(): Promise<Usage> {
    const answer = once(this.child, 'message');
    this.child.send('usage');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  stop(): void {
    this.child.kill();
  }
}
