import { ROUTES } from '../../../../apps/emulator/graph/routes';
import { GRAPH_ROLES } from '../../../../apps/emulator/graph/auth/roles';
import type { TokenRequest } from '../../../../apps/emulator/graph/tokens';
import { TokenSigner } from '../../../../apps/emulator/graph/tokens';
import { textOf } from '../../../../apps/emulator/graph/json';
import { callTls, errorCode, errorMessage, idOf } from '../../../support/apps/emulator/support/client';
import { CALM, application, create, group, GRAPH_PRINCIPAL, register, useEmulator } from './support/use-emulator';

let clock = Date.parse('2026-11-25T12:00:00Z');
const PERSON = 'ada@contosob2c.onmicrosoft.com';
const { emulator, call } = useEmulator({ quirks: CALM, now: () => new Date(clock), users: [PERSON] });

const requests = ROUTES.map(
  ({ method, path, version = 'v1.0' }) => `${method} /${version}${path.replace(/\{\w+\}/g, 'x')}`,
);

/** Answered to any token: the gallery, and that nobody is signed in to an application. */
const FREE = [
  'GET /v1.0/applicationTemplates',
  'GET /v1.0/applicationTemplates/$count',
  'GET /v1.0/applicationTemplates/x',
  'GET /v1.0/me',
];

test.each(requests)('%s needs a token', async (request) => {
  const without = await call(request, undefined, { token: '' });
  expect([without.status, errorCode(without), errorMessage(without)]).toEqual([
    401,
    'InvalidAuthenticationToken',
    'Access token is empty.',
  ]);
});

test.each(requests.filter((request) => !FREE.includes(request)))('%s needs a permission', async (request) => {
  const application = emulator().token([]);
  const person = emulator().personToken(PERSON, ['openid']);
  for (const token of [application, person]) {
    const powerless = await call(request, undefined, { token });
    expect([powerless.status, errorCode(powerless), errorMessage(powerless)]).toEqual([
      403,
      'Authorization_RequestDenied',
      'Insufficient privileges to complete the operation.',
    ]);
  }
});

function tokenWith(changes: Partial<TokenRequest>, signer = emulator().signer): string {
  const { tenant, deployer, graphUrl } = emulator();
  return signer.issue({
    appId: deployer.clientId,
    objectId: deployer.objectId,
    kind: 'application',
    permissions: Object.keys(GRAPH_ROLES),
    tenantId: tenant.id,
    issuer: 'x',
    audience: graphUrl,
    issuedAt: clock / 1000,
    ...changes,
  });
}

test.each([
  ['of another audience', () => tokenWith({ audience: 'https://management.azure.com' }), 'Invalid audience'],
  ['of another tenant', () => tokenWith({ tenantId: 'x' }), 'another tenant'],
  ['that has expired', () => tokenWith({ issuedAt: clock / 1000 - 3600 }), 'expired'],
  ['that is not valid yet', () => tokenWith({ issuedAt: clock / 1000 + 60 }), 'expired'],
  ['signed by somebody else', () => tokenWith({}, new TokenSigner()), 'Signature is invalid'],
  ['without a signature', () => tokenWith({}).replace(/[^.]+$/, ''), 'Signature is invalid'],
  ['that is none', () => 'secret', 'parsing failed'],
])('refuses a token %s', async (_kind, token, problem) => {
  const answer = await call('GET /v1.0/groups', undefined, { token: token() });
  expect([answer.status, errorCode(answer)]).toEqual([401, 'InvalidAuthenticationToken']);
  expect(errorMessage(answer)).toContain(problem);
  expect(answer.headers.get('www-authenticate')).toContain('Bearer');
});

test('refuses a token whose header says that it is not signed', async () => {
  const [, payload = ''] = tokenWith({}).split('.');
  const header = Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url');
  const answer = await call('GET /v1.0/groups', undefined, { token: `${header}.${payload}.` });
  expect(answer.status).toBe(401);
});

test('a token stops working when its hour is over, though it was accepted before', async () => {
  const token = emulator().token();
  const before = await call('GET /v1.0/groups', undefined, { token });
  clock += 3_600_000;
  const after = await call('GET /v1.0/groups', undefined, { token });
  clock -= 3_600_000;
  expect([before.status, after.status]).toEqual([200, 401]);
});

