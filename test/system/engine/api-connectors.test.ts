import * as pulumi from '@pulumi/pulumi';
import { ApiConnectors, B2cUserFlows } from '../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../constructs/graph/provider';
import type { DeclaredConnector } from '../../../src/estate/sections/customers/customers';
import { objectOf } from '../../../apps/emulator/graph/json';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { declaredConnector, userFlow } from '../../support/customers-estate';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine } from '../../support/engine-suite';

const CONFIGURATION = '/beta/identity/b2cUserFlows/B2C_1_in/apiConnectorConfiguration';
const STEPS = 'postFederationSignup,postAttributeCollection,preTokenIssuance';
const invitations = declaredConnector('invitations');
const loyalty = declaredConnector('loyalty', { authentication: 'certificate' });

describeEngine('API connectors on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let connectors: readonly DeclaredConnector[] = [invitations, loyalty];
  let calls: Readonly<Record<string, string>> | undefined = {
    postAttributeCollection: 'invitations',
    preTokenIssuance: 'loyalty',
  };

  beforeAll(async () => {
    graph = await EngineGraph.start({
      deployer: { roles: ['APIConnectors.ReadWrite.All', 'IdentityUserFlow.ReadWrite.All'] },
    });
    const program = () => {
      const opts = { providers: [new GraphProvider('graph')] };
      // DER of a sequence, which is all that the emulator looks at.
      const secrets = new Map(connectors.map(({ secret }) => [secret.config, pulumi.secret('MAAAsecret')]));
      const names =
        connectors.length === 0
          ? {}
          : { apiConnectors: new ApiConnectors('connectors', { connectors, secrets }, opts).ids };
      const flow = userFlow('in', { ...(calls && { apiConnectors: calls }) });
      new B2cUserFlows('flows', { flows: [flow], ...names }, opts);
      return Promise.resolve({});
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const called = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { body } = await graph.call(`GET ${CONFIGURATION}?$expand=${STEPS}`);
    return Object.fromEntries(STEPS.split(',').map((step) => [step, objectOf(body, step)['displayName']]));
  };

  test('go from nothing to done in one run, and the second preview shows no change', async () => {
    await engine.stack.up();
    expect(await called()).toEqual({ postAttributeCollection: 'invitations', preTokenIssuance: 'loyalty' });
    expect(engine.storedState()).not.toContain('MAAAsecret');
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('a connector that is called no more leaves the flow before it is deleted', async () => {
    connectors = [{ ...invitations, url: 'https://api.example.com/v2' }];
    calls = { postFederationSignup: 'invitations' };
    const { changeSummary } = await engine.stack.preview();
    expect(changeSummary).toMatchObject({ update: 2, delete: 1 });
    await engine.stack.up();
    expect(await called()).toEqual({ postFederationSignup: 'invitations' });
    connectors = [];
    calls = undefined;
    await engine.stack.up();
    expect(valuesOf(await graph.call('GET /v1.0/identity/apiConnectors'), 'id')).toEqual([]);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await engine.stack.destroy();
  });
});
