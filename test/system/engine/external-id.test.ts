import { type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../../../apps/emulator/graph/json';
import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { handoffOf } from '../../../src/handoff/handoff';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { customers } from '../../../stacks/entra/customers';
import type { Call } from '../../support/apps/emulator/support/client';
import { customersEstate, externalSection, flowAttribute, TENANT } from '../../support/customers-estate';
import { administratorOf, EngineGraph, FOR_AZUREAD, FOR_REVIEWERS, reviewerOf } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread } from '../../support/engine-suite';
import { EXTERNAL_PERMISSIONS } from '../../support/graph-permissions';

/** The component of each kind, the provider, and the stack itself come on top of what is registered with Graph. */
const RESOURCES = 22;

const REVIEWER = reviewerOf('customers', EXTERNAL_PERMISSIONS.preview);
const POLICIES = '/v1.0/identity/conditionalAccess/policies';
const FLOWS = '/v1.0/identity/authenticationEventsFlows';

const tenant = {
  id: TENANT,
  domain: 'contosoclaims.onmicrosoft.com',
  verifiedDomains: ['contosoclaims.onmicrosoft.com'],
  kind: 'CIAM' as const,
};

describeWithAzuread('the customers program in an external tenant on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let section: Customers = externalSection();

  beforeAll(async () => {
    const deployer = { roles: EXTERNAL_PERMISSIONS.deploy };
    graph = await EngineGraph.start({
      tenant,
      deployer,
      clients: [REVIEWER],
      quirks: { ...FOR_AZUREAD, ...FOR_REVIEWERS },
    });
    const context = { now: new Date(), warn: () => undefined };
    const program = () => Promise.resolve(customers(customersEstate(section), context));
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const call: Call = async (...request) => {
    const answer = await administratorOf(graph.emulator)(...request);
    expect(answer.status).toBeLessThan(300);
    return answer;
  };
  const list = async (path: string): Promise<readonly JsonObject[]> =>
    objectsOf((await call(`GET ${path}`)).body, 'value');
  const application = async (displayName: string): Promise<JsonObject> =>
    (await list('/v1.0/applications')).find((entry) => entry['displayName'] === displayName) ?? {};
  const grants = async (): Promise<readonly string[]> =>
    (await list('/v1.0/oauth2PermissionGrants'))
      .map((grant) => textOf(grant, 'scope').split(' ').toSorted().join(' '))
      .toSorted();

  test('goes from nothing to done, and the second preview shows no change', async () => {
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ create: RESOURCES });
    const [web, stepUp] = [await application('Claims'), await application('Claims API with a second factor')];
    expect(outputs).toMatchObject({
      directoryType: { value: 'external-id' },
      webClientId: { value: web['appId'] },
      stepUpApiClientId: { value: stepUp['appId'] },
    });
    expect([web['signInAudience'], stepUp['signInAudience']]).toEqual(['AzureADMyOrg', 'AzureADMyOrg']);
    expect(await grants()).toEqual(['Accounts.Read', 'Accounts.Write', 'offline_access openid']);
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('the policy is in force for everybody at the second API, and the flow is attached to the web', async () => {
    const [stepUp, web] = [await application('Claims API with a second factor'), await application('Claims')];
    const [policy = {}] = await list(POLICIES);
    const conditions = objectOf(policy, 'conditions');
    expect(policy['state']).toBe('enabled');
    expect(textsOf(objectOf(conditions, 'applications'), 'includeApplications')).toEqual([stepUp['appId']]);
    expect(textsOf(objectOf(conditions, 'users'), 'includeUsers')).toEqual(['All']);
    expect(textsOf(objectOf(policy, 'grantControls'), 'builtInControls')).toEqual(['mfa']);
    const [flow = {}] = await list(FLOWS);
    const attached = await list(`${FLOWS}/${textOf(flow, 'id')}/conditions/applications/includeApplications`);
    expect(attached.map(({ appId }) => appId)).toEqual([web['appId']]);
  });

  test('what it made can be handed over', async () => {
    const outputs = Object.entries(await engine.stack.outputs()).map(([name, { value }]) => [name, value as unknown]);
    const { ids } = handoffOf(parseCustomersOutputs('test', JSON.stringify(Object.fromEntries(outputs))));
    expect(ids.stepUpApiClientId).toBe((await application('Claims API with a second factor'))['appId']);
  });

  test('another identity, which may only read, sees no change either', async () => {
    await graph.signInAs(engine.stack, REVIEWER);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  test('a refresh finds a policy that somebody switched off, and the next up puts it in force', async () => {
    const [policy = {}] = await list(POLICIES);
    await call(`PATCH ${POLICIES}/${textOf(policy, 'id')}`, { state: 'disabled' });
    expect((await engine.stack.refresh()).summary.resourceChanges).toMatchObject({ update: 1 });
    const [first, ...others] = section.userFlows;
    const userFlows = [...(first === undefined ? [] : [{ ...first, attributes: [flowAttribute('email')] }]), ...others];
    section = { ...section, userFlows };
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 2, same: RESOURCES - 2 });
    expect((await list(POLICIES)).map(({ state }) => state)).toEqual(['enabled']);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('is destroyed without a trace', async () => {
    await engine.stack.destroy({ refresh: true });
    const names = (await list('/v1.0/applications')).map((entry) => textOf(entry, 'displayName'));
    expect(names.filter((name) => name.startsWith('Claims'))).toEqual([]);
    expect([await grants(), await list(FLOWS), await list(POLICIES)]).toEqual([[], [], []]);
  });
});
