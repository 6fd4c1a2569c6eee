import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { objectOf, objectsOf, textOf, textsOf } from '../../../../apps/emulator/graph/json';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import {
  CALM,
  application,
  create,
  instantiate,
  NO_SUCH_ID,
  register,
  scope,
  useEmulator,
} from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: { ...CALM, samlDeletion: 'refused' } });

const scopes = (...list: JsonObject[]): JsonObject => ({ api: { oauth2PermissionScopes: list } });
const WORK = { signInAudience: 'AzureADMyOrg' };
/** https://learn.microsoft.com/entra/identity-platform/reply-url */
const redirects = (count: number): JsonObject => ({
  web: { redirectUris: Array.from({ length: count }, (_, index) => `https://a.b/${index}`) },
});
const OTHER_ID = '0a0a0a0a-0000-4000-8000-000000000002';

test.each<[string, JsonObject, string, string]>([
  ['without a name', { displayName: '' }, 'Request_BadRequest', "A value is required for property 'displayName'"],
  ['with a name of 257 characters', { displayName: 'a'.repeat(257) }, 'Request_BadRequest', "'displayName'"],
  ['for an unknown audience', { signInAudience: 'Everybody' }, 'Request_BadRequest', "'signInAudience'"],
  [
    'for personal accounts with tokens of version 1',
    { api: { requestedAccessTokenVersion: 1 } },
    'InvalidAccessTokenVersion',
    'Property api.requestedAccessTokenVersion is invalid.',
  ],
  [
    'with tokens of version 3',
    { signInAudience: 'AzureADMyOrg', api: { requestedAccessTokenVersion: 3 } },
    'InvalidAccessTokenVersion',
    'api.requestedAccessTokenVersion',
  ],
  ['with a scope of 41 characters', scopes(scope('a'.repeat(41))), 'InvalidValue', 'not be longer than 40 characters'],
  ['with a scope without an id', scopes(scope('a', 'x')), 'Request_BadRequest', 'oauth2PermissionScopes.id'],
  ['with two scopes of one id', scopes(scope('a'), scope('b')), 'DuplicateValue', 'oauth2PermissionScopes.id'],
  [
    'with two scopes of one name',
    scopes(scope('a'), scope('a', OTHER_ID)),
    'DuplicateValue',
    'oauth2PermissionScopes.value',
  ],
  [
    'with an identifier of somebody else’s domain',
    { identifierUris: ['https://example.com/api'] },
    'HostNameNotOnVerifiedDomain',
    "verified domain of the organization or its subdomain: 'https://example.com/api'",
  ],
  ['with a URN for personal accounts', { identifierUris: ['urn:x:y'] }, 'Request_BadRequest', 'identifierUris'],
  ['with an identifier that is no URI', { identifierUris: ['api'] }, 'Request_BadRequest', 'identifierUris'],
  ['with an identifier twice', { identifierUris: ['api://a', 'api://a'] }, 'Request_BadRequest', 'identifierUris'],
  [
    'with a redirect URI over plain HTTP',
    { web: { redirectUris: ['http://example.com/cb'] } },
    'InvalidRedirectUri',
    "Property web.redirectUris is invalid: 'http://example.com/cb'.",
  ],
  ['with 101 redirect URIs for personal accounts', redirects(101), 'InvalidRedirectUri', 'at most 100'],
  ['with 257 redirect URIs', { ...WORK, ...redirects(257) }, 'InvalidRedirectUri', 'at most 256'],
  [
    'with a redirect URI of 257 characters',
    { web: { redirectUris: [`https://a.b/${'c'.repeat(245)}`] } },
    'InvalidRedirectUri',
    'web.redirectUris',
  ],
  [
    'with a redirect URI twice',
    { spa: { redirectUris: ['https://a.b/c', 'https://a.b/c'] } },
    'InvalidRedirectUri',
    'once',
  ],
  [
    'with a redirect URI for two platforms',
    { web: { redirectUris: ['https://a.b/c'] }, spa: { redirectUris: ['https://a.b/c'] } },
    'InvalidRedirectUri',
    'one platform',
  ],
  [
    'with the loopback address of IPv6 as redirect URI',
    { web: { redirectUris: ['http://[::1]:3000/cb'] } },
    'InvalidRedirectUri',
    'web.redirectUris',
  ],
  ['with claims of unknown groups', { groupMembershipClaims: 'Everything' }, 'Request_BadRequest', 'groupMembership'],
  [
    'with claims of unknown groups beside known ones',
    { groupMembershipClaims: 'SecurityGroup, Everything' },
    'Request_BadRequest',
    'groupMembershipClaims',
  ],
  [
    'with a role whose id is no GUID',
    { appRoles: [{ id: 'reader', value: 'reader', displayName: 'Reader', allowedMemberTypes: ['User'] }] },
    'Request_BadRequest',
    'appRoles.id',
  ],
  ['with a fragment in a redirect URI', { spa: { redirectUris: ['https://a.b/#c'] } }, 'InvalidRedirectUri', 'spa'],
  [
    'that asks for no known kind of access',
    {
      requiredResourceAccess: [{ resourceAppId: NO_SUCH_ID, resourceAccess: [{ id: NO_SUCH_ID, type: 'Delegated' }] }],
    },
    'Request_BadRequest',
    'requiredResourceAccess',
  ],
  ['with an unknown property', { colour: 'blue' }, 'Request_BadRequest', "Invalid property 'colour'."],
  ['with an unknown property inside', { web: { uris: [] } }, 'Request_BadRequest', "Invalid property 'web.uris'."],
  ['with a text for a list', { tags: 'a' }, 'Request_BadRequest', "'tags'"],
  ['with a list for an object', { web: [] }, 'Request_BadRequest', "'web'"],
  ['with an object for a text', { displayName: { a: 1 } }, 'Request_BadRequest', "'displayName'"],
  ['with an app id of its own', { appId: NO_SUCH_ID }, 'Request_BadRequest', "'appId'"],
  [
    'of another type',
    { '@odata.type': '#microsoft.graph.group' },
    'Request_BadRequest',
    "'#microsoft.graph.application'",
  ],
])('refuses an application %s', async (...[, changes, code, message]) => {
  const answer = await call('POST /v1.0/applications', application(changes));
  expect([answer.status, errorCode(answer)]).toEqual([400, code]);
  expect(errorMessage(answer)).toContain(message);
});