const form = (changes: Record<string, string> = {}): Record<string, string> => ({
  client_id: emulator().deployer.clientId,
  client_secret: emulator().deployer.clientSecret,
  grant_type: 'client_credentials',
  scope: `${emulator().graphUrl}/.default`,
  ...changes,
});
const requestToken = (changes: Record<string, string> = {}, tenant = emulator().tenant.id) =>
  callTls(emulator(), `/${tenant}/oauth2/v2.0/token`, form(changes));

test('gives a token that says who the client is, where, and what it may do', async () => {
  const answer = await requestToken();
  const [, payload = ''] = textOf(answer.body, 'access_token').split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
  expect(claims).toMatchObject({
    oid: emulator().deployer.objectId,
    appid: emulator().deployer.clientId,
    tid: emulator().tenant.id,
    roles: Object.keys(GRAPH_ROLES).toSorted(),
    exp: clock / 1000 + 3599,
  });
});

test.each([
  ['an unknown client', { client_id: '99999999-2222-4222-8222-222222222222' }, 400, 'unauthorized_client', 700016],
  ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
  ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
  ['a scope without /.default', { scope: 'https://graph.microsoft.com/User.Read' }, 400, 'invalid_scope', 1002012],
  ['an unknown resource', { scope: 'https://nobody.example/.default' }, 400, 'invalid_resource', 500011],
  ['an assertion of no type', { client_assertion: 'x' }, 400, 'invalid_request', 90023],
])('refuses a token to %s', async (...[, changes, status, error, code]) => {
  const answer = await requestToken(changes);
  expect([answer.status, answer.body['error'], answer.body['error_codes']]).toEqual([status, error, [code]]);
  expect(answer.body['error_description']).toMatch(`AADSTS${code}: `);
});

test('refuses a token of another tenant', async () => {
  const answer = await requestToken({}, '99999999-1111-4111-8111-111111111111');
  expect(answer.body['error_codes']).toEqual([90002]);
});

test('describes its tokens as OpenID Connect does', async () => {
  const { tenant, tlsUrl } = emulator();
  const configuration = await callTls(emulator(), `/${tenant.id}/v2.0/.well-known/openid-configuration`);
  const keys = await callTls(emulator(), `/${tenant.id}/discovery/v2.0/keys`);
  const instance = await callTls(emulator(), '/common/discovery/instance?api-version=1.1');
  expect(configuration.body).toMatchObject({
    issuer: `${tlsUrl}/${tenant.id}/v2.0`,
    token_endpoint: `${tlsUrl}/${tenant.id}/oauth2/v2.0/token`,
    jwks_uri: `${tlsUrl}/${tenant.id}/discovery/v2.0/keys`,
  });
  expect(keys.body['keys']).toEqual([expect.objectContaining({ kty: 'EC', alg: 'ES256' })]);
  expect(keys.body['keys']).toEqual([expect.not.objectContaining({ d: expect.anything() as unknown })]);
  expect(instance.body['tenant_discovery_endpoint']).toContain(tenant.id);
});

test('an application that Graph made gets a token with the roles that it was assigned, until its secret expires', async () => {
  const client = await register(call, { displayName: 'robot' });
  const endDateTime = '2026-12-25T00:00:00Z';
  const added = await call(`POST /v1.0/applications/${client.applicationId}/addPassword`, {
    passwordCredential: { displayName: 'key', endDateTime },
  });
  const asClient = { client_id: client.appId, client_secret: textOf(added.body, 'secretText') };
  const assigned = await create(call, `/v1.0/servicePrincipals/${client.principalId}/appRoleAssignments`, {
    principalId: client.principalId,
    resourceId: GRAPH_PRINCIPAL,
    appRoleId: GRAPH_ROLES['Group.Read.All'],
  });
  expect(assigned.body).toMatchObject({ principalType: 'ServicePrincipal', resourceDisplayName: 'Microsoft Graph' });
  const token = textOf((await requestToken(asClient)).body, 'access_token');
  const read = await call('GET /v1.0/groups', undefined, { token });
  const write = await call('POST /v1.0/groups', group('x'), { token });
  clock = Date.parse('2026-12-25T00:00:01Z');
  const late = await requestToken(asClient);
  clock = Date.parse('2026-11-25T12:00:00Z');
  expect([read.status, write.status]).toEqual([200, 403]);
  expect(late.body['error_codes']).toEqual([7000222]);
});

