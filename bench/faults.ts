import { randomInt } from 'node:crypto';
import { missingTools } from '../test/support/path-tool';
import { findTool } from '../test/support/built-tools';
import type { FaultOutcome } from '../test/support/recovery/fault-plan';
import type { FaultTools } from '../test/support/recovery/fault-process-program';
import { FaultProcesses } from '../test/support/recovery/fault-processes';
import { median } from './measure';

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
  const queue: Queue = { next: SEED, left: RUNS, processes: new FaultProcesses(tools) };
  const ended = await Promise.all(Array.from({ length: Math.min(AT_ONCE, RUNS) }, () => work(queue)));
  summarize(ended.flat());
}

function toolsHere(): FaultTools | { readonly skipped: string } {
  const [cli, host] = [findTool('pulumi'), findTool('pulumi-language-nodejs')];
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
  readonly processes: FaultProcesses;
}

/** Makes runs as long as there are any. One in which nothing went wrong is made again with another seed. */
async function work(queue: Queue): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  while (queue.left > 0) {
    queue.left -= 1;
    const seed = queue.next++;
    const outcome = await queue.processes.run(seed).catch(broken(seed));
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
    `\n${runs.filter(isGood).length} of ${ended.length} as declared, property by property; ${ended.length - runs.length} broken; ` +
      `rounds: median ${median(rounds)}, most ${Math.max(...rounds)}; done too early while the directory lagged: ${early}`,
  );
  process.exitCode = runs.filter(isGood).length === ended.length ? 0 : 1;
}
