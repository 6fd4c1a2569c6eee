import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import * as client from 'openid-client';
import type { B2cEmulator } from '../../../../../apps/emulator/b2c';
import type { B2cAgent } from '../../../../support/b2c-agent';
import { moveClock } from '../../../../support/fixed-day';
import { giveFactor, plainText, signIn } from '../../../../support/b2c-agent';
import type { RequestOptions } from '../../../../support/apps/emulator/b2c/support/application';
import {
  ADA,
  API,
  begin,
  discover,
  FLOWS,
  newAgent,
  READ,
  redeem,
  REGISTRATIONS,
  startForTest,
  WEB,
  WRITE,
} from '../../../../support/apps/emulator/b2c/support/application';

let emulator: B2cEmulator;

beforeAll(async () => {
  emulator = await startForTest();
});

afterAll(() => emulator.stop());

type Tokens = Awaited<ReturnType<typeof redeem>>;

async function signedIn(
  options: RequestOptions = {},
  agent: B2cAgent = newAgent(),
): Promise<Tokens & { config: client.Configuration }> {
  const started = await begin(emulator, options);
  const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), ADA));
  return Object.assign(tokens, { config: started.config });
}

/** A request to the token endpoint, past the client library. */
async function postToken(
  flow: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Record<string, string> }> {
  const config = await discover(emulator, flow);
  const all = { client_id: WEB.clientId, client_secret: WEB.secrets[0] ?? '', ...fields };
  const body = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
  const response = await fetch(config.serverMetadata().token_endpoint ?? '', { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** A page that is shown in place of a redirect, as text. */
async function refusedPage(options: RequestOptions): Promise<string> {
  const page = await newAgent().open((await begin(emulator, options)).url);
  expect(page.status).toBe(400);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  return plainText(page.html);
}

async function callbackError(options: RequestOptions): Promise<Readonly<Record<string, string>>> {
  const { url } = await newAgent().open((await begin(emulator, options)).url);
  expect(url).toMatch(/^http:\/\/localhost:5000\//);
  return Object.fromEntries(new URL(url).searchParams);
}

describe('metadata', () => {
  test('is the one of the service, by domain or tenant id, in any case', async () => {
    const url = new URL(emulator.metadataUrl(FLOWS.signIn.id.toLowerCase()));
    const base = `${emulator.url}/contoso.onmicrosoft.com/${FLOWS.signIn.id.toLowerCase()}`;
    expect(url.href).toBe(`${base}/v2.0/.well-known/openid-configuration`);
    const expected = {
      issuer: `${emulator.url}/${REGISTRATIONS.tenantId}/v2.0/`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      subject_types_supported: ['pairwise'],
      scopes_supported: ['openid'],
    };
    for (const tenant of ['contoso.onmicrosoft.com', 'CONTOSO.onmicrosoft.com', REGISTRATIONS.tenantId]) {
      url.pathname = `/${tenant}/${FLOWS.signIn.id.toUpperCase()}/v2.0/.well-known/openid-configuration`;
      const body: unknown = await (await fetch(url)).json();
      expect(body).toMatchObject(expected);
      expect(body).not.toHaveProperty('authorization_response_iss_parameter_supported');
    }
  });

  test.each(['/contoso.onmicrosoft.com/B2C_1_none', '/fabrikam.onmicrosoft.com/B2C_1_signupsignin1'])(
    'of %s is not there',
    async (path) => {
      const response = await fetch(`${emulator.url}${path}/v2.0/.well-known/openid-configuration`);
      expect(response.status).toBe(404);
      expect(await response.text()).toMatch(/^AADB2C90022: Unable to return metadata for the policy/);
    },
  );

  test.each([
    `/tfp/contoso.onmicrosoft.com/${FLOWS.signIn.id}/v2.0/.well-known/openid-configuration`,
    `/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=${FLOWS.signIn.id}`,
  ])('is at %s too', async (path) => {
    const [usual, other] = await Promise.all(
      [emulator.metadataUrl(FLOWS.signIn.id), `${emulator.url}${path}`].map(async (url) => (await fetch(url)).json()),
    );
    expect(other).toEqual(usual);
  });

  test('names what is registered when asked for another flow', () => {
    expect(() => emulator.metadataUrl('B2C_1_none')).toThrow(
      "flow 'B2C_1_none' is not registered; known flows: B2C_1_signupsignin1, B2C_1_signupsignin1_mfa, " +
        'B2C_1_profileediting1, B2C_1_passwordreset1',
    );
  });
});

describe('what is not registered', () => {
  test('a wrong client gets a page, not a redirect', async () => {
    const text = await refusedPage({ more: { client_id: 'cccccccc-3333-4333-8333-333333333333' } });
    expect(text).toContain(
      "AADB2C90018: The client ID 'cccccccc-3333-4333-8333-333333333333' specified in the request is not registered " +
        "in tenant 'contoso.onmicrosoft.com'. Correlation ID: ",
    );
  });

  test.each(['http://localhost:5000/elsewhere', 'http://localhost:5000/auth/callback/', 'https://evil.example/'])(
    'redirect URI %s gets a page, not a redirect',
    async (uri) => {
      const text = await refusedPage({ more: { redirect_uri: uri } });
      expect(text).toContain(
        `AADB2C90006: The redirect URI '${uri}' provided in the request is not registered for the client id '${WEB.clientId}'.`,
      );
    },
  );

  test('a wrong secret, or none', async () => {
    const wrong = await postToken(FLOWS.signIn.id, { grant_type: 'authorization_code', client_secret: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(wrong.body['error_description']).toMatch(
      /^AADB2C90081: The specified client_secret .+\r\nTimestamp: .+Z\r\n$/s,
    );
    const none = await postToken(FLOWS.signIn.id, { grant_type: 'authorization_code', client_secret: '' });
    expect(none.body['error_description']).toMatch(/^AADB2C90079: /);
    const stranger = await postToken(FLOWS.signIn.id, { grant_type: 'authorization_code', client_id: 'stranger' });
    expect(stranger.body['error_description']).toMatch(/^AADB2C90018: .+'stranger'.+'contoso.onmicrosoft.com'/);
  });

  test('scopes of which none was granted, or that are unknown', async () => {
    const granted = await callbackError({ scope: 'openid https://contoso.onmicrosoft.com/api/Accounts.Delete' });
    expect(granted['error']).toBe('invalid_request');
    expect(granted['error_description']).toMatch(/^AADB2C90205: .+\r\nCorrelation ID: /);
    expect(granted).not.toHaveProperty('iss');
    const unknown = await callbackError({ scope: 'openid https://contoso.onmicrosoft.com/none/X' });
    expect(unknown['error_description']).toMatch(
      /^AADB2C90117: The scope 'https:\/\/contoso.onmicrosoft.com\/none\/X'/,
    );
  });

  test.each(['query', 'fragment', 'form_post'])('a fault comes by %s with its correlation id', async (mode) => {
    const more = { response_mode: mode };
    const page = await newAgent().open((await begin(emulator, { scope: 'openid none/X', more })).url);
    const text = mode === 'form_post' ? page.html : decodeURIComponent(page.url);
    expect(text).toMatch(/AADB2C90117.+Correlation/s);
    expect(text).not.toMatch(/\biss\b/);
  });

  test('a grant type', async () => {
    const { status, body } = await postToken(FLOWS.signIn.id, { grant_type: 'password', username: ADA.email });
    expect([status, body['error']]).toEqual([400, 'unsupported_grant_type']);
    expect(body['error_description']).toMatch(/^AADB2C90086: The supplied grant_type \[password\] is not supported\./);
  });
});

describe('codes', () => {
  test('need their verifier, and work once; a second use revokes what they gave', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const callback = await signIn(agent, await agent.open(started.url), ADA);
    const wrong = redeem({ ...started, verifier: client.randomPKCECodeVerifier() }, callback);
    await expect(wrong).rejects.toMatchObject({ status: 400, error: 'invalid_grant' });
    const tokens = await redeem(started, callback);
    await expect(redeem(started, callback)).rejects.toMatchObject({ error: 'invalid_grant' });
    const refresh = client.refreshTokenGrant(started.config, tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('a second use leaves an earlier sign-in of the same session alone', async () => {
    const agent = newAgent();
    const first = await signedIn({}, agent);
    const started = await begin(emulator);
    const callback = await agent.open(started.url);
    await redeem(started, callback);
    await expect(redeem(started, callback)).rejects.toMatchObject({ error: 'invalid_grant' });
    const refreshed = await client.refreshTokenGrant(first.config, first.refresh_token ?? '');
    expect(decodeJwt(refreshed.access_token)['oid']).toBe(ADA.id);
  });

  test('belong to their flow', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const { url } = await signIn(agent, await agent.open(started.url), ADA);
    const code = new URL(url).searchParams.get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: WEB.redirectUris[0] ?? '' };
    const { status, body } = await postToken(FLOWS.stepUp.id, { ...fields, code_verifier: started.verifier });
    expect([status, body['error']]).toEqual([400, 'invalid_grant']);
    expect(body['error_description']).toMatch(/^AADB2C90080: /);
  });
});

describe('tokens', () => {
  test('without an API there is no access token, and without offline_access no refresh token', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { scope: 'openid' })];
    const callback = new URL((await signIn(agent, await agent.open(started.url), ADA)).url);
    const { body } = await postToken(FLOWS.signIn.id, {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      code_verifier: started.verifier,
      redirect_uri: WEB.redirectUris[0] ?? '',
    });
    expect(Object.keys(body).sort()).toEqual([
      'id_token',
      'id_token_expires_in',
      'not_before',
      'profile_info',
      'scope',
      'token_type',
    ]);
  });

  test('both scopes are one token', async () => {
    const tokens = await signedIn({ scope: `openid ${READ} ${WRITE}` });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ scp: 'Accounts.Read Accounts.Write', aud: API.clientId });
    expect(tokens.refresh_token).toBeUndefined();
  });

  test('a refresh keeps nonce and auth_time, and narrows the scope', async () => {
    const tokens = await signedIn({ scope: `openid offline_access ${READ} ${WRITE}` });
    const before = tokens.claims();
    const refreshed = await client.refreshTokenGrant(tokens.config, tokens.refresh_token ?? '', {
      scope: `openid ${READ}`,
    });
    expect(decodeJwt(refreshed.access_token)['scp']).toBe('Accounts.Read');
    expect(refreshed.claims()).toMatchObject({ nonce: before?.['nonce'], auth_time: before?.['auth_time'] });
    expect(refreshed.refresh_token).toBe(tokens.refresh_token);
  });

  test('a refresh for more than was granted is refused', async () => {
    const tokens = await signedIn();
    const refresh = client.refreshTokenGrant(tokens.config, tokens.refresh_token ?? '', { scope: `${READ} ${WRITE}` });
    await expect(refresh).rejects.toMatchObject({ status: 400, error: 'invalid_scope' });
  });

  test('a refresh may name profile and email, which give nothing', async () => {
    const tokens = await signedIn();
    const scope = `openid profile email offline_access ${READ}`;
    const refreshed = await client.refreshTokenGrant(tokens.config, tokens.refresh_token ?? '', { scope });
    expect(refreshed.scope).toBe(READ);
    expect(Object.keys(refreshed.claims() ?? {})).toEqual(Object.keys(tokens.claims() ?? {}));
  });

  test('two refreshes at once both work', async () => {
    const tokens = await signedIn();
    const refresh = (): Promise<unknown> => client.refreshTokenGrant(tokens.config, tokens.refresh_token ?? '');
    await expect(Promise.all([refresh(), refresh()])).resolves.toHaveLength(2);
  });

  test('a step-up tells a new auth_time, another visit of the session does not', async () => {
    moveClock(0);
    const agent = newAgent();
    const first = await signedIn({}, agent);
    const signedInAt = Number(first.claims()?.['auth_time']);
    jest.setSystemTime(Date.now() + 600_000);
    const again = await begin(emulator);
    const visit = await redeem(again, await agent.open(again.url));
    expect(visit.claims()?.['auth_time']).toBe(signedInAt);
    const stepUp = await begin(emulator, { flow: FLOWS.stepUp.id });
    const page = await agent.open(stepUp.url);
    const tokens = await redeem(stepUp, await giveFactor(agent, page, { source: emulator, to: ADA.phone }));
    expect(Number(tokens.claims()?.['auth_time'])).toBeGreaterThanOrEqual(signedInAt + 600);
    jest.useRealTimers();
  });

  test('form_post brings code and state, and no issuer', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { more: { response_mode: 'form_post' } })];
    const page = await signIn(agent, await agent.open(started.url), ADA);
    const fields = [...page.html.matchAll(/name="(\w+)" value/g)].map(([, name]) => name);
    expect(fields).toEqual(['code', 'state']);
  });
});