test.each<[string, JsonObject]>([
  ['a scope of 40 characters', scopes(scope('a'.repeat(40)))],
  ['an identifier of the own domain', { identifierUris: ['https://contosob2c.onmicrosoft.com/first'] }],
  ['an identifier of a subdomain', { identifierUris: ['https://api.contosob2c.onmicrosoft.com/first'] }],
  ['a redirect to this machine', { web: { redirectUris: ['http://localhost:3000/cb'] } }],
  ['100 redirect URIs', redirects(100)],
  ['256 redirect URIs for work accounts alone', { ...WORK, ...redirects(256) }],
  ['a redirect URI of 256 characters', { web: { redirectUris: [`https://a.b/${'c'.repeat(244)}`] } }],
  ['claims of two kinds of groups', { groupMembershipClaims: 'SecurityGroup, ApplicationGroup' }],
  ['a name of 256 characters', { displayName: 'a'.repeat(256) }],
])('takes an application with %s', async (_what, changes) => {
  expect((await call('POST /v1.0/applications', application(changes))).status).toBe(201);
});

test('a scope may have 120 characters where no personal account signs in', async () => {
  const org = { signInAudience: 'AzureADMyOrg' };
  const taken = await call('POST /v1.0/applications', application({ ...org, ...scopes(scope('a'.repeat(120))) }));
  const long = await call('POST /v1.0/applications', application({ ...org, ...scopes(scope('a'.repeat(121))) }));
  expect([taken.status, long.status]).toEqual([201, 400]);
});

test('says 501 to a property that it cannot set, not 201', async () => {
  const answer = await call('POST /v1.0/applications', application({ keyCredentials: [] }));
  expect([answer.status, errorMessage(answer)]).toEqual([
    501,
    "The emulator does not implement setting 'keyCredentials' of 'application'.",
  ]);
});

test('two applications cannot have one identifier URI, by create or by update', async () => {
  const uri = 'https://contosob2c.onmicrosoft.com/taken';
  const first = await create(call, '/v1.0/applications', application({ identifierUris: [uri] }));
  const second = await create(call, '/v1.0/applications', application());
  const created = await call('POST /v1.0/applications', application({ identifierUris: [uri] }));
  const updated = await call(`PATCH /v1.0/applications/${idOf(second)}`, { identifierUris: [uri] });
  const own = await call(`PATCH /v1.0/applications/${idOf(first)}`, { identifierUris: [uri] });
  const message = 'Another object with the same value for property identifierUris already exists.';
  expect([created.status, updated.status, own.status]).toEqual([400, 400, 204]);
  expect(created.body['error']).toMatchObject({
    code: 'Request_BadRequest',
    message,
    details: [{ code: 'ObjectConflict', message, target: 'identifierUris' }],
  });
});

