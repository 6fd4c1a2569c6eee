import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { B2cEmulator } from '../../../../../apps/emulator/b2c';
import { codeFor, giveFactor, plainText, signIn, signUp } from '../../../../support/b2c-agent';
import {
  ADA,
  API,
  begin,
  BOB,
  FLOWS,
  newAgent,
  READ,
  redeem,
  REGISTRATIONS,
  startForTest,
  WEB,
} from '../../../../support/apps/emulator/b2c/support/application';

let emulator: B2cEmulator;

beforeAll(async () => {
  emulator = await startForTest({
    registrations: { ...REGISTRATIONS, clients: [{ ...WEB, implicitTokens: ['token'] }] },
  });
});

afterAll(() => emulator.stop());

/** The parameters of a callback. */
function callbackOf(url: string): Readonly<Record<string, string>> {
  expect(url).toMatch(/^http:\/\/localhost:5000\/auth\/callback\?/);
  return Object.fromEntries(new URL(url).searchParams);
}

describe('sign-up or sign-in', () => {
  test('signs in with every claim of the id token and the access token', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const callback = await signIn(agent, await agent.open(started.url), ADA);
    expect(Object.keys(callbackOf(callback.url)).sort()).toEqual(['code', 'state']);
    const tokens = await redeem(started, callback);
    const { iat, exp, nbf, auth_time, ...rest } = tokens.claims() ?? {};
    expect(rest).toEqual({
      iss: `${emulator.url}/11111111-1111-4111-8111-111111111111/v2.0/`,
      aud: WEB.clientId,
      sub: ADA.id,
      oid: ADA.id,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      emails: [ADA.email],
      tfp: FLOWS.signIn.id,
      ver: '1.0',
      nonce: started.nonce,
    });
    expect([exp, nbf]).toEqual([Number(iat) + 3600, iat]);
    expect(Number(iat) - Number(auth_time)).toBeLessThanOrEqual(5);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: READ, resource: API.clientId });
    expect(tokens).toMatchObject({ id_token_expires_in: 3600, refresh_token_expires_in: 1_209_600 });
  });

  test.each([
    (url: URL) => new URL(`/tfp${url.pathname}${url.search}`, url),
    (url: URL) => new URL(`/contoso.onmicrosoft.com/oauth2/v2.0/authorize${url.search}&p=${FLOWS.signIn.id}`, url),
  ])('signs in at another address of the flow (%#)', async (addressOf) => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const callback = await signIn(agent, await agent.open(addressOf(new URL(started.url)).href), ADA);
    expect((await redeem(started, callback)).claims()).toMatchObject({ oid: ADA.id, tfp: FLOWS.signIn.id });
  });

  test('fills in the address that the application expects', async () => {
    const started = await begin(emulator, { more: { login_hint: 'ada"<b>@example.com' } });
    const { html } = await newAgent().open(started.url);
    expect(html).toContain(' value="ada&quot;&lt;b&gt;@example.com"');
  });

  test('gives an access token for the API, that its keys verify', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), ADA));
    const keys = createRemoteJWKSet(new URL(started.config.serverMetadata().jwks_uri ?? ''));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer: emulator.issuer,
      audience: API.clientId,
      algorithms: ['RS256'],
    });
    expect(protectedHeader).toEqual({ typ: 'JWT', alg: 'RS256', kid: expect.any(String) as string });
    const time: unknown = expect.any(Number);
    expect(payload).toEqual({
      iat: time,
      exp: time,
      nbf: time,
      iss: emulator.issuer,
      aud: API.clientId,
      sub: ADA.id,
      oid: ADA.id,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      emails: [ADA.email],
      tfp: FLOWS.signIn.id,
      ver: '1.0',
      nonce: started.nonce,
      azp: WEB.clientId,
      scp: 'Accounts.Read',
    });
  });

  test('signs up with a code from the inbox', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const fields = { password: 'Compiler-1952', displayName: 'Grace Hopper', givenName: 'Grace', surname: 'Hopper' };
    const email = 'Grace.Hopper@example.com';
    const callback = await signUp(agent, await agent.open(started.url), { source: emulator, email, fields });
    const claims = (await redeem(started, callback)).claims();
    expect(claims).toMatchObject({ name: 'Grace Hopper', emails: [email], tfp: FLOWS.signIn.id });
    expect(claims?.['oid']).toBe(emulator.users.findByEmail('grace.hopper@EXAMPLE.com')?.id);
  });

  test('says all that is wrong with a new account at once, and creates none', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const fields = { password: 'short', displayName: '', givenName: 'Eve', surname: 'x'.repeat(300) };
    const email = 'eve@example.com';
    const page = await signUp(agent, await agent.open(started.url), { source: emulator, email, fields });
    expect(page.status).toBe(400);
    expect(plainText(page.html)).toContain('Use 8 to 64 characters');
    expect(plainText(page.html)).toContain('This information is required.');
    expect(plainText(page.html)).toContain('Use 256 characters at most.');
    expect(page.html).toContain('value="Eve"');
    expect(page.html).not.toContain('short');
    expect(emulator.users.findByEmail(email)).toBeUndefined();
  });

  test('tells only the owner of an address that it has an account', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const start = await agent.press(await agent.open(started.url), 'Sign up now');
    const sent = await agent.press(start, 'Send verification code', { email: ADA.email });
    expect(plainText(sent.html)).not.toContain('exists');
    const page = await agent.press(sent, 'Verify code', { code: codeFor(emulator, ADA.email) });
    expect(plainText(page.html)).toContain('An account with this email address already exists.');
  });

  test('says the same of a wrong password and of an unknown account', async () => {
    const texts = await Promise.all(
      [ADA.email, 'nobody@example.com'].map(async (email) => {
        const [agent, started] = [newAgent(), await begin(emulator)];
        const page = await signIn(agent, await agent.open(started.url), { email, password: 'Wrong-12345' });
        return plainText(page.html).replace(email, '');
      }),
    );
    expect(texts[0]).toContain('Invalid username or password.');
    expect(texts[0]).toBe(texts[1]);
  });

  test.each([
    ['Forgot your password?', 'AADB2C90118: The user has forgotten their password.'],
    ['Cancel', 'AADB2C90091: The user has cancelled entering self-asserted information.'],
  ])('%s leads back with the error of the service', async (button, text) => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const callback = await agent.press(await agent.open(started.url), button);
    const { error, error_description, state, ...rest } = callbackOf(callback.url);
    expect([error, state, rest]).toEqual(['access_denied', started.state, {}]);
    const [first, correlation, time, end] = (error_description ?? '').split('\r\n');
    expect(first).toBe(text);
    expect(correlation).toMatch(/^Correlation ID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(time).toMatch(/^Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    expect(end).toBe('');
  });

  test('asks nobody twice: the session counts in every flow', async () => {
    const agent = newAgent();
    const first = await begin(emulator);
    await signIn(agent, await agent.open(first.url), ADA);
    const second = await begin(emulator, { flow: FLOWS.signIn.id.toUpperCase() });
    const claims = (await redeem(second, await agent.open(second.url))).claims();
    expect(claims).toMatchObject({ oid: ADA.id, tfp: FLOWS.signIn.id });
    const profile = await begin(emulator, { flow: FLOWS.profile.id });
    expect(plainText((await agent.open(profile.url)).html)).toContain('Edit your profile');
  });
});

