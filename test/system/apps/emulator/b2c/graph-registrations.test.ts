import * as client from 'openid-client';
import type { B2cEmulator } from '../../../../../apps/emulator/b2c';
import { registrationsFromGraph, startB2cEmulator } from '../../../../../apps/emulator/b2c';
import { textOf } from '../../../../../apps/emulator/graph/json';
import { setInPortal } from '../../../../../apps/emulator/graph/resources/user-flows/portal';
import { plainText, signIn } from '../../../../support/b2c-agent';
import { idOf } from '../../../../support/apps/emulator/support/client';
import { CALM, application, create, GRAPH_PRINCIPAL, scope, useEmulator } from '../support/use-emulator';
import { ADA, begin, newAgent, redeem } from '../../../../support/apps/emulator/b2c/support/application';

const { emulator: graph, call } = useEmulator({ quirks: CALM });
const API = 'https://contosob2c.onmicrosoft.com/api';
const READ = `${API}/Accounts.Read`;
const REDIRECT = 'http://localhost:5000/auth/callback';
const FLOW = 'B2C_1_signupsignin1';

let b2c: B2cEmulator;
let ids: { readonly web: string; readonly clientId: string; readonly api: string; readonly grant: string };
let secret: { readonly secretText: string; readonly keyId: string };

beforeAll(async () => {
  b2c = await startB2cEmulator({ registrations: registrationsFromGraph(graph().directory), users: [ADA] });
  ids = await registerAll();
  secret = await addSecret();
});

afterAll(() => b2c.stop());

/** What the customers program registers, by the requests that it makes. */
async function registerAll(): Promise<typeof ids> {
  const scopes = [scope('Accounts.Read'), scope('Accounts.Write', '0a0a0a0a-0000-4000-8000-000000000002')];
  const body = { displayName: 'claims-api', identifierUris: [API], api: { oauth2PermissionScopes: scopes } };
  const api = await create(call, '/v1.0/applications', application(body));
  const web = await create(
    call,
    '/v1.0/applications',
    application({ displayName: 'claims-web', web: { redirectUris: [REDIRECT] } }),
  );
  const [apiPrincipal, webPrincipal] = [await principalOf(api.body), await principalOf(web.body)];
  const grant = await grantScopes(webPrincipal, apiPrincipal, 'Accounts.Read');
  await grantScopes(webPrincipal, GRAPH_PRINCIPAL, 'openid offline_access');
  const flow = { id: 'signupsignin1', userFlowType: 'signUpOrSignIn', userFlowTypeVersion: 3 };
  await create(call, '/beta/identity/b2cUserFlows', flow);
  setInPortal(graph().directory, FLOW, { claims: ['displayName', 'emails', 'objectId'] });
  return { web: idOf(web), clientId: textOf(web.body, 'appId'), api: idOf(api), grant };
}

async function principalOf(body: Parameters<typeof textOf>[0]): Promise<string> {
  return idOf(await create(call, '/v1.0/servicePrincipals', { appId: textOf(body, 'appId') }));
}

async function grantScopes(clientId: string, resourceId: string, granted: string): Promise<string> {
  const body = { clientId, resourceId, consentType: 'AllPrincipals', scope: granted };
  return idOf(await create(call, '/v1.0/oauth2PermissionGrants', body));
}

async function addSecret(): Promise<typeof secret> {
  const body = { passwordCredential: { displayName: 'web' } };
  const { body: added } = await call(`POST /v1.0/applications/${ids.web}/addPassword`, body);
  return { secretText: textOf(added, 'secretText'), keyId: textOf(added, 'keyId') };
}

const requestOf = (scopes = `openid offline_access ${READ}`): Parameters<typeof begin>[1] => ({
  flow: FLOW,
  scope: scopes,
  clientId: ids.clientId,
  secret: secret.secretText,
});

async function errorOf(scopes: string): Promise<string> {
  const { url } = await newAgent().open((await begin(b2c, requestOf(scopes))).url);
  return new URL(url).searchParams.get('error_description')?.slice(0, 11) ?? '';
}

test('a customer whom Graph made signs in, until the password changes or the account ends there', async () => {
  const identity = {
    signInType: 'emailAddress',
    issuer: 'contosob2c.onmicrosoft.com',
    issuerAssignedId: 'Eve@example.com',
  };
  const made = await create(call, '/v1.0/users', {
    displayName: 'Eve Holt',
    identities: [identity],
    passwordProfile: { password: 'First-1914', forceChangePasswordNextSignIn: false },
    passwordPolicies: 'DisablePasswordExpiration',
  });
  const attempt = async (password: string): Promise<string> => {
    const { url } = await begin(b2c, { clientId: ids.clientId, secret: secret.secretText, scope: 'openid' });
    const agent = newAgent();
    const page = await signIn(agent, await agent.open(url), { email: 'eve@example.com', password });
    return page.status === 0 ? 'signed in' : 'refused';
  };
  expect([await attempt('First-1914'), await attempt('Second-1914')]).toEqual(['signed in', 'refused']);
  await call(`PATCH /v1.0/users/${idOf(made)}`, { passwordProfile: { password: 'Second-1914' } });
  expect([await attempt('First-1914'), await attempt('Second-1914')]).toEqual(['refused', 'signed in']);
  expect(b2c.users.find(idOf(made))?.attributes['displayName']).toBe('Eve Holt');
  await call(`PATCH /v1.0/users/${idOf(made)}`, { accountEnabled: false });
  expect([await attempt('Second-1914'), b2c.users.find(idOf(made))]).toEqual(['refused', undefined]);
  expect((await call(`GET /v1.0/users/${idOf(made)}`)).body).not.toHaveProperty('_password');
});