test('a scope is disabled before it is removed', async () => {
  const app = await create(call, '/v1.0/applications', application(scopes(scope('a'))));
  const patch = (list: JsonObject[]) => call(`PATCH /v1.0/applications/${idOf(app)}`, scopes(...list));
  const removed = await patch([]);
  const disabled = await patch([{ ...scope('a'), isEnabled: false }]);
  const then = await patch([]);
  expect([errorCode(removed), errorMessage(removed)]).toEqual([
    'CannotDeleteOrUpdateEnabledEntitlement',
    'Permission (scope or role) cannot be deleted or updated unless disabled first.',
  ]);
  expect([disabled.status, then.status]).toEqual([204, 204]);
});

test('a PATCH merges objects, replaces lists and keeps the rest', async () => {
  const web = { redirectUris: ['https://a.b/1'], homePageUrl: 'https://a.b' };
  const app = await create(call, '/v1.0/applications', application({ web, ...scopes(scope('a')) }));
  await call(`PATCH /v1.0/applications/${idOf(app)}`, {
    web: { redirectUris: ['https://a.b/2'] },
    api: { acceptMappedClaims: true },
  });
  const { body } = await call(`GET /v1.0/applications/${idOf(app)}`);
  expect(objectOf(body, 'web')).toMatchObject({ redirectUris: ['https://a.b/2'], homePageUrl: 'https://a.b' });
  expect(objectOf(body, 'api')).toMatchObject({ acceptMappedClaims: true, requestedAccessTokenVersion: 2 });
  expect(objectsOf(objectOf(body, 'api'), 'oauth2PermissionScopes')).toHaveLength(1);
});

test('null fields that azuread takes for changes if they are left out are there', async () => {
  const { body } = await create(call, '/v1.0/applications', application());
  expect(body).toHaveProperty('groupMembershipClaims', null);
});

