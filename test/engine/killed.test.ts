import { GraphProvider } from '../../constructs/graph/provider';
import { UserFlow } from '../../constructs/graph/user-flow';
import { childrenOf, isAlive } from '../support/children';
import { EngineGraph } from '../support/engine-graph';
import { EngineStack } from '../support/engine-stack';
import { describeEngine } from '../support/engine-suite';

const ID = 'B2C_1_signupsignin1';

describeEngine('an engine that is killed in mid-run', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;

  beforeAll(async () => {
    graph = await EngineGraph.start();
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
      graph.graph.hold = ({ method, path }) => {
        if (method !== 'POST' || !path.endsWith('/userAttributeAssignments')) return false;
        resolve(childrenOf(process.pid, 'pulumi up'));
        return true;
      };
    });
    const interrupted = engine.stack.up().catch((error: unknown) => error);
    const [engineId] = await reached;
    if (engineId === undefined) throw new Error('no engine among the children of this process');
    const plugins = childrenOf(engineId, 'pulumi-resource-entragraph');
    expect(plugins).toHaveLength(1);
    process.kill(engineId, 'SIGKILL');
    expect(await interrupted).toBeInstanceOf(Error);
    await until(() => plugins.every((id) => !isAlive(id)));

    graph.graph.hold = () => false;
    expect(graph.graph.flows.flows.size).toBe(1);
    await engine.stack.cancel();
    await engine.stack.refresh({ clearPendingCreates: true });
    await engine.stack.up();
    expect([...graph.graph.flows.flows.keys()]).toEqual([ID]);
    expect(graph.graph.flows.flow(ID).order).toEqual(['city', 'surname']);
    await engine.stack.refresh({ expectNoChanges: true });
    await engine.stack.destroy();
  });
});