describe('second factor', () => {
  test('is asked each time, also with a session that has had one', async () => {
    const agent = newAgent();
    for (const isFirst of [true, false]) {
      const started = await begin(emulator, { flow: FLOWS.stepUp.id });
      const opened = await agent.open(started.url);
      const page = isFirst ? await signIn(agent, opened, ADA) : opened;
      expect(plainText(page.html)).toContain('XXX-XXX-0001');
      const callback = await giveFactor(agent, page, { source: emulator, to: ADA.phone });
      expect((await redeem(started, callback)).claims()).toMatchObject({ tfp: FLOWS.stepUp.id, oid: ADA.id });
    }
  });

  test('takes a phone number from who has none, and keeps it after the right code', async () => {
    emulator.users.seed({ email: 'carl@example.com', password: 'Numbers-1801' });
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.stepUp.id })];
    const credentials = { email: 'carl@example.com', password: 'Numbers-1801' };
    const page = await signIn(agent, await agent.open(started.url), credentials);
    const refused = await agent.press(page, 'Send code', { phone: '0551 123' });
    expect(plainText(refused.html)).toContain('with its country code');
    const mistyped = await agent.press(page, 'Send code', { phone: '+49 551 999999' });
    const again = await agent.press(mistyped, 'Use another number');
    const sent = await agent.press(again, 'Send code', { phone: '+49 (551) 123-456' });
    const wrong = await agent.press(sent, 'Verify code', { code: 'none' });
    expect(emulator.users.findByEmail('carl@example.com')?.phone).toBeUndefined();
    await agent.press(wrong, 'Verify code', { code: codeFor(emulator, '+49551123456') });
    expect(emulator.users.findByEmail('carl@example.com')?.phone).toBe('+49551123456');
  });

  test('is never skipped by a posted form', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.stepUp.id })];
    const page = await signIn(agent, await agent.open(started.url), ADA);
    const forged = { ...page, html: page.html.replaceAll('/send"', '/verify"') };
    const after = await agent.press(forged, 'Send code', { code: '000000' });
    expect(after.url).toBe(page.url);
    expect(plainText(after.html)).toContain('Send code');
  });
});

