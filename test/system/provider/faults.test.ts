import { FakeGraph, type Fault } from '../../support/fake-graph';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';
import { scenarios, type Scenario } from './scenarios';

fixDay('2026-11-25');

const FAULTS: readonly Fault[] = ['throttled', 'unavailable', 'lost', 'gateway', 'missing'];
/** Of reads that something is written after. A replica that lags answers two in a row; a refresh believes it. */
const STALE: readonly Fault[] = ['stale 1', 'stale 2', 'stale 3'];

type Step = 'create' | 'update' | 'refresh' | 'destroy';
const STEPS: readonly Step[] = ['create', 'update', 'refresh', 'destroy'];

interface Run {
  readonly requests: readonly string[];
  /** State of the service in the end. */
  readonly seen: string;
  readonly own: string;
  readonly isStored: boolean;
}

/** Brings a resource to the step before, then runs the step with a fault at one of its requests. */
async function run(
  scenario: Scenario,
  step: Step,
  injected?: { readonly at: number; readonly fault: Fault },
): Promise<Run> {
  const graph = await new FakeGraph().start();
  try {
    scenario.prepare(graph);
    const stack = new GraphStack(graph, scenario.token);
    for (const before of STEPS.slice(0, STEPS.indexOf(step))) await take(stack, scenario, before);
    graph.take();
    if (injected !== undefined) {
      const { at, fault } = injected;
      const last = STALE.includes(fault) ? at + 1 : at;
      graph.fault = (_, index) => (index >= at && index <= last ? fault : undefined);
    }
    await take(stack, scenario, step);
    // What the engine does next time: nothing may be left to do.
    if (step !== 'destroy') expect([...stack.preview(declared(scenario, step)).changes]).toEqual([]);
    const [seen, own] = [scenario.look, scenario.own ?? scenario.look].map((look) => JSON.stringify(look(graph)));
    return { requests: graph.take(), seen: String(seen), own: String(own), isStored: stack.stored !== undefined };
  } finally {
    await graph.stop();
  }
}

const declared = (scenario: Scenario, step: Step) => (step === 'create' ? scenario.first : scenario.second);

async function take(stack: GraphStack, scenario: Scenario, step: Step): Promise<void> {
  if (step === 'refresh') await stack.refresh();
  else if (step === 'destroy') await stack.destroy();
  else await stack.up(declared(scenario, step));
}

interface Kill {
  /** The request at which it happens, counted from 0. */
  readonly at: number;
  readonly last: Fault;
}

/**
 * The engine is killed at a request, before or after the service did what it asks. Its state is then the one before the step:
 * the next run refreshes it and goes on.
 */
async function interrupt(scenario: Scenario, step: 'create' | 'update', { at, last }: Kill): Promise<string> {
  const graph = await new FakeGraph().start();
  try {
    scenario.prepare(graph);
    const stack = new GraphStack(graph, scenario.token);
    if (step === 'update') await stack.up(scenario.first);
    const before = stack.stored;
    graph.take();
    graph.fault = (_, index) => (index < at ? undefined : index === at ? last : 'refused');
    await expect(stack.up(declared(scenario, step))).rejects.toThrow();
    graph.fault = () => undefined;
    stack.stored = before;
    await stack.refresh();
    await stack.up(declared(scenario, step));
    expect([...stack.preview(declared(scenario, step)).changes]).toEqual([]);
    return JSON.stringify((scenario.own ?? scenario.look)(graph));
  } finally {
    await graph.stop();
  }
}

let cells = 0;
const counts = new Map<string, number>();

function count(name: string): void {
  cells += 1;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

afterAll(() => {
  const lines = [...counts].map(([name, count]) => `  ${count} ${name}`);
  console.info(`fault matrix: ${cells} runs, each with one fault at one request\n${lines.join('\n')}`);
});

describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
  test.each(STEPS)('ends as declared, without a duplicate, whatever goes wrong in %s', async (step) => {
    const calm = await run(scenario, step);
    expect(calm.requests.length).toBeGreaterThan(0);
    for (let at = 0; at < calm.requests.length; at += 1) {
      const mayLag = step !== 'refresh' && calm.requests[at]?.startsWith('GET ') === true;
      for (const fault of mayLag ? [...FAULTS, ...STALE] : FAULTS) {
        const label = `${fault} at ${String(calm.requests[at])}`;
        const faulty = await run(scenario, step, { at, fault }).catch((error: unknown) => ({
          seen: String(error),
          isStored: false,
        }));
        expect({ label, seen: faulty.seen, isStored: faulty.isStored }).toEqual({
          label,
          seen: calm.seen,
          isStored: calm.isStored,
        });
        count(`${name} ${step}`);
      }
    }
  });

  test.each(['create', 'update'] as const)('goes on after the engine was killed in %s', async (step) => {
    const calm = await run(scenario, step);
    for (let at = 0; at < calm.requests.length; at += 1) {
      for (const last of ['refused', 'done-then-refused'] as const) {
        const label = `${last} at ${String(calm.requests[at])}`;
        const seen = await interrupt(scenario, step, { at, last }).catch(String);
        expect({ label, seen }).toEqual({ label, seen: calm.own });
        count(`${name} ${step}, killed`);
      }
    }
  });
});
