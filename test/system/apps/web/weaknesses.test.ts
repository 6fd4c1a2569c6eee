import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { B2cAgent, giveFactor, plainText, signIn, type AgentPage } from '../../../support/b2c-agent';
import { REGISTRATIONS } from '../../../support/apps/emulator/b2c/support/application';
import { ADA, BOB, SESSIONS, startSystem, type System } from '../../../support/apps/web/system';

let system: System;
let agent: B2cAgent;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());
beforeEach(() => {
  agent = new B2cAgent();
});

const url = (path: string): string => `${system.baseUrl}${path}`;
const open = (path: string, by = agent): Promise<AgentPage> => by.open(url(path));
const signedIn = async (person = ADA, by = agent): Promise<AgentPage> =>
  await signIn(by, await open('/login', by), person);
const openForm = async (): Promise<AgentPage> =>
  await giveFactor(agent, await open('/account/beneficiary'), { source: system.b2c, to: ADA.phone });

/** Answer of the web to somebody who opens a path. */
async function sentTo(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return await fetch(url(path), { redirect: 'manual', headers });
}

interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** Cookies that a thief of cookies, or a second program of the same person, would have. */
function cookiesOf(by: B2cAgent): readonly Cookie[] {
  return Reflect.get(by, 'cookies') as readonly Cookie[];
}

/** Another agent with the cookies that one has now. */
function sameBrowser(by: B2cAgent, isEnd?: (address: URL) => boolean): B2cAgent {
  const copy = new B2cAgent(isEnd);
  Reflect.set(copy, 'cookies', cookiesOf(by));
  return copy;
}

/** Begins a sign-in without following it. */
async function begun(path = '/login'): Promise<{ readonly cookie: string; readonly authorize: URL }> {
  const response = await sentTo(path);
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { cookie, authorize: new URL(response.headers.get('location') ?? '') };
}

/** Goes through the sign-in service, and stops where it leads back to. */
async function callbackOf(authorize: URL, person = ADA): Promise<URL> {
  const outside = new B2cAgent((address) => address.pathname.startsWith('/auth/callback'));
  const page = await outside.open(authorize.href);
  return new URL((await signIn(outside, page, person)).url);
}

/** The answer signs in no one: it sets no session, and leads to a sign-in of this browser's own. */
function leadsToSignIn({ status, headers }: Response): void {
  expect([status, headers.getSetCookie()]).toEqual([303, []]);
  expect(headers.get('location')).toBe('/login?return=%2F&attempt=1');
}