describe('codes', () => {
  test('take five attempts, then a new one must be asked for, five times', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.reset.id })];
    let page = await agent.press(await agent.open(started.url), 'Send verification code', { email: BOB.email });
    for (let attempt = 0; attempt < 5; attempt += 1) page = await agent.press(page, 'Verify code', { code: 'wrong' });
    const code = codeFor(emulator, BOB.email);
    page = await agent.press(page, 'Verify code', { code });
    expect(plainText(page.html)).toContain('too many wrong codes');
    for (let send = 0; send < 4; send += 1) page = await agent.press(page, 'Send new code');
    expect(plainText(page.html)).toContain('A new code is on its way.');
    page = await agent.press(page, 'Send new code');
    expect(plainText(page.html)).toContain('No more codes can be sent.');
    page = await agent.press(page, 'Verify code', { code: codeFor(emulator, BOB.email) });
    expect(plainText(page.html)).toContain('Choose a new password');
  });
});

describe('profile and password', () => {
  test('editing the profile changes the claims, and leaves the rest', async () => {
    emulator.users.seed({
      email: 'dan@example.com',
      password: 'Profile-2001',
      displayName: 'Dan',
      surname: 'Dare',
    });
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.profile.id })];
    const credentials = { email: 'dan@example.com', password: 'Profile-2001' };
    const page = await signIn(agent, await agent.open(started.url), credentials);
    expect(page.html).toContain('value="Dan"');
    const fields = { displayName: 'Daniel', givenName: 'Dan', city: 'Köln <3' };
    const claims = (await redeem(started, await agent.press(page, 'Continue', fields))).claims();
    const expected = { name: 'Daniel', given_name: 'Dan', family_name: 'Dare', city: 'Köln <3', tfp: FLOWS.profile.id };
    expect(claims).toMatchObject(expected);
  });

  test('editing and reset work for an application that always requests an id token', async () => {
    const more = { response_type: 'id_token', response_mode: 'fragment' };
    const claimsOf = ({ url }: { url: string }): object =>
      decodeJwt(new URLSearchParams(new URL(url).hash.slice(1)).get('id_token') ?? '');
    const agent = newAgent();
    const profile = await begin(emulator, { flow: FLOWS.profile.id, scope: 'openid', more });
    const page = await signIn(agent, await agent.open(profile.url), BOB);
    expect(claimsOf(await agent.press(page, 'Continue'))).toMatchObject({ tfp: FLOWS.profile.id, oid: BOB.id });
    const reset = await begin(emulator, { flow: FLOWS.reset.id, scope: 'openid', more });
    const sent = await agent.press(await agent.open(reset.url), 'Send verification code', { email: BOB.email });
    const chosen = await agent.press(sent, 'Verify code', { code: codeFor(emulator, BOB.email) });
    const passwords = { password: BOB.password, repeated: BOB.password };
    expect(claimsOf(await agent.press(chosen, 'Continue', passwords))).toMatchObject({ tfp: FLOWS.reset.id });
  });

  test.each([FLOWS.profile.id, FLOWS.reset.id, FLOWS.stepUp.id])('%s can be cancelled', async (flow) => {
    const [agent, started] = [newAgent(), await begin(emulator, { flow })];
    const callback = await agent.press(await agent.open(started.url), 'Cancel');
    expect(callbackOf(callback.url)['error_description']).toMatch(/^AADB2C90091: /);
  });

  test('a reset password works, and the old one no longer', async () => {
    emulator.users.seed({ email: 'fay@example.com', password: 'Forgotten-1' });
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.reset.id })];
    const sent = await agent.press(await agent.open(started.url), 'Send verification code', {
      email: 'fay@example.com',
    });
    const next = await agent.press(sent, 'Verify code', { code: codeFor(emulator, 'fay@example.com') });
    const unequal = await agent.press(next, 'Continue', { password: 'Remember-2', repeated: 'Remember-3' });
    expect(plainText(unequal.html)).toContain('The two passwords are not the same.');
    const callback = await agent.press(unequal, 'Continue', { password: 'Remember-2', repeated: 'Remember-2' });
    expect((await redeem(started, callback)).claims()).toMatchObject({
      tfp: FLOWS.reset.id,
      emails: ['fay@example.com'],
    });
    const check = (password: string): Promise<{ kind: string }> =>
      emulator.users.checkPassword('fay@example.com', password);
    expect([(await check('Forgotten-1')).kind, (await check('Remember-2')).kind]).toEqual(['wrong', 'right']);
  });

  test('a reset says nothing of whether there is an account, and sends nothing to strangers', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { flow: FLOWS.reset.id })];
    const sent = await agent.press(await agent.open(started.url), 'Send verification code', {
      email: 'who@example.com',
    });
    expect(plainText(sent.html)).toContain('If there is an account for who@example.com');
    expect(emulator.inbox.findLatest('who@example.com')).toBeUndefined();
    const page = await agent.press(sent, 'Verify code', { code: 'undefined' });
    expect(plainText(page.html)).toContain('That code is not right.');
  });
});

