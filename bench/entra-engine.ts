import { B2cUserFlows } from '../constructs/entra/b2c-user-flows';
import { GraphProvider } from '../constructs/graph/provider';
import { EngineGraph } from '../test/support/engine-graph';
import { EngineStack } from '../test/support/engine-stack';
import { findPulumi } from '../test/support/pulumi-cli';
import { sandbox } from './sandbox';
import { medians, row } from './table';

const PAIRS = 3;

/** The part of the customers program that is entragraph's: the user flows of the sandbox. */
function userFlows(): Promise<Record<string, unknown>> {
  const { customers } = sandbox();
  if (customers === undefined) throw new Error('the sandbox has no customers');
  const { userFlows: flows, manualSteps = 'fail' } = customers;
  const component = new B2cUserFlows('flows', { flows, manualSteps }, { providers: [new GraphProvider('graph')] });
  return Promise.resolve({ urn: component.urn });
}

/** Measures the real engine with the user flows of the customers program, against a stack that has nothing. */
export async function benchEngine(): Promise<void> {
  const cli = findPulumi();
  if ('skipped' in cli) {
    console.log(`\nNot measured: \`pulumi up\` of the user flows: ${cli.skipped}`);
    return;
  }
  const up = { ours: [] as number[], reference: [] as number[] };
  const destroy = { ours: [] as number[], reference: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const ours = await upAndDestroy(cli.folder, userFlows);
    const reference = await upAndDestroy(cli.folder, () => Promise.resolve({ nothing: true }));
    up.ours.push(ours.up);
    up.reference.push(reference.up);
    destroy.ours.push(ours.destroy);
    destroy.reference.push(reference.destroy);
  }
  row("`pulumi up` of the sandbox's user flows (reference: an empty stack)", '< 10 s', medians(up, 's'));
  row('`pulumi destroy` of them (reference: an empty stack)', '< 5 s', medians(destroy, 's'));
}

type Program = () => Promise<Record<string, unknown>>;

async function upAndDestroy(cli: string, program: Program): Promise<{ readonly up: number; readonly destroy: number }> {
  const graph = await EngineGraph.start();
  const engine = await EngineStack.create({ cli, program, environment: graph.environment });
  try {
    await graph.configure(engine.stack);
    const start = performance.now();
    await engine.stack.up();
    const done = performance.now();
    await engine.stack.destroy();
    return { up: (done - start) / 1000, destroy: (performance.now() - done) / 1000 };
  } finally {
    engine.remove();
    await graph.stop();
  }
}