const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`;

test('weakness 1: the change form opens after the second factor alone, and a plain sign-in’s form saves nothing', async () => {
  await signedIn();
  const factor = await open('/account/beneficiary');
  expect(plainText(factor.html)).toContain('Verify it is you');
  expect(factor.url).toContain('b2c_1_signupsignin1_mfa');
  const home = await open('/');
  const csrf = /name="csrf" value="([^"]+)"/.exec(home.html)?.[1] ?? '';
  const forged = {
    ...home,
    html: `<form action="/account/beneficiary"><input name="csrf" value="${csrf}"><button>Go</button></form>`,
  };
  const answer = await agent.press(forged, 'Go', { beneficiary: 'No factor', etag: '"1-1"', oid: ADA.id });
  expect(plainText(answer.html)).toContain('Verify it is you');
  expect(plainText((await open('/account')).html)).not.toContain('No factor');
});

test('weakness 1: the second factor counts for minutes, by the token’s own time', async () => {
  await signedIn();
  await openForm();
  system.clock.forward(5 * 60_000 + 1_000);
  const again = await open('/account/beneficiary');
  // The directory's session is as old, so the factor that it gives is not fresh: the password is asked for too.
  const retry = await giveFactor(agent, again, { source: system.b2c, to: ADA.phone });
  expect(agent.visited.join(' ')).toContain('prompt=login');
  const refused = await giveFactor(agent, await signIn(agent, retry, ADA), { source: system.b2c, to: ADA.phone });
  expect(refused.status).toBe(403);
  expect(plainText(refused.html)).toContain('We could not confirm that it is you');
  system.clock.forward(-5 * 60_000 - 1_000);
});

test('weakness 2: a step-up whose code can’t be redeemed opens nothing', async () => {
  await signedIn();
  const stopped = new B2cAgent((address) => address.pathname === '/auth/callback/mfa');
  await signIn(stopped, await open('/login', stopped), ADA);
  const factor = await open('/account/beneficiary', stopped);
  const callback = new URL((await giveFactor(stopped, factor, { source: system.b2c, to: ADA.phone })).url);
  callback.searchParams.set('code', 'wrong');
  const unstopped = sameBrowser(stopped);
  const answer = await unstopped.open(callback.href);
  expect(answer.status).toBe(400);
  expect(plainText(answer.html)).toContain('The sign-in was not completed');
  expect(plainText((await open('/account/beneficiary', unstopped)).html)).toContain('Verify it is you');
});

test('weakness 2: a code of the sign-in flow is not taken for a second factor', async () => {
  const { cookie, authorize } = await begun();
  const callback = await callbackOf(authorize);
  const answer = await sentTo(`/auth/callback/mfa${callback.search}`, { cookie });
  expect(answer.status).toBe(400);
});

test('weakness 3: a callback without the session that began it, or with another’s state, signs nobody in', async () => {
  const victim = await begun();
  const attacker = await begun();
  const callback = await callbackOf(attacker.authorize, BOB);
  const inject = async (headers: Readonly<Record<string, string>>, path = pathOf(callback)): Promise<Response> =>
    await sentTo(path, headers);
  leadsToSignIn(await inject({}));
  leadsToSignIn(await inject({ cookie: victim.cookie }));
  const own = new URL(callback);
  own.searchParams.set('state', victim.authorize.searchParams.get('state') ?? '');
  expect((await inject({ cookie: victim.cookie }, pathOf(own))).status).toBe(400);
  own.searchParams.delete('state');
  leadsToSignIn(await inject({ cookie: victim.cookie }, pathOf(own)));
  expect((await sentTo('/', { cookie: victim.cookie })).status).toBe(200);
  expect(await (await sentTo('/', { cookie: victim.cookie })).text()).toContain('Sign in or sign up');
});

test('weakness 4: state, nonce and PKCE are in each request, differ each time, and the state works once', async () => {
  const [one, other] = [await begun(), await begun()];
  for (const name of ['state', 'nonce', 'code_challenge']) {
    const values = [one, other].map(({ authorize }) => authorize.searchParams.get(name) ?? '');
    expect(new Set(values).size).toBe(2);
    expect(Math.min(...values.map(({ length }) => length))).toBeGreaterThanOrEqual(43);
  }
  expect(one.authorize.searchParams.get('code_challenge_method')).toBe('S256');
  const callback = await callbackOf(one.authorize);
  const answers = await Promise.all([1, 2].map(() => sentTo(pathOf(callback), { cookie: one.cookie })));
  expect(answers.map(({ headers }) => headers.get('location')).toSorted()).toEqual([
    '/',
    '/login?return=%2F&attempt=1',
  ]);
});

test('weakness 4: a state that was begun for one flow is refused at the callback of another', async () => {
  const { cookie, authorize } = await begun();
  const state = authorize.searchParams.get('state') ?? '';
  const answer = await sentTo(`/auth/callback/mfa?code=x&state=${state}`, { cookie });
  expect(answer.status).toBe(400);
  leadsToSignIn(await sentTo(pathOf(await callbackOf(authorize)), { cookie }));
});

test('weakness 8: a person without an e-mail address has pages like everybody', async () => {
  const flows = REGISTRATIONS.flows.map((flow) => ({ ...flow, claims: ['displayName'] }));
  const other = await startSystem({ registrations: { flows } });
  const account = await signIn(agent, await agent.open(`${other.baseUrl}/account`), ADA);
  expect(plainText(account.html)).toContain('None on record');
  for (const path of ['/', '/profile', '/claims', '/logout']) {
    expect((await agent.open(`${other.baseUrl}${path}`)).status).toBe(200);
  }
  await other.stop();
});

test('weakness 10: a second person in the same session gets nothing of the first one’s', async () => {
  await signedIn();
  await openForm();
  const callback = await callbackOf((await beginIn(agent, '/login')).authorize, BOB);
  expect(callback.pathname).toBe('/auth/callback');
  const home = await agent.open(callback.href);
  expect(home.status).toBe(200);
  const claims = await open('/claims');
  expect(claims.html).toContain(BOB.id);
  expect(claims.html).not.toContain(ADA.id);
  expect(plainText((await open('/account/beneficiary')).html)).toContain('Verify it is you');
});

test('weakness 10: a step-up or an edit by another person is refused, and the session stays the first one’s', async () => {
  await signedIn();
  const { authorize } = await beginIn(agent, '/account/beneficiary');
  const outside = new B2cAgent((address) => address.pathname.startsWith('/auth/callback'));
  const factor = await signIn(outside, await outside.open(authorize.href), BOB);
  const callback = await giveFactor(outside, factor, { source: system.b2c, to: BOB.phone });
  const answer = await agent.open(callback.url);
  expect(answer.status).toBe(403);
  expect(plainText(answer.html)).toContain('That was somebody else');
  expect((await open('/claims')).html).toContain(ADA.id);
  expect(plainText((await open('/account/beneficiary')).html)).toContain('Verify it is you');
});

/** Begins a visit in an agent's session, and returns where it would have gone. */
async function beginIn(by: B2cAgent, path: string): Promise<{ readonly authorize: URL }> {
  const stopped = sameBrowser(by, (address) => address.origin === system.b2c.url);
  return { authorize: new URL((await stopped.open(url(path))).url) };
}

test('weakness 15: no header decides where people are sent', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
  const response = await sentTo('/login', headers);
  const target = new URL(response.headers.get('location') ?? '');
  expect(target.searchParams.get('redirect_uri')).toBe(url('/auth/callback'));
  expect(await (await sentTo('/nothing', headers)).text()).not.toContain('evil');
});

test.each(['/login', '/auth/callback'])(
  'weakness 15: %s takes no host from the address, one that is wrong either',
  async (path) => {
    for (const origin of ['http://evil.example', 'http://evil.example:99999']) {
      const request = get(system.baseUrl, { path: `${origin}${path}?state=x` });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      expect([origin, response.statusCode]).toEqual([origin, 303]);
      expect(response.headers.location).not.toContain('evil');
    }
  },
);

test('weakness 16: nothing of a callback’s or any other query is shown or logged', async () => {
  const { cookie, authorize } = await begun();
  const state = authorize.searchParams.get('state') ?? '';
  const text = 'Call+0800-EVIL-now';
  const paths = [
    `/auth/callback?error=access_denied&error_description=${text}&state=${state}`,
    `/auth/callback?error=${text}&error_description=AADB2C90091${text}&state=unknown`,
    `/nothing?${text}=${text}`,
    `/login/${text}`,
    `/account?${text}`,
  ];
  for (const path of paths) {
    const response = await sentTo(path, { cookie });
    expect(await response.text()).not.toContain('EVIL');
    expect(response.headers.get('location') ?? '').not.toContain('EVIL');
  }
  expect(JSON.stringify(system.log())).not.toContain('EVIL');
});

describe('weakness 17', () => {
  test('the id of a session changes at the sign-in, the step-up and the edit, and the old one is worth nothing', async () => {
    const begin = await begun();
    const ids = [begin.cookie];
    const callback = await callbackOf(begin.authorize);
    const answer = await sentTo(pathOf(callback), { cookie: begin.cookie });
    ids.push(answer.headers.getSetCookie()[0]?.split(';')[0] ?? '');
    expect(new Set(ids).size).toBe(2);
    expect((await sentTo('/claims', { cookie: ids[0] ?? '' })).headers.get('location')).toBe('/login?return=%2Fclaims');
    expect((await sentTo('/claims', { cookie: ids[1] ?? '' })).status).toBe(200);

    const cookies = (): string => JSON.stringify(cookiesOf(agent));
    await signedIn();
    const before = cookies();
    await openForm();
    const after = cookies();
    expect(after).not.toBe(before);
    await agent.press(await agent.press(await open('/profile'), 'Edit your details'), 'Continue');
    expect(cookies()).not.toBe(after);
  });

  test('the cookie is HttpOnly and SameSite=Lax; on loopback its name is a plain one', async () => {
    const [cookie = ''] = (await sentTo('/login')).headers.getSetCookie();
    expect(cookie).toMatch(/^customer-session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test('the table has neither ids of sessions nor tokens nor names', async () => {
    await signedIn();
    const [cookie = ''] = cookiesOf(agent)
      .filter(({ name }) => name === 'customer-session')
      .map(({ value }) => value.split('.')[0] ?? '');
    const text = JSON.stringify(await system.database.items(SESSIONS));
    expect(cookie.length).toBeGreaterThan(40);
    for (const secret of [cookie, ADA.id, ADA.email, 'Lovelace', 'accessToken', 'eyJ0eXAi'])
      expect(text).not.toContain(secret);
  });
});

test('weakness 19: every answer has the security headers, and none is kept by a cache', async () => {
  for (const path of ['/', '/nothing', '/login', '/auth/callback?state=x', '/account']) {
    const { headers } = await sentTo(path);
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; frame-ancestors 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self' ${system.b2c.url}; base-uri 'none'`,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
  }
});