test('who may only manage what it owns creates, becomes the owner, changes that and nothing else', async () => {
  const token = emulator().token(['Application.ReadWrite.OwnedBy']);
  const foreign = await create(call, '/v1.0/applications', application({ displayName: 'foreign' }));
  const own = await call('POST /v1.0/applications', application({ displayName: 'own' }), { token });
  const change = { notes: 'x' };
  const answers = [
    await call(`PATCH /v1.0/applications/${idOf(own)}`, change, { token }),
    await call(`PATCH /v1.0/applications/${idOf(foreign)}`, change, { token }),
    await call(`DELETE /v1.0/applications/${idOf(foreign)}`, undefined, { token }),
    await call(`DELETE /v1.0/applications/${idOf(own)}`, undefined, { token }),
    await call(`DELETE /v1.0/directory/deletedItems/${idOf(own)}`, undefined, { token }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([204, 403, 403, 204, 403]);
});

test.each([
  ['Group.Create', 'POST /v1.0/groups', 201],
  ['Group.Read.All', 'POST /v1.0/groups', 403],
  ['Application.ReadWrite.All', 'POST /v1.0/groups', 403],
  ['Group.ReadWrite.All', 'POST /v1.0/groups', 201],
  ['Directory.ReadWrite.All', 'POST /v1.0/groups', 201],
])('%s and %s: %i', async (role, request, status) => {
  const answer = await call(request, group('by role'), { token: emulator().token([role]) });
  expect(answer.status).toBe(status);
});

test.each([
  ['AppRoleAssignment.ReadWrite.All', 403],
  ['Application.Read.All', 403],
  ['AppRoleAssignment.ReadWrite.All Application.Read.All', 400],
])('what is needed together is not enough alone: %s to assign a role: %i', async (permissions, status) => {
  const path = `POST /v1.0/servicePrincipals/${GRAPH_PRINCIPAL}/appRoleAssignedTo`;
  const names = permissions.split(' ');
  for (const token of [emulator().token(names), emulator().personToken(PERSON, names)]) {
    expect((await call(path, {}, { token })).status).toBe(status);
  }
});

test('the two lists of permissions differ: a person creates no group with Group.Create, an application does', async () => {
  const statusOf = async (token: string): Promise<number> =>
    (await call('POST /v1.0/groups', group('listed'), { token })).status;
  expect(await statusOf(emulator().personToken(PERSON, ['Group.Create']))).toBe(403);
  expect(await statusOf(emulator().personToken(PERSON, ['Group.ReadWrite.All']))).toBe(201);
  expect(await statusOf(emulator().token(['Group.Create']))).toBe(201);
});

test('/me is the person who is signed in', async () => {
  const person = await call('GET /v1.0/me', undefined, { token: emulator().personToken(PERSON, ['User.Read']) });
  const application = await call('GET /v1.0/me');
  expect([person.status, person.body['userPrincipalName'], application.status]).toEqual([200, PERSON, 400]);
});

test('a quirk asks for no permissions', async () => {
  emulator().quirks.permissions = 'ignored';
  const answer = await call('GET /v1.0/groups', undefined, { token: emulator().token([]) });
  emulator().quirks.permissions = 'enforced';
  expect(answer.status).toBe(200);
});

test('a quirk lets a preview read what is documented for writers alone', async () => {
  const token = emulator().token(['DelegatedPermissionGrant.Read.All']);
  const statusOf = async (): Promise<number> =>
    (await call('GET /v1.0/oauth2PermissionGrants', undefined, { token })).status;
  const documented = await statusOf();
  emulator().quirks.undocumentedReads = 'allowed';
  const allowed = await statusOf();
  emulator().quirks.undocumentedReads = 'refused';
  expect([documented, allowed]).toEqual([403, 200]);
});

test('not even Directory.ReadWrite.All gives application roles away', async () => {
  const token = emulator().token(['Directory.ReadWrite.All', 'Application.ReadWrite.All']);
  const answer = await call(`POST /v1.0/servicePrincipals/${GRAPH_PRINCIPAL}/appRoleAssignedTo`, {}, { token });
  expect(answer.status).toBe(403);
});
