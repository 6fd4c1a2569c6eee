import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { errorMessage } from '../../../support/apps/emulator/support/client';
import { CALM, useEmulator } from './support/use-emulator';

const { call } = useEmulator({ quirks: CALM });

const STRENGTH = { authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } };

const policy = (grantControls: JsonObject): JsonObject => ({
  displayName: 'Strong sign-in',
  state: 'enabledForReportingButNotEnforced',
  conditions: {
    clientAppTypes: ['all'],
    applications: { includeApplications: ['All'] },
    users: { includeUsers: ['All'] },
  },
  grantControls: { operator: 'AND', ...grantControls },
});

// 'How Conditional Access authentication strength works': the two controls can't be used together.
test.each<[string, JsonObject, number]>([
  ["'mfa' beside a strength", { builtInControls: ['compliantDevice', 'mfa'], ...STRENGTH }, 400],
  ['a strength', { builtInControls: [], ...STRENGTH }, 201],
  ['a strength beside another control', { builtInControls: ['compliantDevice'], ...STRENGTH }, 201],
  ["'mfa'", { builtInControls: ['mfa'] }, 201],
])('a policy of %s', async (_what, controls, status) => {
  const answer = await call('POST /v1.0/identity/conditionalAccess/policies', policy(controls));
  expect(answer.status).toBe(status);
  if (status === 400) expect(errorMessage(answer)).toContain('1047');
});

const extension = (host: string, resource: string): JsonObject => ({
  '@odata.type': '#microsoft.graph.onTokenIssuanceStartCustomExtension',
  displayName: 'Claims',
  authenticationConfiguration: { '@odata.type': '#microsoft.graph.azureAdTokenAuthentication', resourceId: resource },
  endpointConfiguration: { '@odata.type': '#microsoft.graph.httpRequestEndpoint', targetUrl: `https://${host}/claims` },
});

const APP_ID = '0a0a0a0a-0000-4000-8000-000000000001';

// 'customExtensionAuthenticationConfiguration': the domain of resourceId must match that of targetUrl.
test.each([
  ['the host of its resource', 'claims.contoso.com', `api://claims.contoso.com/${APP_ID}`, 201],
  ['the host of its resource, with a port', 'claims.contoso.com:8443', `api://claims.contoso.com/${APP_ID}`, 201],
  ['another host', 'claims.example.com', `api://claims.contoso.com/${APP_ID}`, 400],
  ['a host above that of its resource', 'contoso.com', `api://claims.contoso.com/${APP_ID}`, 400],
  ['a host below that of its resource', 'a.claims.contoso.com', `api://claims.contoso.com/${APP_ID}`, 400],
  ['no host', '[', `api://claims.contoso.com/${APP_ID}`, 400],
  ['a resource without a host', 'claims.contoso.com', APP_ID, 400],
])('a custom extension that calls %s', async (...[, host, resource, status]) => {
  const answer = await call('POST /v1.0/identity/customAuthenticationExtensions', extension(host, resource));
  expect(answer.status).toBe(status);
});
