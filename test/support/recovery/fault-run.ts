import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import { seededRandom } from '../../../apps/emulator/base/seeded-random';
import type { FaultRule } from '../../../apps/emulator/graph/faults';
import type { PulumiKind } from '../../../src/estate/plan/stacks';
import type { EngineStack } from '../engine-stack';
import { killAt, upUntilHeld } from '../killed-run';
import { GraphProcess } from './graph-process';
import { badNames, directoryOf, type InterruptedPrograms } from './interrupted-programs';

/** Runs of recovery and `up` within which a program must be as declared. */
const ROUNDS = 12;

const FAULTS: readonly FaultRule['kind'][] = ['throttled', 'unavailable', 'timeout', 'dropped', 'notFound'];
const READ_FAULTS: ReadonlySet<string> = new Set(['throttled', 'unavailable', 'notFound']);
/** Processes are found by /proc. */
const KILLED = process.platform === 'linux' ? (['engine', 'plug-in', 'emulator'] as const) : (['emulator'] as const);
type Trouble = FaultRule['kind'] | 'engine' | 'plug-in' | 'emulator';

/** A request of an undisturbed run, as the one of its kind that comes after others. */
export interface Moment {
  readonly method: string;
  readonly path: string;
  readonly skip: number;
  /** Plug-in that sent it. */
  readonly plugin: string;
}

export type Moments = Readonly<Record<PulumiKind, readonly Moment[]>>;

/** What goes wrong in a run, drawn by its seed. */
export interface FaultPlan {
  readonly seed: number;
  readonly program: PulumiKind;
  readonly trouble: Trouble;
  readonly moment: Moment;
  /** Most reads that don't show a change; 0 for a directory without lag. */
  readonly lag: number;
  /** Percent of all requests that are throttled, from the first to the last. */
  readonly throttle: number;
}

/** End of a run. */
export interface FaultOutcome {
  readonly line: string;
  /** False if the run never came to the request at which something was to go wrong. */
  readonly isHit: boolean;
  /** Runs of recovery and `up` that it took. */
  readonly rounds: number;
  readonly isDone: boolean;
  /** Names that stand twice, or are azuread's own. */
  readonly bad: readonly string[];
  /** True if it counted as done while lag hid what was still to do. */
  readonly isEarly: boolean;
  readonly seconds: number;
  /** Last words of recoveries and runs, for whoever looks into a failure. */
  readonly said: readonly string[];
}

/** Moments of both programs, each run once without any fault. */
export async function momentsOf(programs: InterruptedPrograms): Promise<Moments> {
  const [customers, workforce] = await Promise.all([
    undisturbed(programs, 'customers'),
    undisturbed(programs, 'workforce'),
  ]);
  return { customers, workforce };
}

async function undisturbed(programs: InterruptedPrograms, program: PulumiKind): Promise<readonly Moment[]> {
  const graph = await GraphProcess.start({ ...directoryOf(program), lag: NO_LAG });
  try {
    await programs.withEngine(program, graph.emulator, async ({ stack }) => {
      await stack.up();
    });
    return momentsIn(await graph.requests());
  } finally {
    await graph.stop();
  }
}

const NO_LAG = { creates: 0, updates: 0, deletes: 0 };