describe('sign-out', () => {
  const after = 'http://localhost:5000/';

  test('ends the session of all flows, and leads straight on', async () => {
    const agent = newAgent();
    const tokens = await signedIn({}, agent);
    const url = client.buildEndSessionUrl(tokens.config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: after,
      state: 'bye',
    });
    const page = await agent.open(url.href);
    expect([page.url, agent.visited.length]).toEqual([`${after}?state=bye`, 2]);
    const silent = await begin(emulator, { flow: FLOWS.profile.id, more: { prompt: 'none' } });
    const { url: callback } = await agent.open(silent.url);
    expect(new URL(callback).searchParams.get('error')).toBe('interaction_required');
  });

  test('leaves nothing to whoever has a copy of the cookies', async () => {
    const agent = newAgent();
    const { config } = await signedIn({}, agent);
    const copied = agent.copy();
    await agent.open(client.buildEndSessionUrl(config, { post_logout_redirect_uri: after }).href);
    const silent = await begin(emulator, { more: { prompt: 'none' } });
    const { url } = await copied.open(silent.url);
    expect(new URL(url).searchParams.get('error')).toBe('interaction_required');
  });

  test('works without a hint, and twice', async () => {
    const agent = newAgent();
    const { config } = await signedIn({}, agent);
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: after });
    const first = await agent.open(url.href);
    const second = await agent.open(url.href);
    expect([first.url, second.url]).toEqual([after, after]);
  });

  test.each([
    [
      'post_logout_redirect_uri',
      'https://evil.example/',
      "post_logout_redirect_uri 'https://evil.example/' is not an address of a registered application.",
    ],
    ['id_token_hint', 'not.a.token', 'id_token_hint is not an id token of this directory'],
  ])('refuses a wrong %s, once the session has ended', async (name, value, text) => {
    const agent = newAgent();
    const { config } = await signedIn({}, agent);
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: after, [name]: value });
    const page = await agent.open(url.href);
    expect([page.status, plainText(page.html)]).toEqual([400, expect.stringContaining(text)]);
    const silent = await begin(emulator, { more: { prompt: 'none' } });
    expect((await agent.open(silent.url)).url).toContain('error=interaction_required');
  });
});

