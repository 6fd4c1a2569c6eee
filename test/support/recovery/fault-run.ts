import { seededRandom } from '../../../apps/emulator/base/faults';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import type { EngineProject } from '../engine-project';
import { killAt, upUntilHeld } from '../killed-run';
import { differences } from './directory-state';
import { EDITIONS } from './editions';
import type { FaultOutcome, FaultPlan, Moment, Trouble, Undisturbed } from './fault-plan';
import { GraphProcess } from './graph-process';
import { directoryOf, type InterruptedPrograms } from './interrupted-programs';
import { Recovery } from './recovery-rounds';

const FAULTS: readonly FaultRule['kind'][] = ['throttled', 'unavailable', 'timeout', 'dropped', 'notFound'];
const READ_FAULTS: ReadonlySet<string> = new Set(['throttled', 'unavailable', 'notFound']);
/** Processes are found by /proc. */
const KILLED = process.platform === 'linux' ? (['engine', 'plug-in', 'emulator'] as const) : (['emulator'] as const);
/** Most reads that don't show a change; each change draws its own. What the run comes after, all reads show. */
const LAG = { creates: 2, updates: 2, deletes: 2 };
const NO_LAG = { creates: 0, updates: 0, deletes: 0 };

/** Draws which program a run disturbs, and what of it. */
export function drawKind(seed: number): Pick<FaultPlan, 'program' | 'edition'> {
  return kindBy(choiceBy(seed));
}

/** Draws what goes wrong. A lost answer to a read is harmless, so that those and half of the kills meet a write. */
export function drawFaults(seed: number, { moments: all }: Undisturbed): FaultPlan {
  const among = choiceBy(seed);
  const kind = kindBy(among);
  const trouble = among<Trouble>([...FAULTS, ...KILLED]);
  const writes = all.filter(({ method }) => method !== 'GET');
  const isKill = KILLED.some((one) => one === trouble);
  const moment = among(READ_FAULTS.has(trouble) ? all : isKill ? among([all, writes]) : writes);
  const lag = among<FaultPlan['lag']>(['none', 'none', 'random', 'out-of-order']);
  return { seed, ...kind, trouble, moment, lag, throttle: among([0, 5, 10]) };
}

type Choice = <T>(all: readonly T[]) => T;

function choiceBy(seed: number): Choice {
  const random = seededRandom(seed);
  return (all) => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  };
}

const kindBy = (among: Choice): Pick<FaultPlan, 'program' | 'edition'> => ({
  program: among(['customers', 'workforce'] as const),
  edition: among(EDITIONS),
});

/** `customers, first: emulator at POST /v1.0/applications (1 before), lag random, 5 % throttled` */
function lineOf({ program, edition, trouble, moment: { method, path, skip }, lag, throttle }: FaultPlan): string {
  return `${program}, ${edition}: ${trouble} at ${method} ${path} (${skip} before), lag ${lag}, ${throttle} % throttled`;
}

/** Runs a program into its faults, and recovers it until it is as declared. */
export async function faultRun(
  programs: InterruptedPrograms,
  plan: FaultPlan,
  { directory }: Undisturbed,
): Promise<FaultOutcome> {
  const { program, edition, seed, lag, throttle } = plan;
  const started = performance.now();
  const throttled = { kind: 'throttled', probability: throttle / 100, times: 1e6, retryAfter: 1 } as const;
  const graph = await GraphProcess.start({
    ...directoryOf(program),
    ...{ seed, quirks: { lag }, lag: NO_LAG, faults: throttle === 0 ? [] : [throttled] },
  });
  let end: Omit<FaultOutcome, 'line' | 'seconds'> | undefined;
  try {
    await programs.withEngine(program, graph.emulator, async (engine, declare) => {
      if (edition !== 'first') await engine.stack.up();
      declare(edition);
      await graph.lag(LAG);
      const isHit = await disturb(engine, graph, plan);
      await graph.setFaults();
      end = { isHit, ...(await new Recovery(programs, { engine, graph, plan }).run()) };
    });
    if (end?.isDone === true) end = { ...end, bad: [...end.bad, ...differences(directory, await graph.endAndRead())] };
  } finally {
    await graph.stop();
  }
  if (end === undefined) throw new Error('the run has not ended');
  return { line: lineOf(plan), ...end, seconds: Math.round((performance.now() - started) / 1000) };
}

/**
 * Makes the run that goes wrong, in whatever way it ends. Another order of requests may never come to the one that was drawn.
 *
 * @returns true if it came to it
 */
async function disturb(engine: EngineProject, graph: GraphProcess, { trouble, moment }: FaultPlan): Promise<boolean> {
  const { stack } = engine;
  const { plugin, ...write } = moment;
  const fault = FAULTS.find((one) => one === trouble);
  if (fault !== undefined) {
    await graph.setFaults({ kind: fault, ...write });
    await stack.up().catch((error: unknown) => error);
    return graph.isFirstFaultHit();
  }
  const victim = trouble === 'engine' ? undefined : plugin;
  const killing =
    trouble === 'emulator' ? killEmulator(engine, graph, moment) : killAt(stack, graph, { ...write, plugin: victim });
  const problem: unknown = await killing.catch((error: unknown) => error);
  if (graph.wasHeld && problem !== undefined) throw new Error('the kill failed', { cause: problem });
  engine.mend();
  return graph.wasHeld;
}

/** The run goes on meanwhile, and ends as it can. */
async function killEmulator({ stack }: EngineProject, graph: GraphProcess, moment: Moment): Promise<void> {
  const { end } = await upUntilHeld(stack, graph, moment);
  await graph.killAndRestart();
  await end;
}
