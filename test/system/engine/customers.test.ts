import { objectsOf, objectOf, textOf, textsOf, type JsonObject } from '../../../apps/emulator/graph/json';
import { parseCustomersOutputs } from '../../../src/handoff/customers-outputs';
import { handoffOf } from '../../../src/handoff/handoff';
import { type Customers, redirectUrisOf } from '../../../src/estate/sections/customers/customers';
import { customers } from '../../../stacks/entra/customers';
import type { Call } from '../../support/apps/emulator/support/client';
import { customersEstate, customersSection, flowAttribute, scope, TENANT } from '../../support/customers-estate';
import { administratorOf, EngineGraph, FOR_AZUREAD, FOR_REVIEWERS, reviewerOf } from '../../support/engine-graph';
import { EngineStack, ignoreOutputs } from '../../support/engine-stack';
import { describeWithAzuread, SECRET } from '../../support/engine-suite';
import { GRAPH_PERMISSIONS } from '../../support/graph-permissions';

/** The component of each kind, the provider, and the stack itself come on top of what is registered with Graph. */
const RESOURCES = 19;

const DAY_MS = 24 * 60 * 60 * 1000;
const PERIOD_DAYS = 90;

const REVIEWER = reviewerOf('customers');

const tenant = {
  id: TENANT,
  domain: 'contosoclaims.onmicrosoft.com',
  verifiedDomains: ['contosoclaims.onmicrosoft.com'],
};

const declared = customersSection({
  // What the directory offers: the emulator has no other identity provider.
  userFlows: customersSection().userFlows.map((flow) => ({ ...flow, identityProviders: ['EmailPassword-OAUTH'] })),
});

