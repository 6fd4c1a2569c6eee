import { CustomersApi, CustomersClient, CustomersConsent } from '../../../../constructs/entra/customers-applications';
import { scopeId } from '../../../../constructs/entra/scope-id';
import type { DirectoryType } from '../../../../src/estate/sections/customers/customers';
import { scope } from '../../../support/customers-estate';
import { MOCKED_SECRET, type MockedRun, runProgram } from '../../../support/pulumi-mocks';

const APPLICATION = 'azuread:index/application:Application';
const SERVICE_PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const PASSWORD = 'azuread:index/applicationPassword:ApplicationPassword';
const GRANT = 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant';
const GRAPH = '00000003-0000-0000-c000-000000000000';
const API = 'https://contoso.onmicrosoft.com/api';

const owner = 'object-of-deployer';
const CONFIDENTIAL = {
  fallbackPublicClientEnabled: false,
  deviceOnlyAuthEnabled: false,
};

const program = (now = '2026-02-01', directoryType: DirectoryType = 'b2c', periodDays = 90) => {
  const scopes = [scope('Write'), scope('Read')];
  const api = new CustomersApi('api', { directoryType, displayName: 'API', identifierUri: API, scopes, owner });
  const calls = new Map([['api', { api, scopes: ['Read', 'Write'], roles: [] }]]);
  const web = new CustomersClient('web', {
    directoryType,
    kind: 'web',
    isHosted: true,
    displayName: 'Web',
    redirectUris: ['https://b.example/in', 'http://localhost:5000/in'],
    calls,
    clientSecret: { start: '2026-01-01', periodDays },
    now: new Date(now),
    owner,
  });
  new CustomersConsent('consent', { directoryType, kind: 'web', application: web, calls });
  return { secret: web.clientSecrets?.current, expires: web.clientSecrets?.expires, api: api.clientId };
};

let run: MockedRun;

beforeAll(async () => {
  run = await runProgram(() => program());
});

test('the API defines its scopes, sorted, under ids that are made of their names', () => {
  expect(run.one(APPLICATION, 'api-application').inputs).toEqual({
    displayName: 'API',
    identifierUris: [API],
    owners: [owner],
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    preventDuplicateNames: true,
    ...CONFIDENTIAL,
    api: {
      requestedAccessTokenVersion: 2,
      mappedClaimsEnabled: false,
      oauth2PermissionScopes: ['Read', 'Write'].map((value) => ({
        id: scopeId(`${API}/${value}`),
        value,
        type: 'Admin',
        enabled: true,
        adminConsentDisplayName: `${value}!`,
        adminConsentDescription: `${value}.`,
      })),
    },
  });
});

test('a name with an apostrophe is not searched for by azuread, which does not escape it', async () => {
  const named = await runProgram(() => {
    const settings = { directoryType: 'b2c', identifierUri: API, scopes: [], owner } as const;
    const api = new CustomersApi('api', { ...settings, displayName: "Anna's API" });
    return { api: api.clientId };
  });
  const application = named.one(APPLICATION, 'api-application');
  expect(application.inputs).toMatchObject({ displayName: "Anna's API", preventDuplicateNames: false });
  // Azuread searches for a new name as well, if the state still says so.
  expect(application.ignoreChanges).not.toContain('preventDuplicateNames');
});

test('an application that was imported, which does not say so, is not changed for it', () => {
  expect(run.one(APPLICATION, 'api-application').ignoreChanges).toContain('preventDuplicateNames');
});

test('the web application has its own redirect URIs, no implicit grant, and asks for all scopes', () => {
  const delegated = (id: string) => ({ id, type: 'Scope' });
  expect(run.one(APPLICATION, 'web-application').inputs).toEqual({
    displayName: 'Web',
    owners: [owner],
    signInAudience: 'AzureADandPersonalMicrosoftAccount',
    preventDuplicateNames: true,
    ...CONFIDENTIAL,
    api: { requestedAccessTokenVersion: 2, mappedClaimsEnabled: false, oauth2PermissionScopes: [] },
    web: {
      redirectUris: ['http://localhost:5000/in', 'https://b.example/in'],
      implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
    },
    requiredResourceAccesses: [
      {
        resourceAppId: GRAPH,
        resourceAccesses: [
          delegated('37f7f235-527c-4136-accd-4a02d197296e'),
          delegated('7427e0e9-2fba-42fe-b0c0-848c9e6a8182'),
        ],
      },
      {
        resourceAppId: 'client-of-api-application',
        resourceAccesses: [delegated(scopeId(`${API}/Read`)), delegated(scopeId(`${API}/Write`))],
      },
    ],
  });
  expect(run.resources.map(({ type }) => type)).not.toContain(
    'azuread:index/applicationRedirectUris:ApplicationRedirectUris',
  );
});

test('each application has a service principal of the same owner, and none takes over an existing one', () => {
  for (const name of ['api', 'web']) {
    expect(run.one(SERVICE_PRINCIPAL, `${name}-service-principal`)).toMatchObject({
      inputs: { clientId: `client-of-${name}-application`, owners: [owner] },
      dependencies: [run.one(APPLICATION, `${name}-application`).urn],
    });
  }
  expect(run.resources.filter(({ inputs }) => 'useExisting' in inputs)).toEqual([]);
});

