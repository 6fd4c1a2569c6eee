import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { objectOf, objectsOf, type JsonObject } from '../../../../apps/emulator/graph/json';
import { CALM, application, create, group, scope, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM, groups: ['Operators'] });
const EVENTUAL = { headers: { ConsistencyLevel: 'eventual' } };
const PROVIDERS = '/v1.0/identity/identityProviders';

test.each([
  '$select=constructor',
  '$select=__proto__',
  '$expand=constructor',
  '$expand=toString',
  '$orderby=colour',
  '$orderby=constructor',
  '$search="colour:blue"',
  "$filter=displayName eq 'a'&$filter=displayName eq 'b'",
  "$filter=groupTypes/any(c:d eq 'Unified')",
  "$filter=assignedLicenses/any(c:c/colour eq 'blue')",
  '$filter=groupTypes/any(c:c eq 5)',
  "$filter=groupTypes/any(c:c eq 'a') and c eq 'b'",
  "$filter=displayName in ('a',5)",
])('refuses the query %s', async (query) => {
  expect((await call(`GET /v1.0/groups?${query}`, undefined, EVENTUAL)).status).toBe(400);
});

test.each(['$select=writebackConfiguration/isEnabled', '$expand=members/owners'])('says 501 to %s', async (query) => {
  expect((await call(`GET /v1.0/groups?${query}`)).status).toBe(501);
});

test('refuses a filter of 5,000 parentheses', async () => {
  const filter = `${'('.repeat(5000)}displayName eq 'a'${')'.repeat(5000)}`;
  expect((await call(`GET /v1.0/groups?$filter=${filter}`)).status).toBe(400);
});

test.each([
  ['objects', '{"web":', '}', 'BadRequest'],
  ['lists', '[', ']', 'Request_BadRequest'],
])('refuses a body of 300,000 %s in one another', async (...[, opening, closing, code]) => {
  const deep = `${opening.repeat(300_000)}1${closing.repeat(300_000)}`;
  const answer = await call('POST /v1.0/applications', `{"displayName":"deep","tags":${deep}}`);
  expect([answer.status, errorCode(answer)]).toEqual([400, code]);
});

test('an application without an app id is no application, and not the list of all', async () => {
  expect((await call("GET /v1.0/applications(appId='')")).status).toBe(404);
  expect((await call("GET /v1.0/applications(appId='a/owners')")).status).toBe(404);
});

test.each<[string, JsonObject]>([
  ['of no method', { method: 'GET IT', url: '/groups' }],
  ['without a method', { url: '/groups' }],
  ['without a URL', { method: 'GET' }],
  ['to what is above the version', { method: 'GET', url: '/../../healthz' }],
  ['to another version', { method: 'GET', url: '/%2e%2e/beta/groups' }],
  ['with a header that is none', { method: 'GET', url: '/groups', headers: { 'a b': 'c' } }],
  ['that reads with a body', { method: 'GET', url: '/groups', body: { a: 1 } }],
])('refuses a batch with a request %s', async (_what, request) => {
  const answer = await call('POST /v1.0/$batch', { requests: [{ id: '1', ...request }] });
  expect([answer.status, errorCode(answer)]).toEqual([400, 'BadRequest']);
});

test('a request of a batch has no headers of a connection', async () => {
  const headers = { host: 'example.com', 'content-length': '5', 'Transfer-Encoding': 'chunked', expect: 'x' };
  const answer = await call('POST /v1.0/$batch', { requests: [{ id: '1', method: 'GET', url: '/groups', headers }] });
  expect(objectsOf(answer.body, 'responses').map(({ status }) => status)).toEqual([200]);
});

test('the secret of an identity provider is not told, however its type is written', async () => {
  const made = await create(call, PROVIDERS, {
    '@odata.type': '#Microsoft.Graph.SocialIdentityProvider',
    displayName: 'Google',
    identityProviderType: 'Google',
    clientId: 'client',
    clientSecret: 'never told',
  });
  expect([idOf(made), made.body['clientSecret']]).toEqual(['Google-OAUTH', '******']);
  expect(JSON.stringify(emulator().store.state())).not.toContain('never told');
});

test('a type inside an object may begin with a capital', async () => {
  const inside = { '@odata.type': '#Microsoft.Graph.BasicAuthentication', username: 'claims', password: 'secret' };
  const connector = { displayName: 'In capitals', targetUrl: 'https://claims.contoso.com' };
  const answer = await call('POST /beta/identity/apiConnectors', { ...connector, authenticationConfiguration: inside });
  expect(answer.status).toBe(201);
});

test('says 501 to an identity provider of a type that every object has a member of', async () => {
  const answer = await call(`POST ${PROVIDERS}`, { '@odata.type': '#microsoft.graph.constructor', displayName: 'x' });
  expect(answer.status).toBe(501);
});

test('an object inside that names its own type is merged like one that does not', async () => {
  const api = { oauth2PermissionScopes: [scope('kept')] };
  const made = await create(call, '/v1.0/applications', application({ api }));
  const path = `/v1.0/applications/${idOf(made)}`;
  const named = { '@odata.type': '#microsoft.graph.apiApplication', acceptMappedClaims: true };
  expect((await call(`PATCH ${path}`, { api: named })).status).toBe(204);
  const after = objectOf((await call(`GET ${path}`)).body, 'api');
  expect(after).toMatchObject({ ...api, acceptMappedClaims: true });
  expect(after).not.toHaveProperty('@odata.type');
});

test('references in a new object are of the types that its references have later', async () => {
  const [operators] = valuesOf(await call('GET /v1.0/groups'), 'id');
  const app = await create(call, '/v1.0/applications', application());
  const bind = (id: unknown): readonly string[] => [`${emulator().graphUrl}/v1.0/directoryObjects/${String(id)}`];
  const answers = [
    await call('POST /v1.0/applications', application({ 'owners@odata.bind': bind(operators) })),
    await call('POST /v1.0/groups', group('owned by a group', { 'owners@odata.bind': bind(operators) })),
    await call('POST /v1.0/groups', group('has an application', { 'members@odata.bind': bind(idOf(app)) })),
  ];
  expect(answers.map((answer) => [answer.status, errorMessage(answer)])).toEqual([
    [400, "Invalid object type 'group' specified for reference property 'owners'."],
    [400, "Invalid object type 'group' specified for reference property 'owners'."],
    [400, "Invalid object type 'application' specified for reference property 'members'."],
  ]);
});
