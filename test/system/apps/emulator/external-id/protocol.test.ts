import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import type { B2cEmulator, Registrations } from '../../../../../apps/emulator/b2c';
import type { B2cAgent } from '../../../../support/b2c-agent';
import { codeFor, plainText, signIn } from '../../../../support/b2c-agent';
import {
  ADA,
  begin,
  BOB,
  newAgent,
  redeem,
  startForTest,
} from '../../../../support/apps/emulator/b2c/support/application';
import { API, CLIENT, FLOW, READ, STEP_UP, TENANT, TENANT_ID, WRITE } from './tenant';

let tenant: B2cEmulator;
let registrations: Registrations;
let agent: B2cAgent;

beforeAll(async () => {
  registrations = TENANT;
  // Read at each request: a test may change what is registered.
  tenant = await startForTest({
    registrations: {
      directoryType: 'external-id',
      directory: TENANT.directory,
      tenantId: TENANT.tenantId,
      get clients() {
        return registrations.clients;
      },
      get apis() {
        return registrations.apis;
      },
      get flows() {
        return registrations.flows;
      },
    },
  });
});

beforeEach(() => {
  registrations = TENANT;
  agent = newAgent();
});

afterAll(() => tenant.stop());

type Tokens = Awaited<ReturnType<typeof redeem>>;
const ask = (scope: string, more: Readonly<Record<string, string>> = {}) =>
  begin(tenant, { flow: FLOW.id, scope, more });

async function signInFor(scope: string): Promise<Tokens> {
  const started = await ask(scope);
  return redeem(started, await signIn(agent, await agent.open(started.url), ADA));
}

/** Gives the code that was sent by e-mail. */
async function giveCode(page: Awaited<ReturnType<B2cAgent['open']>>) {
  const sent = await agent.press(page, 'Send code');
  return agent.press(sent, 'Verify code', { code: codeFor(tenant, ADA.email) });
}