test('weakness 19: a form of another site, without its token, or too large is refused', async () => {
  await signedIn();
  const cookie = cookiesOf(agent)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const post = (path: string, body: string, origin: string): Promise<Response> =>
    fetch(url(path), {
      method: 'POST',
      redirect: 'manual',
      body,
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...(origin && { origin }) },
    });
  for (const path of ['/logout', '/profile', '/account/beneficiary', '/account/beneficiary/discard']) {
    for (const origin of ['https://evil.example', 'null', '']) {
      const answer = await post(path, 'beneficiary=Mallory', origin);
      expect([path, origin, answer.status, answer.headers.getSetCookie()]).toEqual([path, origin, 403, []]);
    }
  }
  expect((await post('/logout', '', system.baseUrl)).status).toBe(403);
  expect((await post('/profile', 'csrf=wrong', system.baseUrl)).status).toBe(403);
  expect((await post('/logout', `csrf=${'x'.repeat(20_000)}`, system.baseUrl)).status).toBe(413);
  expect((await open('/claims')).html).toContain(ADA.id);
});

test('weakness 19: who signs in, steps up and edits is in the audit log; no token or code is in any log', async () => {
  await signedIn();
  await openForm();
  const saved = await agent.press(await open('/account/beneficiary'), 'Save', { beneficiary: 'Logged' });
  expect(saved.url).toBe(url('/account'));
  const actions = system.log().flatMap(({ audit }) => (audit as { action: string } | undefined)?.action ?? []);
  expect(actions).toEqual(expect.arrayContaining(['sign-in', 'step-up', 'profile-edit']));
  const text = JSON.stringify([...system.log(), ...system.apiLog()]);
  expect(text).not.toMatch(/eyJ[\w-]{10}/);
  expect(text).not.toMatch(/code=|state=|Lovelace|Logged/);
});

