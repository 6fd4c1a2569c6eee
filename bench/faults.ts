import { fork } from 'node:child_process';
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
  const moments = (await inProcess(tools, { kind: 'moments' })) as Moments;
  const queue: Queue = { next: SEED, left: RUNS, moments, tools };
  const ended = await Promise.all(Array.from({ length: Math.min(AT_ONCE, RUNS) }, () => work(queue)));
  summarize(ended.flat());
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
  readonly tools: FaultTools;
}

/** Makes runs as long as there are any. One in which nothing went wrong is made again with another seed. */
async function work(queue: Queue): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  while (queue.left > 0) {
    queue.left -= 1;
    const seed = queue.next++;
    const asked = inProcess(queue.tools, { kind: 'run', seed, moments: queue.moments });
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

/**
 * Does a task in a process of its own, among whose children the engine is found: what a killed run leaves behind in a process would
 * hold up the next one.
 *
 * @throws Error with the words of a run that could not be made
 */
async function inProcess(tools: FaultTools, task: FaultTask): Promise<unknown> {
  const child = fork(programFile('fault-runs'), [JSON.stringify(tools)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => [{ error: 'the process ended' }]);
  child.send(task);
  const [{ result, error }] = (await Promise.race([once(child, 'message'), ended])) as [
    { readonly result?: unknown; readonly error?: string },
  ];
  child.kill();
  if (error !== undefined) throw new Error(error);
  return result;
}