test('another identity that previews does not show as another owner', () => {
  const owned = run.resources.filter(({ inputs }) => 'owners' in inputs);
  expect(owned.map(({ ignoreChanges }) => ignoreChanges)).toEqual(Array(4).fill(expect.arrayContaining(['owners'])));
});

test('the scopes exist before the web application asks for them', () => {
  expect(run.one(APPLICATION, 'web-application').dependencies).toEqual([run.one(APPLICATION, 'api-application').urn]);
});

test('there is one grant for each resource with all its scopes; Microsoft Graph is only looked up', () => {
  const servicePrincipalObjectId = 'object-of-web-service-principal';
  expect(run.one(GRANT, 'consent-microsoft-graph').inputs).toEqual({
    servicePrincipalObjectId,
    resourceServicePrincipalObjectId: `object-of-${GRAPH}`,
    claimValues: ['offline_access', 'openid'],
  });
  expect(run.one(GRANT, 'consent-api')).toMatchObject({
    inputs: {
      servicePrincipalObjectId,
      resourceServicePrincipalObjectId: 'object-of-api-service-principal',
      claimValues: ['Read', 'Write'],
    },
    dependencies: [
      run.one(SERVICE_PRINCIPAL, 'api-service-principal').urn,
      run.one(SERVICE_PRINCIPAL, 'web-service-principal').urn,
    ],
  });
  expect(run.calls).toEqual([
    { token: 'azuread:index/getServicePrincipal:getServicePrincipal', inputs: { clientId: GRAPH } },
  ]);
});

test('two client secrets overlap, and the one of the period is the one to use, as a secret', () => {
  const applicationId = '/applications/object-of-web-application';
  expect(run.one(PASSWORD, 'web-secrets-even').inputs).toEqual({
    applicationId,
    displayName: 'even, until 2026-06-30',
    endDate: '2026-06-30T00:00:00Z',
    rotateWhenChanged: { period: '0' },
  });
  expect(run.one(PASSWORD, 'web-secrets-odd').inputs).toEqual({
    applicationId,
    displayName: 'odd, until 2026-04-01',
    endDate: '2026-04-01T00:00:00Z',
    rotateWhenChanged: { period: '-1' },
  });
  // A secret that is replaced, because it leaked, must be removed.
  expect(run.one(PASSWORD, 'web-secrets-even')).toMatchObject({ secretOutputs: ['value'], retainOnDelete: false });
  expect(run.outputs).toMatchObject({ secret: MOCKED_SECRET, expires: '2026-06-30T00:00:00Z' });
  expect(run.secretOutputs).toEqual(['secret']);
});

test('the current secret is that of the slot whose turn it is', async () => {
  const values = { [PASSWORD]: ({ name }: { readonly name: string }) => ({ value: `secret of ${name}` }) };
  const first = await runProgram(() => program('2026-02-01'), { newResource: values });
  const next = await runProgram(() => program('2026-05-01'), { newResource: values });
  expect(first.outputs['secret']).toBe('secret of web-secrets-even');
  expect(next.outputs['secret']).toBe('secret of web-secrets-odd');
  expect(next.one(PASSWORD, 'web-secrets-even').inputs).toEqual(first.one(PASSWORD, 'web-secrets-even').inputs);
});

test.each([
  ['another period', 30],
  ['the same', 90],
])('a rotation with %s replaces one secret in a run: the one whose turn it is', async (_, periodDays) => {
  const rotated = await runProgram(() => program('2026-02-01', 'b2c', periodDays));
  const [current, other] = periodDays === 30 ? (['odd', 'even'] as const) : (['even', 'odd'] as const);
  const ignored = ['displayName', 'endDate', 'rotateWhenChanged'];
  expect(rotated.one(PASSWORD, `web-secrets-${other}`).ignoreChanges).toEqual(ignored);
  expect(rotated.one(PASSWORD, `web-secrets-${current}`).ignoreChanges).toEqual([]);
});

test('every resource is a child of its component, and starts with its name', () => {
  const components = new Map(run.resources.map(({ urn, name }) => [urn, name]));
  for (const { name, parent } of run.resources.filter((resource) => resource.parent !== '')) {
    expect(name.startsWith(`${components.get(parent) ?? 'no parent'}-`)).toBe(true);
  }
  expect(run.resources.filter(({ parent }) => parent === '').map(({ name }) => name)).toEqual([
    'consent',
    'api',
    'web',
  ]);
});

test('in an external tenant both are for its own accounts, and ask for the claims that a user flow of B2C gives', async () => {
  const external = await runProgram(() => program('2026-02-01', 'external-id'));
  expect(external.one(APPLICATION, 'api-application').inputs).toMatchObject({
    signInAudience: 'AzureADMyOrg',
    api: { requestedAccessTokenVersion: 2 },
    optionalClaims: { accessTokens: [{ name: 'email' }] },
  });
  expect(external.one(APPLICATION, 'web-application').inputs).toMatchObject({
    signInAudience: 'AzureADMyOrg',
    optionalClaims: { idTokens: ['auth_time', 'email', 'family_name', 'given_name'].map((name) => ({ name })) },
  });
});