describe('sessions', () => {
  test('another person takes over a living session without a detour', async () => {
    const agent = newAgent();
    await signIn(agent, await agent.open((await begin(emulator)).url), ADA);
    const other = await begin(emulator, { more: { prompt: 'login' } });
    const callback = await signIn(agent, await agent.open(other.url), BOB);
    expect((await redeem(other, callback)).claims()).toMatchObject({ oid: BOB.id });
    const silent = await begin(emulator, { more: { prompt: 'none' } });
    expect((await redeem(silent, await agent.open(silent.url))).claims()).toMatchObject({ oid: BOB.id });
  });

  test('prompt=none without a session gets the error of the service', async () => {
    const [agent, started] = [newAgent(), await begin(emulator, { more: { prompt: 'none' } })];
    const callback = callbackOf((await agent.open(started.url)).url);
    expect(callback['error']).toBe('interaction_required');
    expect(callback['error_description']).toMatch(/^AADB2C90077: .+'None'\.\r\nCorrelation ID: /);
  });

  test('a deleted account ends its session and its refresh tokens', async () => {
    emulator.users.seed({ email: 'gone@example.com', password: 'Leaving-99' });
    const [agent, started] = [newAgent(), await begin(emulator)];
    const credentials = { email: 'gone@example.com', password: 'Leaving-99' };
    const tokens = await redeem(started, await signIn(agent, await agent.open(started.url), credentials));
    emulator.users.remove(String(decodeJwt(tokens.id_token ?? '')['oid']));
    const again = await begin(emulator);
    const page = await agent.open(again.url);
    expect(plainText(page.html)).toContain('Sign in with your email address.');
    expect((await redeem(again, await signIn(agent, page, ADA))).claims()).toMatchObject({ oid: ADA.id });
    const { refreshTokenGrant } = await import('openid-client');
    const refresh = refreshTokenGrant(started.config, tokens.refresh_token ?? '');
    await expect(refresh).rejects.toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  test('the back button and a second submit get a page that says what to do', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const page = await agent.open(started.url);
    await signIn(agent, page, ADA);
    for (const after of [await agent.open(page.url), await signIn(agent, page, ADA)]) {
      expect(after.status).toBe(400);
      expect(plainText(after.html)).toContain('Go back to the application and start again.');
    }
  });

  test('a button of an earlier step leads to where the journey is', async () => {
    const [agent, started] = [newAgent(), await begin(emulator)];
    const start = await agent.press(await agent.open(started.url), 'Sign up now');
    const sent = await agent.press(start, 'Send verification code', { email: 'back@example.com' });
    const back = await agent.press(start, 'Send verification code', { email: 'other@example.com' });
    expect(plainText(back.html)).toBe(plainText(sent.html));
    expect(emulator.inbox.findLatest('other@example.com')).toBeUndefined();
  });

  test('two tabs sign in beside each other', async () => {
    const agent = newAgent();
    const [one, two] = [await begin(emulator), await begin(emulator)];
    const [tabOne, tabTwo] = [await agent.open(one.url), await agent.open(two.url)];
    const second = await signIn(agent, tabTwo, ADA);
    expect((await redeem(two, second)).claims()).toMatchObject({ oid: ADA.id });
    const first = await signIn(agent, tabOne, ADA);
    expect((await redeem(one, first)).claims()).toMatchObject({ oid: ADA.id });
  });
});

test('a form from another site is refused', async () => {
  const [agent, started] = [newAgent(), await begin(emulator)];
  const page = await agent.open(started.url);
  const response = await fetch(`${page.url}/cancel`, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
  expect(response.status).toBe(403);
});