test('owners: bound at creation, added, removed, each once', async () => {
  const { deployer, graphUrl } = emulator();
  const bound = [`${graphUrl}/v1.0/directoryObjects/${deployer.objectId}`];
  const app = await create(call, '/v1.0/applications', application({ 'owners@odata.bind': bound }));
  const owners = `/v1.0/applications/${idOf(app)}/owners`;
  const reference = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${deployer.objectId}` };
  const listed = await call(`GET ${owners}`);
  const again = await call(`POST ${owners}/$ref`, reference);
  const removed = await call(`DELETE ${owners}/${deployer.objectId}/$ref`);
  const twice = await call(`DELETE ${owners}/${deployer.objectId}/$ref`);
  const added = await call(`POST ${owners}/$ref`, reference);
  const expanded = await call(`GET /v1.0/applications/${idOf(app)}?$select=id&$expand=owners`);
  expect(valuesOf(listed, '@odata.type')).toEqual(['#microsoft.graph.servicePrincipal']);
  expect([again.status, removed.status, twice.status, added.status]).toEqual([400, 204, 404, 204]);
  expect(errorMessage(again)).toBe(
    "One or more added object references already exist for the following modified properties: 'owners'.",
  );
  expect(objectsOf(expanded.body, 'owners')).toHaveLength(1);
});

test('refuses owners that do not exist or cannot own', async () => {
  const { graphUrl } = emulator();
  const app = await create(call, '/v1.0/applications', application());
  const none = { 'owners@odata.bind': [`${graphUrl}/v1.0/directoryObjects/${NO_SUCH_ID}`] };
  const bound = await call('POST /v1.0/applications', application(none));
  const self = { '@odata.id': `${graphUrl}/v1.0/directoryObjects/${idOf(app)}` };
  const owned = await call(`POST /v1.0/applications/${idOf(app)}/owners/$ref`, self);
  expect([bound.status, owned.status]).toEqual([404, 400]);
});

test('a service principal needs an application, and there is one for each', async () => {
  const { appId } = await register(call);
  const orphan = await call('POST /v1.0/servicePrincipals', { appId: NO_SUCH_ID });
  const second = await call('POST /v1.0/servicePrincipals', { appId });
  expect([orphan.status, errorCode(orphan)]).toEqual([400, 'NoBackingApplicationObject']);
  expect(errorMessage(orphan)).toBe(
    `The appId '${NO_SUCH_ID}' of the service principal does not reference a valid application object.`,
  );
  expect([second.status, errorCode(second)]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
});

test('a service principal shows what its application says', async () => {
  const { applicationId, principalId } = await register(call, { web: { redirectUris: ['https://a.b/cb'] } });
  await call(`PATCH /v1.0/applications/${applicationId}`, { displayName: 'renamed', identifierUris: ['api://shown'] });
  const { body } = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  expect(body).toMatchObject({ displayName: 'renamed', replyUrls: ['https://a.b/cb'] });
  expect(textsOf(body, 'servicePrincipalNames')).toContain('api://shown');
});

test.each<[JsonObject, string]>([
  [{ preferredSingleSignOnMode: 'magic' }, 'preferredSingleSignOnMode'],
  [{ loginUrl: 'portal' }, 'loginUrl'],
  [{ notificationEmailAddresses: ['nobody'] }, 'notificationEmailAddresses'],
])('refuses %j on a service principal', async (changes, property) => {
  const { principalId } = await register(call);
  const answer = await call(`PATCH /v1.0/servicePrincipals/${principalId}`, changes);
  expect(errorMessage(answer)).toBe(
    `Invalid value specified for property '${property}' of resource 'ServicePrincipal'.`,
  );
});

test('a password is told once, kept as a digest, dated as it was asked for, and removed by its id', async () => {
  const { applicationId } = await register(call);
  const path = `/v1.0/applications/${applicationId}`;
  const endDateTime = '2099-01-01T00:00:00Z';
  const added = await call(`POST ${path}/addPassword`, { passwordCredential: { displayName: 'web', endDateTime } });
  const read = await call(`GET ${path}`);
  const removed = await call(`POST ${path}/removePassword`, { keyId: textOf(added.body, 'keyId') });
  const again = await call(`POST ${path}/removePassword`, { keyId: textOf(added.body, 'keyId') });
  const secret = textOf(added.body, 'secretText');
  expect(secret).toMatch(/^.{3}8Q~.{34}$/);
  expect(added.headers.get('cache-control')).toBe('no-store');
  expect(objectsOf(read.body, 'passwordCredentials')).toEqual([
    expect.objectContaining({ keyId: added.body['keyId'], endDateTime, secretText: null }),
  ]);
  expect(read.text + JSON.stringify(emulator().store.state())).not.toContain(secret);
  expect([added.status, removed.status, again.status]).toEqual([200, 204, 400]);
});

test('an application for personal accounts has two passwords at most', async () => {
  const { applicationId } = await register(call);
  const add = () => call(`POST /v1.0/applications/${applicationId}/addPassword`, { passwordCredential: {} });
  expect([(await add()).status, (await add()).status]).toEqual([200, 200]);
  const third = await add();
  expect([third.status, errorCode(third)]).toEqual([400, 'CredentialLimitExceeded']);
});

test('refuses a password that has expired before it exists', async () => {
  const { applicationId } = await register(call);
  const passwordCredential = { endDateTime: '2020-01-01T00:00:00Z' };
  const answer = await call(`POST /v1.0/applications/${applicationId}/addPassword`, { passwordCredential });
  expect(errorCode(answer)).toBe('KeyCredentialsInvalidEndDate');
});

test('a deleted application takes its service principal along; each waits in the bin, and comes back by itself', async () => {
  const { applicationId, principalId } = await register(call, { displayName: 'to be restored' });
  const bin = '/v1.0/directory/deletedItems';
  const deleted = await call(`DELETE /v1.0/applications/${applicationId}`);
  const gone = [
    await call(`GET /v1.0/applications/${applicationId}`),
    await call(`GET /v1.0/servicePrincipals/${principalId}`),
  ];
  const listed = await call(`GET ${bin}/microsoft.graph.application`);
  const item = await call(`GET ${bin}/${applicationId}`);
  const restored = await call(`POST ${bin}/${applicationId}/restore`);
  const without = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  const principals = await call(`GET ${bin}/microsoft.graph.servicePrincipal`);
  await call(`POST ${bin}/${principalId}/restore`);
  const back = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  expect([deleted.status, ...gone.map(({ status }) => status)]).toEqual([204, 404, 404]);
  expect(valuesOf(listed, 'id')).toContain(applicationId);
  expect(item.body).toMatchObject({ '@odata.type': '#microsoft.graph.application', displayName: 'to be restored' });
  expect(item.body['deletedDateTime']).toMatch(/Z$/);
  expect([restored.status, without.status, back.status]).toEqual([200, 404, 200]);
  expect(valuesOf(principals, 'id')).toContain(principalId);
});

// https://learn.microsoft.com/graph/api/directory-deleteditems-restore
test('what has taken its place meanwhile keeps an object in the bin', async () => {
  const restore = (id: string) => call(`POST /v1.0/directory/deletedItems/${id}/restore`);
  const identifierUris = ['api://taken-meanwhile'];
  const { applicationId, principalId } = await register(call, { identifierUris });
  await call(`DELETE /v1.0/applications/${applicationId}`);
  const early = await restore(principalId);
  const other = await register(call, { identifierUris });
  const taken = await restore(applicationId);
  await call(`DELETE /v1.0/applications/${other.applicationId}`);
  const back = await restore(applicationId);
  const second = await create(call, '/v1.0/servicePrincipals', { appId: textOf(back.body, 'appId') });
  const late = await restore(principalId);
  await call(`DELETE /v1.0/servicePrincipals/${idOf(second)}`);
  const last = await restore(principalId);
  expect([early, taken, back, late, last].map(({ status }) => status)).toEqual([400, 400, 200, 409, 200]);
  expect([early, taken, late].map(errorCode)).toEqual([
    'NoBackingApplicationObject',
    'Request_BadRequest',
    'Request_MultipleObjectsWithSameKeyValue',
  ]);
});

test('what is deleted from the bin is gone for good', async () => {
  const { applicationId } = await register(call);
  await call(`DELETE /v1.0/applications/${applicationId}`);
  const purged = await call(`DELETE /v1.0/directory/deletedItems/${applicationId}`);
  const again = await call(`POST /v1.0/directory/deletedItems/${applicationId}/restore`);
  expect([purged.status, again.status]).toEqual([204, 404]);
});

test('a template gives an application and a service principal, owned by no one, without redirect URIs', async () => {
  const { applicationId, principalId } = await instantiate(call, 'AWS');
  const app = await call(`GET /v1.0/applications/${applicationId}`);
  const principal = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  const owners = await call(`GET /v1.0/servicePrincipals/${principalId}/owners`);
  const roles = objectsOf(principal.body, 'appRoles');
  expect(objectOf(app.body, 'web')).toMatchObject({ redirectUris: [] });
  expect(roles.map((role) => [role['displayName'], role['value']])).toEqual([
    ['User', null],
    ['msiam_access', null],
  ]);
  expect(valuesOf(owners, 'id')).toEqual([]);
});

test('lists templates, finds one by name, and refuses an unknown one', async () => {
  const name = 'AWS IAM Identity Center (successor to AWS Single Sign-On)';
  const found = await call(`GET /v1.0/applicationTemplates?$filter=displayName eq '${name}'`);
  const one = await call('GET /v1.0/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621');
  const none = await call(`POST /v1.0/applicationTemplates/${NO_SUCH_ID}/instantiate`, { displayName: 'x' });
  expect(valuesOf(found, 'id')).toEqual(['21ed01d2-ec13-4e9e-86c1-cd546719ebc4']);
  expect([one.body['displayName'], none.status]).toEqual(['Custom', 404]);
});

test('an application in SAML mode is not deleted until it leaves that mode', async () => {
  const { applicationId, principalId } = await instantiate(call);
  const mode = (preferredSingleSignOnMode: string | null) =>
    call(`PATCH /v1.0/servicePrincipals/${principalId}`, { preferredSingleSignOnMode });
  await mode('saml');
  const principal = await call(`DELETE /v1.0/servicePrincipals/${principalId}`);
  const app = await call(`DELETE /v1.0/applications/${applicationId}`);
  await mode(null);
  const then = await call(`DELETE /v1.0/applications/${applicationId}`);
  expect([errorCode(principal), errorCode(app), then.status]).toEqual([
    'DeletingSamlSpNotAllowed',
    'DeletingSamlSpNotAllowed',
    204,
  ]);
});