describe('keys', () => {
  interface Keys {
    readonly keys: readonly { readonly kid: string; readonly kty: string; readonly n: string; readonly e: string }[];
  }

  async function publishedKeys(): Promise<Keys> {
    const config = await discover(emulator, FLOWS.signIn.id);
    return (await (await fetch(config.serverMetadata().jwks_uri ?? '')).json()) as Keys;
  }

  test('the next one is published before it signs, the last one after', async () => {
    const agent = newAgent();
    const before = await publishedKeys();
    const old = await signedIn({}, agent);
    expect(before.keys).toHaveLength(2);
    expect(decodeProtectedHeader(old.access_token).kid).toBe(before.keys[0]?.kid);
    await emulator.rotateKeys();
    const started = await begin(emulator);
    const fresh = await redeem(started, await agent.open(started.url));
    expect(decodeProtectedHeader(fresh.access_token).kid).toBe(before.keys[1]?.kid);
    const known = createLocalJWKSet({ keys: [...before.keys] });
    await expect(jwtVerify(fresh.access_token, known)).resolves.toBeDefined();
    const published = await publishedKeys();
    await expect(jwtVerify(old.access_token, createLocalJWKSet({ keys: [...published.keys] }))).resolves.toBeDefined();
    expect(Object.keys(published.keys[0] ?? {})).toEqual(['kid', 'nbf', 'use', 'kty', 'e', 'n']);
    const refreshed = await client.refreshTokenGrant(old.config, old.refresh_token ?? '');
    expect(decodeProtectedHeader(refreshed.access_token).kid).toBe(before.keys[1]?.kid);
  });

  test('rotate by the clock, where asked to', async () => {
    let now = Date.now();
    const other = await startForTest({ rotateKeysEvery: 60, now: () => new Date(now) });
    const keysUrl = (await discover(other, FLOWS.signIn.id)).serverMetadata().jwks_uri ?? '';
    const first = async (): Promise<string | undefined> => ((await (await fetch(keysUrl)).json()) as Keys).keys[0]?.kid;
    const before = await first();
    now += 59_000;
    expect(await first()).toBe(before);
    now += 2_000;
    expect(await first()).not.toBe(before);
    await other.stop();
  });

  test('can be the wrong ones, for a test of the applications', async () => {
    const tokens = await signedIn();
    emulator.faults.add({ kind: 'wrongKeys', times: 1 });
    const wrong = await publishedKeys();
    expect(wrong.keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(tokens.access_token).kid);
    const verified = jwtVerify(tokens.access_token, createLocalJWKSet({ keys: [...wrong.keys] }));
    await expect(verified).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    const right = createLocalJWKSet({ keys: [...(await publishedKeys()).keys] });
    await expect(jwtVerify(tokens.access_token, right)).resolves.toBeDefined();
  });
});

