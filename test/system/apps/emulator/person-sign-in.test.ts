import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { decodeJwt } from 'jose';
import { enterCode, signInAt } from '../../../support/apps/emulator/support/person-browser';
import { callTls, valuesOf } from '../../../support/apps/emulator/support/client';
import {
  COMMAND_LINE_TOOLS,
  personSignIn,
  type PersonSignInOptions,
} from '../../../../src/clouds/graph/person-sign-in';
import { CALM, register, useEmulator } from './support/use-emulator';

const [ADMIN, MEMBER] = ['ada@contosob2c.onmicrosoft.com', 'ben@contosob2c.onmicrosoft.com'] as const;
const { emulator, call } = useEmulator({ users: [ADMIN, MEMBER], quirks: { ...CALM, administrators: [ADMIN] } });
const SCOPES = ['Application.ReadWrite.All', 'User.Read'];
const trusted = tls.getCACertificates('default');

beforeAll(() => {
  tls.setDefaultCACertificates([...trusted, readFileSync(emulator().caFile, 'utf8')]);
});

afterAll(() => {
  tls.setDefaultCACertificates(trusted);
});

/** Signs in by one of the two ways; `person` is whoever sits at the browser. */
async function signIn(
  person: string,
  options: Partial<Pick<PersonSignInOptions, 'way' | 'clientId' | 'tenantId' | 'scopes'>> = {},
): Promise<string> {
  const { tlsUrl, graphUrl, tenant } = emulator();
  const cloud = { login: tlsUrl, graph: graphUrl, isPrivate: true };
  const token = await personSignIn(cloud, {
    ...{ tenantId: tenant.id, clientId: COMMAND_LINE_TOOLS, scopes: SCOPES, way: 'browser' as const },
    ...options,
    tell: (line) => void enterCode(emulator(), /code (\S+)/.exec(line)?.[1] ?? '', person),
    openBrowser: (url) => signInAt(emulator(), url, person),
  }).getToken();
  return token.token;
}

test.each(['browser', 'device-code'] as const)('a person signs in by %s, and the token has the scopes', async (way) => {
  const token = await signIn(ADMIN, { way });
  const { scp, tid, idtyp } = decodeJwt(token);
  expect({ scp, tid, idtyp }).toEqual({ scp: SCOPES.join(' '), tid: emulator().tenant.id, idtyp: 'user' });
  expect((await call('GET /v1.0/me', undefined, { token })).body['userPrincipalName']).toBe(ADMIN);
});

test.each(['browser', 'device-code'] as const)('somebody who may not consent is told who may, by %s', async (way) => {
  await expect(signIn(MEMBER, { way })).rejects.toThrow(
    "the sign-in failed: the tenant wants an administrator's consent for Application.ReadWrite.All, User.Read; " +
      'sign in as a Global Administrator or a Privileged Role Administrator of this tenant (AADSTS90094)',
  );
});

test('a scope gives no more than the roles of whoever signs in', async () => {
  await signIn(ADMIN);
  const client = await register(call, {
    isFallbackPublicClient: true,
    publicClient: { redirectUris: ['http://localhost'] },
  });
  const { body } = await call(`GET /v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'`);
  const [resourceId] = valuesOf({ body }, 'id');
  await call('POST /v1.0/oauth2PermissionGrants', {
    clientId: client.principalId,
    consentType: 'AllPrincipals',
    resourceId,
    scope: 'Application.ReadWrite.All',
  });
  const scopes = ['Application.ReadWrite.All'];
  const token = await signIn(MEMBER, { clientId: client.appId, scopes });
  const made = (by: string) => call('POST /v1.0/applications', { displayName: 'x' }, { token: by });
  expect((await made(token)).status).toBe(403);
  expect((await made(await signIn(ADMIN, { clientId: client.appId, scopes }))).status).toBe(201);
});

test.each<readonly [string, Parameters<typeof signIn>[1], string]>([
  [
    'another tenant',
    { tenantId: '99999999-9999-4999-8999-999999999999' },
    'there is no tenant 99999999-9999-4999-8999-999999999999',
  ],
  [
    'an unknown client',
    { clientId: '99999999-9999-4999-8999-999999999999' },
    'must be in this tenant, allow public client flows',
  ],
])('refuses %s, and says what to do', async (_what, options, message) => {
  await expect(signIn(ADMIN, { way: 'device-code', ...options })).rejects.toThrow(message);
});

test('a client that has a secret signs nobody in by a code', async () => {
  const { appId } = await register(call);
  await expect(signIn(ADMIN, { way: 'device-code', clientId: appId })).rejects.toThrow(
    `the client ${appId} must be in this tenant, allow public client flows, and have the redirect URI http://localhost`,
  );
});

test('a code is good once, and only with the verifier of its challenge', async () => {
  const { tenant } = emulator();
  const form = { grant_type: 'authorization_code', client_id: COMMAND_LINE_TOOLS, code: 'none', code_verifier: 'x' };
  const { status, body } = await callTls(emulator(), `/${tenant.id}/oauth2/v2.0/token`, form);
  expect([status, body['error']]).toEqual([400, 'invalid_grant']);
});
