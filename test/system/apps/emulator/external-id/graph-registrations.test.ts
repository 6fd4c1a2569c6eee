import { registrationsFromGraph } from '../../../../../apps/emulator/b2c';
import { textOf } from '../../../../../apps/emulator/graph/json';
import { CALM, application, create, scope, useEmulator } from '../support/use-emulator';

const { emulator: graph, call } = useEmulator({ quirks: CALM, tenant: { kind: 'CIAM' } });
const API = 'https://contosob2c.onmicrosoft.com/api-step-up';

let appId: string;

beforeAll(async () => {
  const body = {
    displayName: 'step-up',
    signInAudience: 'AzureADMyOrg',
    identifierUris: [API],
    api: { oauth2PermissionScopes: [scope('Accounts.Write')] },
    optionalClaims: { accessToken: [{ name: 'email' }], idToken: [{ name: 'auth_time' }] },
  };
  const made = await create(call, '/v1.0/applications', application(body));
  appId = textOf(made.body, 'appId');
  await create(call, '/v1.0/servicePrincipals', { appId });
});

const registrations = () => registrationsFromGraph(graph().directory);

test('an external tenant has applications for its own accounts, with the claims that they ask for', () => {
  const { clients, ...others } = registrations();
  expect(clients.find(({ clientId }) => clientId === appId)).toMatchObject({ optionalClaims: ['auth_time'] });
  expect(others).toMatchObject({
    directoryType: 'external-id',
    apis: [{ clientId: appId, identifierUri: API, optionalClaims: ['email'], needsFactor: false }],
  });
});

test('user flows have what they collect, and the applications that they are attached to', async () => {
  const input = (attribute: string, required: boolean) => ({ attribute, label: attribute, required });
  await create(call, '/v1.0/identity/authenticationEventsFlows', {
    '@odata.type': '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow',
    displayName: 'Sign in',
    onInteractiveAuthFlowStart: { isSignUpAllowed: false },
    onAuthenticationMethodLoadStart: { identityProviders: [{ id: 'EmailPassword-OAUTH' }] },
    onAttributeCollection: {
      attributeCollectionPage: { views: [{ inputs: [input('email', true), input('city', false)] }] },
    },
    conditions: { applications: { includeApplications: [{ appId }] } },
  });
  expect(registrations().flows).toMatchObject([
    {
      id: 'Sign in',
      type: 'signIn',
      attributes: [
        { id: 'email', optional: false },
        { id: 'city', optional: true },
      ],
      applications: [appId],
    },
  ]);
});

test.each([
  ['in force', 'enabled', true],
  ['that only reports', 'enabledForReportingButNotEnforced', false],
  ['that is off', 'disabled', false],
])('a Conditional Access policy %s: a second factor is asked for: %s %s', async (_what, state, expected) => {
  const made = await create(call, '/v1.0/identity/conditionalAccess/policies', {
    displayName: 'Second factor',
    state,
    conditions: {
      clientAppTypes: ['all'],
      applications: { includeApplications: [appId] },
      users: { includeUsers: ['All'] },
    },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  });
  expect(registrations().apis[0]?.needsFactor).toBe(expected);
  await call(`DELETE /v1.0/identity/conditionalAccess/policies/${textOf(made.body, 'id')}`);
});