describeWithAzuread('the customers program on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let section: Customers = declared;
  let now = new Date();

  beforeAll(async () => {
    graph = await EngineGraph.start({
      tenant,
      now: () => now,
      deployer: { roles: GRAPH_PERMISSIONS.customers.deploy },
      clients: [REVIEWER],
      quirks: { ...FOR_AZUREAD, ...FOR_REVIEWERS },
    });
    const program = () => Promise.resolve(customers(customersEstate(section), { now, warn: () => undefined }));
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  /** With a token of the day: the clock moves on. */
  const call: Call = async (...request) => {
    const answer = await administratorOf(graph.emulator)(...request);
    expect(answer.status).toBeLessThan(300);
    return answer;
  };
  const list = async (path: string): Promise<readonly JsonObject[]> =>
    objectsOf((await call(`GET ${path}`)).body, 'value');
  const application = async (displayName: string): Promise<JsonObject> => {
    const found = (await list('/v1.0/applications')).filter((entry) => entry['displayName'] === displayName);
    expect(found).toHaveLength(1);
    return found[0] ?? {};
  };
  const redirectUris = async (): Promise<readonly string[]> =>
    textsOf(objectOf(await application('Claims'), 'web'), 'redirectUris').toSorted();
  const scopesOfApi = async (): Promise<readonly unknown[]> =>
    objectsOf(objectOf(await application('Claims API'), 'api'), 'oauth2PermissionScopes')
      .map(({ value }) => value)
      .toSorted();
  const secretNames = async (): Promise<readonly unknown[]> =>
    objectsOf(await application('Claims'), 'passwordCredentials').map(({ displayName }) => displayName);
  const grants = async (): Promise<readonly string[]> =>
    (await list('/v1.0/oauth2PermissionGrants')).map((grant) => textOf(grant, 'scope').split(' ').toSorted().join(' '));

  test('goes from nothing to done, and the second preview shows no change', async () => {
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ create: RESOURCES });
    expect(outputs['webClientId']?.value).toBe(textOf(await application('Claims'), 'appId'));
    expect(outputs['clientSecret']).toMatchObject({ secret: true });
    expect(await redirectUris()).toEqual(redirectUrisOf(declared.webApplication).toSorted());
    expect(await scopesOfApi()).toEqual(['Accounts.Read', 'Accounts.Write']);
    expect((await grants()).toSorted()).toEqual(['Accounts.Read Accounts.Write', 'offline_access openid']);
    expect((await list('/beta/identity/b2cUserFlows')).map(({ id }) => id)).toEqual(
      expect.arrayContaining(declared.userFlows.map(({ id }) => id)),
    );
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('what it made can be handed over', async () => {
    const outputs = Object.entries(await engine.stack.outputs()).map(([name, { value }]) => [name, value as unknown]);
    const { ids } = handoffOf(parseCustomersOutputs('test', JSON.stringify(Object.fromEntries(outputs))));
    expect(ids.webClientId).toBe(textOf(await application('Claims'), 'appId'));
  });

  test('another identity, which may only read, sees no change either', async () => {
    await graph.signInAs(engine.stack, REVIEWER);
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  test('no secret is in the state in plain', async () => {
    const secret = (await engine.stack.outputs())['clientSecret']?.value as string;
    expect(secret.length).toBeGreaterThan(10);
    expect(engine.storedState()).not.toContain(secret);
    expect(engine.storedState()).not.toContain(SECRET);
  });

  test('the order of the estate is no change', async () => {
    const { apiApplication, webApplication } = declared;
    section = {
      ...declared,
      apiApplication: { ...apiApplication, scopes: apiApplication.scopes.toReversed() },
      webApplication: { ...webApplication, hosts: webApplication.hosts.toReversed() },
      userFlows: declared.userFlows.toReversed(),
    };
    await engine.stack.preview({ expectNoChanges: true });
    section = declared;
  });

  test('a refresh finds a redirect URI that somebody took away, and the next up puts it back', async () => {
    const id = textOf(await application('Claims'), 'id');
    await call(`PATCH /v1.0/applications/${id}`, { web: { redirectUris: [] } });
    expect((await engine.stack.refresh()).summary.resourceChanges).toMatchObject({ update: 1 });
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: RESOURCES - 1 });
    expect(await redirectUris()).toEqual(redirectUrisOf(declared.webApplication).toSorted());
    await engine.stack.refresh({ expectNoChanges: true });
  });

  test('a refresh finds a scope and a service principal that somebody disabled, and the next up enables them', async () => {
    const api = await application('Claims API');
    const scopes = objectsOf(objectOf(api, 'api'), 'oauth2PermissionScopes');
    const disabled = scopes.map((one) => ({ ...one, isEnabled: false }));
    await call(`PATCH /v1.0/applications/${textOf(api, 'id')}`, { api: { oauth2PermissionScopes: disabled } });
    const [principal] = await list("/v1.0/servicePrincipals?$filter=displayName eq 'Claims'");
    await call(`PATCH /v1.0/servicePrincipals/${textOf(principal ?? {}, 'id')}`, { accountEnabled: false });
    await expect(engine.stack.preview({ expectNoChanges: true, refresh: true })).rejects.toThrow();
    await engine.stack.up({ refresh: true });
    const states = objectsOf(objectOf(await application('Claims API'), 'api'), 'oauth2PermissionScopes');
    const [enabled] = await list("/v1.0/servicePrincipals?$filter=displayName eq 'Claims'");
    expect(states.map(({ isEnabled }) => isEnabled)).toEqual(scopes.map(() => true));
    expect(enabled).toMatchObject({ accountEnabled: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('names, hosts, scopes, attributes and the second factor change in place', async () => {
    const { apiApplication, webApplication } = declared;
    const [first, ...others] = declared.userFlows;
    section = {
      ...declared,
      apiApplication: { ...apiApplication, scopes: [scope('Accounts.Read'), scope('Accounts.Delete')] },
      webApplication: { ...webApplication, displayName: 'Claims', hosts: webApplication.hosts.slice(1) },
      userFlows: [
        ...(first === undefined ? [] : [{ ...first, attributes: [flowAttribute('surname'), ...first.attributes] }]),
        ...others.map((flow) => (flow.use === 'stepUp' ? { ...flow, multifactor: { state: 'off' as const } } : flow)),
      ],
    };
    const { summary } = await engine.stack.up();
    // Both applications, the grant of the API, and two flows.
    expect(summary.resourceChanges).toEqual({ update: 5, same: RESOURCES - 5 });
    expect(await scopesOfApi()).toEqual(['Accounts.Delete', 'Accounts.Read']);
    expect((await grants()).toSorted()).toEqual(['Accounts.Delete Accounts.Read', 'offline_access openid']);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('a period later one secret is replaced, and the other one stays', async () => {
    const before = await engine.stack.outputs();
    const names = await secretNames();
    now = new Date(now.getTime() + PERIOD_DAYS * DAY_MS);
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ replace: 1, same: RESOURCES - 1 });
    expect(outputs['clientSecret']?.value).not.toBe(before['clientSecret']?.value);
    const rotated = await secretNames();
    expect(rotated).toHaveLength(2);
    expect(rotated.filter((name) => names.includes(name))).toHaveLength(1);
    await engine.stack.preview({ expectNoChanges: true });
  });

  test('another rotation takes one secret away in a run, also where the new one is refused', async () => {
    const { webApplication } = section;
    const before = await secretNames();
    const clientSecret = { ...webApplication.clientSecret, periodDays: 30 };
    section = { ...section, webApplication: { ...webApplication, clientSecret } };

    graph.emulator.faults.add({ kind: 'forbidden', method: 'POST', path: '/v1.0/applications/*/addPassword' });
    const ignored = ignoreOutputs();
    await expect(engine.stack.up()).rejects.toThrow('Adding password');
    ignored.mockRestore();
    const kept = await secretNames();
    expect(kept).toHaveLength(1);
    expect(before).toContain(kept[0]);

    await engine.stack.up();
    const second = await secretNames();
    expect(second).toHaveLength(2);
    expect(second).toContain(kept[0]);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });

    // The turn of the other one is the next period.
    now = new Date(now.getTime() + 30 * DAY_MS);
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: RESOURCES - 1 });
    const third = await secretNames();
    expect(third).toHaveLength(2);
    expect(third).not.toContain(kept[0]);
    expect(third.filter((name) => second.includes(name))).toHaveLength(1);
    await engine.stack.preview({ expectNoChanges: true });
  });

  test('is destroyed without a trace, also after somebody took a grant away', async () => {
    const [grant] = await list('/v1.0/oauth2PermissionGrants');
    await call(`DELETE /v1.0/oauth2PermissionGrants/${textOf(grant ?? {}, 'id')}`);
    await engine.stack.destroy({ refresh: true });
    const names = (await list('/v1.0/applications')).map(({ displayName }) => displayName);
    expect(names).not.toContain('Claims');
    expect(names).not.toContain('Claims API');
    expect(await grants()).toEqual([]);
    expect(await list('/beta/identity/b2cUserFlows')).toEqual([]);
    expect(await list("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'")).toHaveLength(1);
  });
});
