import { B2cUserFlows } from '../constructs/entra/customers-directory';
import { GraphProvider } from '../constructs/graph/provider';
import { EngineGraph } from '../test/support/engine-graph';
import { EngineStack } from '../test/support/engine-stack';
import { findTool } from '../test/support/built-tools';
import { sandbox } from './sandbox';
import { cellsOf, inTurn, mediansOf, row } from './measure';

const PAIRS = 3;

/** The part of the customers program that is entragraph's: the user flows of the sandbox. */
function userFlows(): Promise<Record<string, unknown>> {
  const { customers } = sandbox();
  if (customers === undefined) throw new Error('the sandbox has no customers');
  const { userFlows: flows } = customers;
  const component = new B2cUserFlows('flows', { flows }, { providers: [new GraphProvider('graph')] });
  return Promise.resolve({ urn: component.urn });
}

/** Measures the real engine with the user flows of the customers program, against a stack that has nothing. */
export async function benchEngine(): Promise<void> {
  const cli = findTool('pulumi');
  if ('skipped' in cli) {
    console.log(`\nNot measured: \`pulumi up\` of the user flows: ${cli.skipped}`);
    return;
  }
  const runs = await inTurn(PAIRS, {
    ours: () => upAndDestroy(cli.folder, userFlows),
    reference: () => upAndDestroy(cli.folder, () => Promise.resolve({ nothing: true })),
  });
  const [up, destroy] = [mediansOf(runs, (run) => run.up), mediansOf(runs, (run) => run.destroy)];
  row("`pulumi up` of the sandbox's user flows (reference: an empty stack)", '< 10 s', ...cellsOf(up, 's'));
  row('`pulumi destroy` of them (reference: an empty stack)', '< 5 s', ...cellsOf(destroy, 's'));
}

type Program = () => Promise<Record<string, unknown>>;

async function upAndDestroy(cli: string, program: Program): Promise<{ readonly up: number; readonly destroy: number }> {
  const graph = await EngineGraph.start({ quirks: { lag: 'none', throttling: 'none', instantiateOwner: 'caller' } });
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
