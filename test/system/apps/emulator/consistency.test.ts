import { textOf } from '../../../../apps/emulator/graph/json';
import { type Call, clientOf, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import {
  application,
  create,
  group,
  GRAPH_PRINCIPAL,
  instantiate,
  register,
  useEmulator,
} from './support/use-emulator';

const { emulator } = useEmulator({ quirks: { throttling: 'none' } });
/** A client that meets replicas as they are. */
const call: Call = (...args) => clientOf({ graphUrl: emulator().graphUrl, token: emulator().token })(...args);

beforeEach(() => {
  emulator().visibility.set({});
});

const statuses = async (request: string, times: number, body?: object): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let count = 0; count < times; count += 1) found.push((await call(request, body)).status);
  return found;
};

test('without lag every change is seen at once', async () => {
  const made = await create(call, '/v1.0/groups', group('at once'));
  expect(await statuses(`GET /v1.0/groups/${idOf(made)}`, 2)).toEqual([200, 200]);
});

test.each(['GET', 'PATCH', 'DELETE'])('%s of a new object is 404 as often as the lag says', async (method) => {
  emulator().visibility.set({ creates: 2 });
  const made = await create(call, '/v1.0/groups', group('new'));
  const body = method === 'PATCH' ? { description: 'x' } : undefined;
  const found = await statuses(`${method} /v1.0/groups/${idOf(made)}`, 3, body);
  expect(found.slice(0, 2)).toEqual([404, 404]);
  expect(found[2]).toBeLessThan(300);
});

test('a new object is missing from lists and cannot be referred to either', async () => {
  const client = await register(call);
  emulator().visibility.set({ creates: 1 });
  const app = await create(call, '/v1.0/applications', application({ displayName: 'lagging' }));
  const filter = "GET /v1.0/applications?$filter=displayName eq 'lagging'";
  const [first, second] = [await call(filter), await call(filter)];
  const principal = await create(call, '/v1.0/servicePrincipals', { appId: textOf(app.body, 'appId') });
  const grant = { clientId: idOf(principal), resourceId: client.principalId, consentType: 'AllPrincipals', scope: '' };
  const [early, later] = [
    await call('POST /v1.0/oauth2PermissionGrants', grant),
    await call('POST /v1.0/oauth2PermissionGrants', grant),
  ];
  expect([valuesOf(first, 'id'), valuesOf(second, 'id')]).toEqual([[], [idOf(app)]]);
  expect([early.status, later.status]).toEqual([404, 201]);
});

test('a change is not read at once, and does not lose what was changed before', async () => {
  const made = await create(call, '/v1.0/groups', group('old'));
  const path = `/v1.0/groups/${idOf(made)}`;
  emulator().visibility.set({ updates: 2 });
  await call(`PATCH ${path}`, { displayName: 'new' });
  const first = await call(`GET ${path}`);
  await call(`PATCH ${path}`, { description: 'later' });
  const reads = [await call(`GET ${path}`), await call(`GET ${path}`), await call(`GET ${path}`)];
  expect(first.body['displayName']).toBe('old');
  expect(reads.map(({ body }) => [body['displayName'], body['description']])).toEqual([
    ['old', null],
    ['old', null],
    ['new', 'later'],
  ]);
});

test('a deleted object is still read for a while, but cannot be changed', async () => {
  const made = await create(call, '/v1.0/groups', group('going'));
  const path = `/v1.0/groups/${idOf(made)}`;
  emulator().visibility.set({ deletes: 2 });
  await call(`DELETE ${path}`);
  expect(await statuses(`PATCH ${path}`, 1, { description: 'x' })).toEqual([404]);
  expect(await statuses(`GET ${path}`, 3)).toEqual([200, 200, 404]);
});

