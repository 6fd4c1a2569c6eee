import { GraphProvider } from '../../constructs/graph/provider';
import { UserFlow } from '../../constructs/graph/user-flow';
import { textsOf } from '../../emulator/graph/json';
import { valuesOf } from '../emulator/support/client';
import { childrenOf, isAlive } from '../support/children';
import { EngineGraph } from '../support/engine-graph';
import { EngineStack } from '../support/engine-stack';
import { describeEngine } from '../support/engine-suite';

const FLOWS = '/beta/identity/b2cUserFlows';
const ID = 'B2C_1_signupsignin1';

describeEngine('an engine that is killed in mid-run', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  /** Called when a request has taken effect whose answer is held back. */
  let onHeld: () => void;
  const never = new Promise<void>(() => undefined);

  beforeAll(async () => {
    const wait = (): Promise<void> => {
      onHeld();
      return never;
    };
    graph = await EngineGraph.start({ wait });
    const program = () => {
      const args = {
        userFlowId: ID,
        userFlowType: 'signUpOrSignIn',
        attributes: [{ attribute: 'city' }, { attribute: 'surname' }],
      } as const;
      const flow = new UserFlow('flow', args, { provider: new GraphProvider('graph') });
      return Promise.resolve({ flow: flow.urn });
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const flows = async (): Promise<readonly unknown[]> => valuesOf(await graph.call(`GET ${FLOWS}`), 'id');

  const until = async (isSo: () => boolean): Promise<void> => {
    for (let tries = 0; !isSo(); tries += 1) {
      if (tries > 300) throw new Error('not so after 30 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  // Children are found by /proc.
  const testOnLinux = process.platform === 'linux' ? test : test.skip;

  testOnLinux('leaves no plug-in behind, and refresh and up end as declared without a duplicate', async () => {
    const reached = new Promise<readonly number[]>((resolve) => {
      onHeld = () => {
        resolve(childrenOf(process.pid, 'pulumi up'));
      };
    });
    graph.emulator.faults.add({ kind: 'slow', method: 'POST', path: `${FLOWS}/*/userAttributeAssignments` });
    const interrupted = engine.stack.up().catch((error: unknown) => error);
    const [engineId] = await reached;
    if (engineId === undefined) throw new Error('no engine among the children of this process');
    const plugins = childrenOf(engineId, 'pulumi-resource-entragraph');
    expect(plugins).toHaveLength(1);
    process.kill(engineId, 'SIGKILL');
    expect(await interrupted).toBeInstanceOf(Error);
    await until(() => plugins.every((id) => !isAlive(id)));

    expect(await flows()).toEqual([ID]);
    await engine.stack.cancel();
    await engine.stack.refresh({ clearPendingCreates: true });
    await engine.stack.up();
    expect(await flows()).toEqual([ID]);
    const order = await graph.call(`GET ${FLOWS}/${ID}/userAttributeAssignments/getOrder`);
    expect(textsOf(order.body, 'order')).toEqual(['city', 'surname']);
    await engine.stack.refresh({ expectNoChanges: true });
    await engine.stack.destroy();
  });
});