test('signs in to what was registered through Graph', async () => {
  const [agent, started] = [newAgent(), await begin(b2c, requestOf())];
  const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), ADA));
  expect(tokens.claims()).toMatchObject({ aud: ids.clientId, tfp: FLOW, name: ADA.displayName, emails: [ADA.email] });
  expect(tokens.scope).toBe(READ);
  expect((await client.refreshTokenGrant(started.config, tokens.refresh_token ?? '')).access_token).toBeDefined();
});

test('a scope works from the moment it is granted, and no longer when it is taken away', async () => {
  const both = `openid ${API}/Accounts.Write`;
  expect(await errorOf(both)).toBe('AADB2C90205');
  await call(`PATCH /v1.0/oauth2PermissionGrants/${ids.grant}`, { scope: 'Accounts.Read Accounts.Write' });
  expect(await errorOf(both)).toBe('');
  await call(`PATCH /v1.0/oauth2PermissionGrants/${ids.grant}`, { scope: 'Accounts.Read' });
  expect(await errorOf(both)).toBe('AADB2C90205');
});

test('redirect URIs, secrets and flows follow a change at once', async () => {
  const other = 'http://localhost:5000/other';
  const started = await begin(b2c, { ...requestOf(), more: { redirect_uri: other } });
  expect(plainText((await newAgent().open(started.url)).html)).toContain('AADB2C90006');
  await call(`PATCH /v1.0/applications/${ids.web}`, { web: { redirectUris: [REDIRECT, other] } });
  expect(plainText((await newAgent().open(started.url)).html)).toContain('Sign in');

  const agent = newAgent();
  const signInStarted = await begin(b2c, requestOf());
  const callback = await signIn(agent, await agent.open(signInStarted.url), ADA);
  await call(`POST /v1.0/applications/${ids.web}/removePassword`, { keyId: secret.keyId });
  await expect(redeem(signInStarted, callback)).rejects.toMatchObject({ error: 'invalid_client' });
  secret = await addSecret();
  const again = await begin(b2c, requestOf());
  expect((await redeem(again, await agent.open(again.url))).claims()).toMatchObject({ oid: ADA.id });

  setInPortal(graph().directory, FLOW, { multifactor: 'on' });
  const page = await agent.open((await begin(b2c, requestOf())).url);
  expect(plainText(page.html)).toContain('XXX-XXX-0001');
  await call(`DELETE /beta/identity/b2cUserFlows/${FLOW}`);
  expect(() => b2c.metadataUrl(FLOW)).toThrow(`flow '${FLOW}' is not registered; no flow is`);
});

test('addresses of pages and native applications, the implicit grant and app roles are those of the registration', async () => {
  const role = { id: '0b0b0b0b-0000-4000-8000-000000000001', value: 'Jobs', isEnabled: true };
  const appRoles = [{ ...role, displayName: 'Jobs', description: 'Jobs', allowedMemberTypes: ['Application'] }];
  await call(`PATCH /v1.0/applications/${ids.api}`, { appRoles });
  const created = await create(
    call,
    '/v1.0/applications',
    application({
      displayName: 'everything',
      web: { implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: true } },
      spa: { redirectUris: [REDIRECT] },
      publicClient: { redirectUris: ['http://localhost'] },
    }),
  );
  const principalId = await principalOf(created.body);
  const api = graph().directory.get('applications', ids.api);
  const resourceId = graph().directory.findByAppId('servicePrincipals', textOf(api, 'appId'))?.id ?? 'none';
  await create(call, `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo`, {
    principalId,
    resourceId,
    appRoleId: role.id,
  });
  const { clients } = registrationsFromGraph(graph().directory);
  expect(clients.find(({ displayName }) => displayName === 'everything')).toMatchObject({
    redirectUris: [],
    spaRedirectUris: [REDIRECT],
    nativeRedirectUris: ['http://localhost'],
    implicitTokens: ['id_token', 'token'],
    grantedRoles: [`${API}/Jobs`],
  });
});

test('an application of another audience, or without a service principal, cannot use flows', async () => {
  const registrations = registrationsFromGraph(graph().directory);
  const names = (): readonly string[] => registrations.clients.map(({ displayName }) => displayName);
  const own = { displayName: 'own', signInAudience: 'AzureADMyOrg', web: { redirectUris: [REDIRECT] } };
  const created = await create(call, '/v1.0/applications', application(own));
  await principalOf(created.body);
  await create(call, '/v1.0/applications', application({ displayName: 'alone' }));
  expect(names()).not.toEqual(expect.arrayContaining(['own']));
  expect(names()).not.toEqual(expect.arrayContaining(['alone']));
  expect(names()).toEqual(expect.arrayContaining(['claims-web']));
});
