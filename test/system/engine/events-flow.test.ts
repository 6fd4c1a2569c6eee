import { AuthenticationEventsFlow, type AuthenticationEventsFlowArgs } from '../../../constructs/graph/external-id';
import { GraphProvider } from '../../../constructs/graph/provider';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { application, create } from '../apps/emulator/support/use-emulator';
import { textOf } from '../../../apps/emulator/graph/json';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine } from '../../support/engine-suite';
import { EXTERNAL_PERMISSIONS } from '../../support/graph-permissions';

const FLOWS = '/v1.0/identity/authenticationEventsFlows';

describeEngine('user flows of an external tenant on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let web: string;
  let args: AuthenticationEventsFlowArgs;
  let importId: string | undefined;

  beforeAll(async () => {
    graph = await EngineGraph.start({ tenant: { kind: 'CIAM' }, deployer: { roles: EXTERNAL_PERMISSIONS.deploy } });
    const body = application({ displayName: 'web', signInAudience: 'AzureADMyOrg' });
    web = textOf((await create(graph.call, '/v1.0/applications', body)).body, 'appId');
    await create(graph.call, '/v1.0/servicePrincipals', { appId: web });
    args = {
      displayName: 'Sign up and sign in',
      identityProviders: ['EmailPassword-OAUTH'],
      attributes: [{ attribute: 'email' }, { attribute: 'Given Name' }, { attribute: 'surname', isOptional: true }],
      applications: [web],
    };
    const program = () => {
      const provider = new GraphProvider('graph');
      const options = { provider, ...(importId !== undefined && { import: importId }) };
      const flow = new AuthenticationEventsFlow('flow', args, options);
      return Promise.resolve({ id: flow.id });
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const names = async (): Promise<readonly unknown[]> => valuesOf(await graph.call(`GET ${FLOWS}`), 'displayName');
  const attached = async (id: string): Promise<readonly unknown[]> =>
    valuesOf(await graph.call(`GET ${FLOWS}/${id}/conditions/applications/includeApplications`), 'appId');

  test('goes from nothing to done, and the second preview shows no change', async () => {
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ create: 3 });
    expect(await attached(String(outputs['id']?.value))).toEqual([web]);
    expect((await engine.stack.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 3 });
  });

  test('a refresh finds a drift, and the next up repairs it', async () => {
    const { id } = await engine.stack.outputs();
    const path = `${FLOWS}/${String(id?.value)}/conditions/applications/includeApplications`;
    await graph.call(`DELETE ${path}/${web}`);
    expect((await engine.stack.refresh()).summary.resourceChanges).toMatchObject({ update: 1 });
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(await attached(String(id?.value))).toEqual([web]);
  });

  test('another name and other attributes change the flow in place', async () => {
    const before = await engine.stack.outputs();
    args = { ...args, displayName: 'Sign in', isSignUpAllowed: false, attributes: [{ attribute: 'email' }] };
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(await engine.stack.outputs()).toEqual(before);
    expect(await names()).toEqual(['Sign in']);
  });

  test('faults of the declaration are shown at the property, before any request', async () => {
    graph.take();
    const sound = args;
    args = { ...args, attributes: [{ attribute: 'email' }, { attribute: 'Email' }] };
    await expect(engine.stack.preview()).rejects.toThrow(/attributes\[1\]\.attribute/);
    expect(graph.take()).toEqual({ graph: [], login: [] });
    args = sound;
  });

  test('an existing flow is imported by its id, and destroy removes it', async () => {
    const { id } = await engine.stack.outputs();
    const state = await engine.stack.exportStack();
    const deployment: object = { ...(state.deployment as object), resources: [] };
    await engine.stack.importStack({ ...state, deployment });
    importId = String(id?.value);
    args = { ...args, attributes: [{ attribute: 'email', label: 'Email Address' }] };
    expect((await engine.stack.up()).summary.resourceChanges).toMatchObject({ import: 1 });
    await engine.stack.destroy();
    expect(await names()).toEqual([]);
  });
});