test.each(['/account', '/account/beneficiary', '/claims', '/profile'])(
  'weakness 21: who visits %s without a session signs in and comes back to it',
  async (path) => {
    const page = await open(path);
    expect(plainText(page.html)).toContain('Sign in');
    const back = await signIn(agent, page, ADA);
    const end =
      path === '/account/beneficiary' ? await giveFactor(agent, back, { source: system.b2c, to: ADA.phone }) : back;
    expect([end.status, end.url]).toEqual([200, url(path)]);
  },
);

test('weakness 22: an edit that comes back with another state says so, and one that fits shows the new profile', async () => {
  await signedIn();
  const strange = await agent.open(url('/auth/callback?code=x&state=strange'));
  expect(strange.status).toBe(400);
  expect(plainText(strange.html)).toContain('This sign-in can’t be used');
  const edit = await agent.press(await open('/profile'), 'Edit your details');
  const saved = await agent.press(edit, 'Continue', { displayName: 'The Countess' });
  expect(plainText(saved.html)).toContain('The Countess');
  expect((await open('/claims')).html).toContain('The Countess');
});

test('signing out needs the form of this session, and ends the session at the directory too', async () => {
  const page = await signedIn();
  const out = await agent.press(page, 'Sign out');
  expect(agent.visited.some((address) => address.includes('/oauth2/v2.0/logout?id_token_hint=eyJ'))).toBe(true);
  expect(plainText(out.html)).toContain('You are signed out');
  expect(plainText((await open('/account')).html)).toContain('Forgot your password?');
});