test('has one discovery document for the tenant, under its id and its domain, with an issuer without a slash', async () => {
  const read = async (name: string): Promise<Record<string, unknown>> =>
    (await (await fetch(`${tenant.url}/${name}/v2.0/.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >;
  const found = await read(TENANT_ID);
  expect(found).toMatchObject({
    issuer: `${tenant.url}/${TENANT_ID}/v2.0`,
    authorization_endpoint: `${tenant.url}/${TENANT_ID}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant.url}/${TENANT_ID}/oauth2/v2.0/token`,
    end_session_endpoint: `${tenant.url}/${TENANT_ID}/oauth2/v2.0/logout`,
    jwks_uri: `${tenant.url}/${TENANT_ID}/discovery/v2.0/keys`,
  });
  expect(await read('contoso.onmicrosoft.com')).toEqual(found);
  const other = await fetch(`${tenant.url}/fabrikam.onmicrosoft.com/v2.0/.well-known/openid-configuration`);
  expect([other.status, await other.text()]).toEqual([404, expect.stringContaining('AADSTS90002')]);
});

test('an id token has the claims of version 2.0, those that the registration asks for, and no flow', async () => {
  const { iat, exp, nbf, nonce, auth_time, ...claims } =
    (await signInFor(`openid profile offline_access ${READ}`)).claims() ?? {};
  expect(claims).toEqual({
    iss: `${tenant.url}/${TENANT_ID}/v2.0`,
    aud: CLIENT.clientId,
    oid: ADA.id,
    sub: ADA.id,
    tid: TENANT_ID,
    ver: '2.0',
    name: ADA.displayName,
    preferred_username: ADA.email,
    email: ADA.email,
    given_name: ADA.givenName,
    family_name: ADA.surname,
  });
  expect([typeof iat, typeof exp, typeof nbf, typeof nonce, typeof auth_time]).not.toContain('undefined');
});

test('without the scope profile there is no name, and without an optional claim no e-mail address', async () => {
  registrations = { ...TENANT, clients: [{ ...CLIENT, optionalClaims: [] }] };
  const claims = (await signInFor(`openid ${READ}`)).claims() ?? {};
  expect(Object.keys(claims)).not.toEqual(expect.arrayContaining(['name']));
  expect(claims).not.toHaveProperty('email');
  expect(claims).not.toHaveProperty('auth_time');
});

test('an access token is for the application that owns the scope, with a subject of its own', async () => {
  const tokens = await signInFor(`openid ${READ}`);
  const { iat, exp, nbf, ...payload } = decodeJwt(tokens.access_token);
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  expect(payload).toEqual({
    iss: `${tenant.url}/${TENANT_ID}/v2.0`,
    aud: API.clientId,
    azp: CLIENT.clientId,
    azpacr: '1',
    oid: ADA.id,
    sub: expect.not.stringContaining(ADA.id) as string,
    tid: TENANT_ID,
    ver: '2.0',
    scp: 'Accounts.Read',
    email: ADA.email,
    nonce: tokens.claims()?.['nonce'],
  });
  expect(Number(exp) - Number(iat)).toBe(3600);
  expect(nbf).toBeDefined();
});

describe('a second factor', () => {
  test('is asked for by the policy of the application that owns the scope, and by no other', async () => {
    await signInFor(`openid ${READ}`);
    const started = await ask(`openid ${WRITE}`);
    const factor = await agent.open(started.url);
    expect(plainText(factor.html)).toContain('a***@example.com');
    const tokens = await redeem(started, await giveCode(factor));
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: STEP_UP.clientId, scp: 'Accounts.Write' });
  });

  test('is asked for at a fresh sign-in too, after the password', async () => {
    const started = await ask(`openid ${WRITE}`);
    const factor = await signIn(agent, await agent.open(started.url), ADA);
    expect(plainText(factor.html)).toContain('Verify it is you');
    expect((await redeem(started, await giveCode(factor))).claims()).toMatchObject({ oid: ADA.id });
  });

  test('counts for the session, and is asked for again with prompt=login', async () => {
    const first = await ask(`openid ${WRITE}`);
    await giveCode(await signIn(agent, await agent.open(first.url), ADA));
    const second = await ask(`openid ${WRITE}`);
    expect((await redeem(second, await agent.open(second.url))).claims()).toMatchObject({ oid: ADA.id });
    const anew = await ask(`openid ${WRITE}`, { prompt: 'login' });
    expect(plainText((await signIn(agent, await agent.open(anew.url), ADA)).html)).toContain('Verify it is you');
  });

  test('is asked for by nobody where no policy is in force', async () => {
    registrations = { ...TENANT, apis: [API, { ...STEP_UP, needsFactor: false }] };
    const started = await ask(`openid ${WRITE}`);
    const callback = await signIn(agent, await agent.open(started.url), ADA);
    expect(decodeJwt((await redeem(started, callback)).access_token)).toMatchObject({ aud: STEP_UP.clientId });
  });
});

test('a forgotten password is reset in the sign-in, which then goes on', async () => {
  const started = await ask(`openid ${READ}`);
  const forgotten = await agent.press(await agent.open(started.url), 'Forgot password?');
  const sent = await agent.press(forgotten, 'Send verification code', { email: BOB.email });
  const chosen = await agent.press(sent, 'Verify code', { code: codeFor(tenant, BOB.email) });
  const password = 'Quarterly-77';
  const callback = await agent.press(chosen, 'Continue', { password, repeated: password });
  expect((await redeem(started, callback)).claims()).toMatchObject({ oid: BOB.id });
});

test('only people of an application with a user flow can sign up, and are asked for what it collects', async () => {
  const signUpPage = await agent.open((await ask(`openid ${READ}`)).url);
  expect(plainText(signUpPage.html)).toContain('Sign up now');
  registrations = { ...TENANT, flows: [{ ...FLOW, applications: [] }] };
  const page = await agent.open((await ask(`openid ${READ}`)).url);
  expect(plainText(page.html)).not.toContain('Sign up now');
});

test.each([
  ['scopes of two applications', `openid ${READ} ${WRITE}`, 'AADSTS28000'],
  ['a scope that nobody defined', 'openid https://contoso.onmicrosoft.com/api/Accounts.Delete', 'AADSTS70011'],
])('refuses %s', async (_what, scope, code) => {
  const { url } = await agent.open((await ask(scope)).url);
  expect(new URL(url).searchParams.get('error_description')).toContain(code);
});

test('refuses a scope without consent, and a wrong secret', async () => {
  registrations = { ...TENANT, clients: [{ ...CLIENT, grantedScopes: [READ] }] };
  const { url } = await agent.open((await ask(`openid ${WRITE}`)).url);
  expect(new URL(url).searchParams.get('error_description')).toContain('AADSTS65001');
  registrations = TENANT;
  const started = await begin(tenant, { flow: FLOW.id, scope: `openid ${READ}`, secret: 'a wrong secret' });
  const callback = await signIn(agent, await agent.open(started.url), ADA);
  await expect(redeem(started, callback)).rejects.toMatchObject({
    error: 'invalid_client',
    error_description: expect.stringContaining('AADSTS7000215') as string,
  });
});

test('cancelling leads back with access_denied and no code of B2C', async () => {
  const { url } = await agent.press(await agent.open((await ask(`openid ${READ}`)).url), 'Cancel');
  const { searchParams } = new URL(url);
  expect([searchParams.get('error'), searchParams.get('error_description')]).toEqual([
    'access_denied',
    expect.stringContaining('AADSTS65004') as string,
  ]);
});

test('signs out before the address is judged, and hands on the state', async () => {
  const tokens = await signInFor(`openid ${READ}`);
  const { config } = await ask(`openid ${READ}`);
  const out = (uri: string): string =>
    client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: uri,
      state: 'signed-out',
    }).href;
  const [uri = ''] = CLIENT.redirectUris;
  expect((await agent.open(out('http://localhost:5000/elsewhere'))).status).toBe(400);
  const again = await agent.open((await ask(`openid ${READ}`)).url);
  expect(plainText(again.html)).toContain('Sign in with your email address.');
  expect((await agent.open(out(uri))).url).toBe(`${uri}?state=signed-out`);
});

test('a refresh for an API that needs a second factor is refused without one', async () => {
  const tokens = await signInFor(`openid offline_access ${READ}`);
  const { config } = await ask(`openid ${READ}`);
  const refresh = client.refreshTokenGrant(config, tokens.refresh_token ?? '', { scope: WRITE });
  await expect(refresh).rejects.toMatchObject({
    error: 'interaction_required',
    error_description: expect.stringContaining('AADSTS50076') as string,
  });
});

test('a refresh keeps person and audience', async () => {
  const tokens = await signInFor(`openid profile offline_access ${READ}`);
  const { config } = await ask(`openid ${READ}`);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', {
    scope: `openid profile offline_access ${READ}`,
  });
  expect(refreshed.claims()).toMatchObject({ oid: ADA.id, name: ADA.displayName });
  expect(decodeJwt(refreshed.access_token)).toMatchObject({ aud: API.clientId });
});