/** A request may hold an id that only that run knew, and requests sent in parallel have another order each time. */
function momentsIn(entries: readonly LoggedRequest[]): readonly Moment[] {
  const seen = new Map<string, number>();
  const found = entries.flatMap(({ method, path, client }) => {
    const plugin = /entragraph/.test(client ?? '') ? 'pulumi-resource-entragraph' : 'pulumi-resource-azuread';
    const isOfPlugin = /entragraph|terraform|azuread/i.test(client ?? '');
    if (!isOfPlugin || !/^\/(?:v1\.0|beta)\//.test(path)) return [];
    const bare = (path.split('?')[0] ?? '')
      .replaceAll(/\/[^/]*[0-9a-f]{8}-[0-9a-f-]{27}[^/]*/gi, '/*')
      .replaceAll(/\/[\w-]{40,}/g, '/*');
    const key = `${method} ${bare}`;
    const skip = seen.get(key) ?? 0;
    seen.set(key, skip + 1);
    return [{ method, path: bare, skip, plugin }];
  });
  const keyOf = ({ method, path, skip }: Moment): string => `${method} ${path} ${String(skip).padStart(4, '0')}`;
  return found.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Draws what goes wrong. A lost answer to a read is harmless, so that those and half of the kills meet a write. */
export function drawFaults(seed: number, moments: Moments): FaultPlan {
  const random = seededRandom(seed);
  const among = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  };
  const program = among(['customers', 'workforce'] as const);
  const trouble = among<Trouble>([...FAULTS, ...KILLED]);
  const all = moments[program];
  const writes = all.filter(({ method }) => method !== 'GET');
  const isKill = KILLED.some((one) => one === trouble);
  const moment = among(READ_FAULTS.has(trouble) ? all : isKill ? among([all, writes]) : writes);
  return { seed, program, trouble, moment, lag: among([0, 0, 2]), throttle: among([0, 5, 10]) };
}

/** `customers: emulator at POST /v1.0/applications (1 before), lag 3, 5 % throttled` */
function lineOf({ program, trouble, moment: { method, path, skip }, lag, throttle }: FaultPlan): string {
  return `${program}: ${trouble} at ${method} ${path} (${skip} before), lag ${lag}, ${throttle} % throttled`;
}

/** Runs a program into its faults, and recovers it until it is as declared. */
export async function faultRun(programs: InterruptedPrograms, plan: FaultPlan): Promise<FaultOutcome> {
  const { program, seed, lag, throttle } = plan;
  const started = performance.now();
  const throttled = { kind: 'throttled', probability: throttle / 100, times: 1e6, retryAfter: 1 } as const;
  const graph = await GraphProcess.start({
    ...directoryOf(program),
    ...{ seed, lag: { creates: lag, updates: lag, deletes: lag }, faults: throttle === 0 ? [] : [throttled] },
  });
  let end: Omit<FaultOutcome, 'line' | 'seconds'> | undefined;
  try {
    await programs.withEngine(program, graph.emulator, async (engine) => {
      const isHit = await disturb(engine, graph, plan);
      await graph.setFaults();
      end = { isHit, ...(await new Recovery(programs, { engine, graph, plan }).run()) };
    });
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
async function disturb(engine: EngineStack, graph: GraphProcess, { trouble, moment }: FaultPlan): Promise<boolean> {
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
async function killEmulator({ stack }: EngineStack, graph: GraphProcess, moment: Moment): Promise<void> {
  const { end } = await upUntilHeld(stack, graph, moment);
  await graph.killAndRestart();
  await end;
}

/** Recovery and `up`, as often as it takes. */
class Recovery {
  private readonly said: string[] = [];

  constructor(
    private readonly programs: InterruptedPrograms,
    private readonly of: { readonly engine: EngineStack; readonly graph: GraphProcess; readonly plan: FaultPlan },
  ) {}

  async run(): Promise<Omit<FaultOutcome, 'line' | 'isHit' | 'seconds'>> {
    let [rounds, early] = [0, Number.NaN];
    let isSettled = this.of.plan.lag === 0;
    for (;;) {
      const isDone = await this.isDone();
      if (isDone && !isSettled) {
        // What lag hid shows now, and it must be the same.
        early = rounds;
        isSettled = true;
        await this.of.graph.settle();
        continue;
      }
      const bad = isDone || rounds === ROUNDS ? await badNames(this.of.graph) : [];
      if ((isDone && bad.length === 0) || rounds === ROUNDS) {
        const isEarly = !Number.isNaN(early) && early !== rounds;
        return { rounds, isDone, bad, isEarly, said: isDone ? [] : this.said.slice(-4) };
      }
      rounds += 1;
      await this.round();
    }
  }

  private async round(): Promise<void> {
    await this.recover({ yes: true, removeSpare: true, answer: true });
    await this.of.engine.stack.up().catch((error: unknown) => this.said.push(String(error).slice(-2000)));
  }

  private async isDone(): Promise<boolean> {
    if (!(await this.recover({ check: true }))) return false;
    return this.of.engine.stack.preview({ expectNoChanges: true, refresh: true }).then(
      () => true,
      (error: unknown) => {
        this.said.push(String(error).slice(-2000));
        return false;
      },
    );
  }

  private async recover(options: Partial<Parameters<InterruptedPrograms['recover']>[2]>): Promise<boolean> {
    const { program } = this.of.plan;
    try {
      const { emulator } = this.of.graph;
      const { isSound, said } = await this.programs.recover(this.of.engine.stack, emulator, { program, ...options });
      this.said.push(said);
      return isSound;
    } catch (error) {
      this.said.push(String(error).slice(-2000));
      return false;
    }
  }
}
