import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import { DEFAULT_QUIRKS } from '../../../apps/emulator/graph/quirks';
import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import { clientOf, type Call } from '../apps/emulator/support/client';
import { SECRET } from '../engine-suite';
import type { Holding, Write } from '../killed-run';
import { readDirectory } from './directory-state';
import type { ProcessOptions, Started, Tells, Told } from './graph-process-program';

/** A directory in a process of its own, with its state in a folder: it can be killed, and comes back where it was. */
export class GraphProcess implements Holding {
  /** Calls Graph as somebody who may do everything. */
  readonly call: Call;
  /** True once a request was held. */
  wasHeld = false;
  private readonly heldOnce = Promise.withResolvers<undefined>();

  private constructor(
    private child: ChildProcess,
    readonly emulator: Started,
    private options: ProcessOptions,
  ) {
    // What is throttled is sent again.
    this.call = clientOf({
      graphUrl: emulator.graphUrl,
      quirks: DEFAULT_QUIRKS,
      token: () => emulator.administratorToken,
    });
    this.listen();
  }

  static async start(settings: Omit<ProcessOptions, 'data' | 'graphPort' | 'tlsPort'>): Promise<GraphProcess> {
    const data = mkdtempSync(join(tmpdir(), 'graph-process-'));
    const options = { ...settings, data, deployer: { clientSecret: SECRET, ...settings.deployer } };
    const { child, started } = await startChild(options);
    const [graphPort, tlsPort] = [portOf(started.graphUrl), portOf(started.tlsUrl)];
    return new GraphProcess(child, started, { ...options, graphPort, tlsPort });
  }

  /** Adds faults that go before those that it was started with, or takes them away again. */
  async setFaults(...rules: readonly FaultRule[]): Promise<void> {
    await this.ask({ kind: 'faults', rules: [...rules, ...(this.options.faults ?? [])] });
  }

  /** Tells whether the first of the faults that were added has met its request. */
  async isFirstFaultHit(): Promise<boolean> {
    const answer = await this.ask({ kind: 'firstFault' });
    if (answer.kind !== 'firstFault') throw new Error(`got ${answer.kind}`);
    return answer.isHit;
  }

  hold({ method, path, skip = 0 }: Write): Promise<void> {
    return this.setFaults({ kind: 'slow', method, path, skip });
  }

  readonly held = (): Promise<undefined> => this.heldOnce.promise;

  /** Ends all lag. */
  async settle(): Promise<void> {
    await this.ask({ kind: 'settle' });
  }

  /** Lets changes lag from now on, also after it was killed. */
  async lag(lag: NonNullable<ProcessOptions['lag']>): Promise<void> {
    this.options = { ...this.options, lag };
    const { seed } = this.options;
    await this.ask({ kind: 'lag', lag: { ...lag, ...(seed !== undefined && { seed }) } });
  }

  /** Ends it, and reads what it has, property by property. */
  async endAndRead(): Promise<readonly string[]> {
    await this.kill();
    return readDirectory(this.options.data ?? '');
  }

  /** Requests since it was started. @throws Error for one that the emulator or docs/graph-requests.md does not know */
  async requests(): Promise<readonly LoggedRequest[]> {
    const answer = await this.ask({ kind: 'requests' });
    if (answer.kind !== 'requests') throw new Error(`got ${answer.kind}`);
    if (answer.problem !== undefined) throw new Error(answer.problem);
    return answer.requests;
  }

  /** Kills it with `kill -9`, and starts it at the same addresses. */
  async killAndRestart(): Promise<void> {
    await this.kill();
    this.child = (await startChild(this.options)).child;
    this.listen();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.options.data ?? '', { recursive: true, force: true });
  }

  private async kill(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private listen(): void {
    this.child.on('message', ({ kind }: Tells) => {
      if (kind !== 'held') return;
      this.wasHeld = true;
      this.heldOnce.resolve(undefined);
    });
  }

  /** Answers come in the order of the questions, and one question is asked at a time. */
  private ask(told: Told): Promise<Tells> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        reject(new Error('the emulator ended'));
      };
      const look = (answer: Tells): void => {
        if (answer.kind === 'held') return;
        child.off('message', look).off('exit', end);
        resolve(answer);
      };
      child.on('message', look).once('exit', end);
      child.send(told);
    });
  }
}

const portOf = (url: string): number => Number(new URL(url).port);

/** @throws Error if it ends before it listens */
async function startChild(
  options: ProcessOptions,
): Promise<{ readonly child: ChildProcess; readonly started: Started }> {
  const program = join(__dirname, 'graph-process-program.ts');
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the emulator ended with ${String(code)}`);
  });
  const [started] = (await Promise.race([once(child, 'message'), ended])) as [Started];
  ended.catch(() => undefined);
  return { child, started };
}
