import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { missingTools } from '../test/support/path-tool';
import { findNodeHost, findPulumi } from '../test/support/pulumi-cli';
import type { FaultOutcome, Moments } from '../test/support/recovery/fault-run';
import { median, programFile } from './measure';
import type { FaultTask, FaultTools } from './programs/fault-runs';

const RUNS = Number(process.env['FAULT_RUNS'] ?? 100);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));
/** Runs at a time: azuread waits most of the time. */
const AT_ONCE = Number(process.env['FAULT_WORKERS'] ?? 6);

/** Disturbs the programs of the sandbox at random moments, and counts those that are as declared after their recovery. */
export async function benchFaults(): Promise<void> {
  const tools = toolsHere();
  if ('skipped' in tools) {
    console.log(`Not run: ${tools.skipped}`);
    return;
  }
  console.log(`FAULT_SEED=${SEED} repeats it; the seed of a run with FAULT_RUNS=1 repeats that run\n`);
  const workers = Array.from({ length: Math.min(AT_ONCE, RUNS) }, () => new Worker(tools));
  const [first] = workers;
  try {
    if (first === undefined) return;
    const moments = (await first.ask({ kind: 'moments' })) as Moments;
    const queue: Queue = { next: SEED, left: RUNS, moments };
    const ended = await Promise.all(workers.map((worker) => work(worker, queue)));
    summarize(ended.flat());
  } finally {
    for (const worker of workers) worker.stop();
  }
}

function toolsHere(): FaultTools | { readonly skipped: string } {
  const [cli, host] = [findPulumi(), findNodeHost()];
  const azuread = missingTools(['pulumi-resource-azuread']);
  if (azuread !== undefined) return { skipped: azuread };
  if ('skipped' in cli) return cli;
  return 'skipped' in host ? host : { cli: cli.folder, host: host.folder };
}

/** Undefined for a run that could not be made. */
type Ended = FaultOutcome | undefined;

/** Runs that are still to be made. */
interface Queue {
  next: number;
  left: number;
  readonly moments: Moments;
}

/** Makes runs as long as there are any. One in which nothing went wrong is made again with another seed. */
async function work(worker: Worker, queue: Queue): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  while (queue.left > 0) {
    queue.left -= 1;
    const seed = queue.next++;
    const asked = worker.ask({ kind: 'run', seed, moments: queue.moments });
    const outcome = await asked.then((result) => result as FaultOutcome).catch(broken(seed));
    if (outcome !== undefined) tell(seed, outcome);
    if (outcome?.isHit === false && isGood(outcome)) queue.left += 1;
    else ended.push(outcome);
  }
  return ended;
}

function broken(seed: number): (error: unknown) => undefined {
  return (error) => {
    console.log(`${seed}: BROKEN: ${String(error)}`);
  };
}

const isGood = ({ isDone, bad }: FaultOutcome): boolean => isDone && bad.length === 0;

function tell(seed: number, outcome: FaultOutcome): void {
  const { line, isHit, rounds, isEarly, bad, said, seconds } = outcome;
  const notes = `${isEarly ? ', done too early' : ''}${isHit ? '' : ', not counted: it never came there'}`;
  const words = `${rounds} rounds, ${seconds} s${notes}`;
  console.log(`${seed}: ${isGood(outcome) ? 'good' : 'BAD'}: ${line}: ${words}`);
  if (!isGood(outcome)) console.log([...bad, ...said].join('\n').replaceAll(/^/gm, '    '));
}

function summarize(ended: readonly Ended[]): void {
  const runs = ended.filter((one) => one !== undefined);
  const rounds = runs.map((run) => run.rounds);
  const early = runs.filter(({ isEarly }) => isEarly).length;
  console.log(
    `\n${runs.filter(isGood).length} of ${ended.length} as declared, every name once; ${ended.length - runs.length} broken; ` +
      `rounds: median ${median(rounds)}, most ${Math.max(...rounds)}; done too early while the directory lagged: ${early}`,
  );
  process.exitCode = runs.filter(isGood).length === ended.length ? 0 : 1;
}

/** A process that makes one run at a time: the engine is found among its children. */
class Worker {
  private readonly child: ChildProcess;
  private readonly ended: Promise<[{ readonly error: string }]>;

  constructor(tools: FaultTools) {
    this.child = fork(programFile('fault-runs'), [JSON.stringify(tools)], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.ended = once(this.child, 'exit').then(() => [{ error: 'the process ended' }]);
  }

  /** @throws Error with the words of a run that could not be made */
  async ask(task: FaultTask): Promise<unknown> {
    this.child.send(task);
    const [{ result, error }] = (await Promise.race([once(this.child, 'message'), this.ended])) as [
      { readonly result?: unknown; readonly error?: string },
    ];
    if (error !== undefined) throw new Error(error);
    return result;
  }

  stop(): void {
    this.child.kill();
  }
}