test('what belongs to an object is not seen at once either, whichever way a reader asks for it', async () => {
  const [team, client] = [await create(call, '/v1.0/groups', group('team')), await register(call)];
  const definition = ['{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[]}}'];
  const policy = await create(call, '/v1.0/policies/claimsMappingPolicies', { displayName: 'P', definition });
  const to = (path: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/${path}` });
  const principal = `/v1.0/servicePrincipals/${client.principalId}`;
  emulator().visibility.set({ creates: 1, updates: 1 });
  await call(`POST /v1.0/groups/${idOf(team)}/members/$ref`, to(`directoryObjects/${client.principalId}`));
  await call(`POST ${principal}/claimsMappingPolicies/$ref`, to(`policies/claimsMappingPolicies/${idOf(policy)}`));
  const views: readonly (readonly [path: string, property: string])[] = [
    [`/beta/groups/${idOf(team)}?$expand=members`, 'members'],
    [`/v1.0/policies/claimsMappingPolicies/${idOf(policy)}/appliesTo`, 'value'],
  ];
  for (const [path, property] of views) {
    const [first, second] = [(await call(`GET ${path}`)).body, (await call(`GET ${path}`)).body];
    expect([path, first[property], second[property]]).toEqual([
      path,
      [],
      [expect.objectContaining({ id: client.principalId })],
    ]);
  }
});

test('a new application is in no user flow at once', async () => {
  const flow = await create(call, '/v1.0/identity/authenticationEventsFlows', {
    '@odata.type': '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow',
    displayName: 'flow',
    onInteractiveAuthFlowStart: { isSignUpAllowed: true },
    onAuthenticationMethodLoadStart: { identityProviders: [{ id: 'EmailPassword-OAUTH' }] },
  });
  const path = `/v1.0/identity/authenticationEventsFlows/${idOf(flow)}/conditions/applications/includeApplications`;
  emulator().visibility.set({ creates: 1 });
  const { body } = await create(call, '/v1.0/applications', application({ displayName: 'new' }));
  const add = { '@odata.type': '#microsoft.graph.authenticationConditionApplication', appId: textOf(body, 'appId') };
  expect(await statuses(`POST ${path}`, 2, add)).toEqual([404, 201]);
  expect([valuesOf(await call(`GET ${path}`), 'appId'), valuesOf(await call(`GET ${path}`), 'appId')]).toEqual([
    [],
    [add.appId],
  ]);
});

test('a new job is not in the list of its service principal at once', async () => {
  const { principalId } = await instantiate(call);
  const path = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  const [templateId = ''] = valuesOf(await call(`GET ${path}/templates`), 'id');
  emulator().visibility.set({ creates: 1 });
  const job = await create(call, `${path}/jobs`, { templateId: String(templateId) });
  const lists = [await call(`GET ${path}/jobs`), await call(`GET ${path}/jobs`)];
  expect(lists.map((list) => valuesOf(list, 'id'))).toEqual([[], [idOf(job)]]);
});

test('rules are enforced at once, whatever readers see', async () => {
  emulator().visibility.set({ creates: 9 });
  const identifierUris = ['https://contosob2c.onmicrosoft.com/lag'];
  await create(call, '/v1.0/applications', application({ identifierUris }));
  expect((await call('POST /v1.0/applications', application({ identifierUris }))).status).toBe(400);
});

test('what was there from the start is visible at once', async () => {
  emulator().visibility.set({ creates: 9 });
  expect(await statuses(`GET /v1.0/servicePrincipals/${GRAPH_PRINCIPAL}`, 1)).toEqual([200]);
});

/** How many reads of each of ten new groups are 404. */
async function lagsOf(seed: number): Promise<readonly number[]> {
  emulator().visibility.set({ creates: 5, seed });
  const lags: number[] = [];
  for (let count = 0; count < 10; count += 1) {
    const made = await create(call, '/v1.0/groups', group('seeded'));
    const found = await statuses(`GET /v1.0/groups/${idOf(made)}`, 6);
    lags.push(found.filter((status) => status === 404).length);
  }
  return lags;
}

test('the same seed gives the same lags, another one others, all of them within the most', async () => {
  const [first, same, other] = [await lagsOf(7), await lagsOf(7), await lagsOf(8)];
  expect(first).toEqual(same);
  expect(first).not.toEqual(other);
  expect([...first, ...other].every((lag) => lag >= 0 && lag <= 5)).toBe(true);
  expect(new Set(first).size).toBeGreaterThan(1);
});