describe('faults', () => {
  afterEach(() => {
    emulator.faults.clear();
  });

  test('an endpoint is down for so many requests, the others go on', async () => {
    emulator.faults.add({ kind: 'unavailable', endpoint: 'keys', times: 1 });
    const url = (await discover(emulator, FLOWS.signIn.id)).serverMetadata().jwks_uri ?? '';
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([503, 200]);
    expect(emulator.log.entries).toContainEqual(expect.objectContaining({ status: 503, fault: 'unavailable' }));
  });

  test('everything is down until it is cleared', async () => {
    emulator.faults.add({ kind: 'unavailable' });
    const url = emulator.metadataUrl(FLOWS.signIn.id);
    expect((await fetch(url)).status).toBe(503);
    emulator.faults.clear();
    expect((await fetch(url)).status).toBe(200);
  });

  test('an answer comes late', async () => {
    emulator.faults.add({ kind: 'slow', endpoint: 'metadata', delay: 120, times: 1 });
    const started = performance.now();
    await fetch(emulator.metadataUrl(FLOWS.signIn.id));
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
  });
});

describe('the server', () => {
  test('refuses an address that others can reach', async () => {
    await expect(startForTest({ host: '0.0.0.0' })).rejects.toThrow(
      "host: '0.0.0.0' can be reached from elsewhere, and the emulator is for local use and tests only; " +
        'use 127.0.0.1, or allow it (allowRemote, --allow-remote) where nothing else can reach it, as inside a container',
    );
  });

  test('refuses another host name, which could be a page that reads the inbox', async () => {
    const { default: http } = await import('node:http');
    const status = await new Promise((resolve) => {
      http.get(emulator.inboxUrl, { headers: { host: 'evil.example' } }, (response) => {
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(421);
  });

  test('tells browsers and applications their own addresses, under one issuer', async () => {
    const options = { publicUrl: 'http://localhost:4999', internalUrl: 'http://b2c:4001' };
    const other = await startForTest(options);
    expect(other.metadataUrl(FLOWS.signIn.id)).toMatch(/^http:\/\/b2c:4001\//);
    const path = new URL(other.metadataUrl(FLOWS.signIn.id)).pathname;
    const metadata: unknown = await (await fetch(`http://127.0.0.1:${other.port}${path}`)).json();
    const base = `contoso.onmicrosoft.com/${FLOWS.signIn.id.toLowerCase()}`;
    expect(metadata).toMatchObject({
      issuer: `http://localhost:4999/${REGISTRATIONS.tenantId}/v2.0/`,
      authorization_endpoint: `http://localhost:4999/${base}/oauth2/v2.0/authorize`,
      end_session_endpoint: `http://localhost:4999/${base}/oauth2/v2.0/logout`,
      token_endpoint: `http://b2c:4001/${base}/oauth2/v2.0/token`,
      jwks_uri: `http://b2c:4001/${base}/discovery/v2.0/keys`,
    });
    await other.stop();
  });

  test('logs no query, so no code, token or state', async () => {
    await signedIn();
    expect(emulator.log.entries.length).toBeGreaterThan(3);
    expect(JSON.stringify(emulator.log.entries)).not.toMatch(/\?|code=|state=/);
  });
});
