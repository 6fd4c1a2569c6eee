import { B2cAgent, giveFactor, plainText, signIn, type AgentPage } from '../../../support/b2c-agent';
import { ADA, flowsOf, startSystem, type System, type SystemOptions } from '../../../support/apps/web/system';

const MINUTE = 60_000;

let system: System;
let agent: B2cAgent;

beforeEach(() => {
  agent = new B2cAgent();
});
afterEach(() => system.stop());

async function start(options: SystemOptions = {}): Promise<void> {
  system = await startSystem({ idleMs: 600 * MINUTE, ...options });
}

const url = (path: string): string => `${system.baseUrl}${path}`;
const open = (path: string): Promise<AgentPage> => agent.open(url(path));
const signedIn = async (): Promise<AgentPage> => await signIn(agent, await open('/login'), ADA);
/** Status and outcome of a page, where the home page links to it twice: in the navigation and below the greeting. */
const statusBehind = async (label: string): Promise<readonly [number, string | undefined]> => {
  const home = (await open('/')).html;
  const links = [...home.matchAll(/<a href="([^"]+)"[^>]*>(?:<strong>)?([^<]+)/g)];
  const addresses = links.filter(([, , text]) => text === label).map(([, href = '']) => href);
  expect(addresses).toEqual(['/public', '/public']);
  const { status, html } = await open('/public');
  return [status, /class="notice[^>]*><strong>([^<]+)/.exec(html)?.[1]];
};
const openForm = async (): Promise<AgentPage> =>
  await giveFactor(agent, await open('/account/beneficiary'), { source: system.b2c, to: ADA.phone });
const tokenRequests = (): number => system.b2c.log.entries.filter(({ path }) => path.endsWith('/token')).length;

/** Expects what a page for people has, whatever went wrong. */
function isErrorPage(page: AgentPage, status: number, title: string): void {
  expect([page.status, plainText(page.html).includes(title)]).toEqual([status, true]);
  expect(page.html).toContain(page.headers.get('x-request-id'));
  expect(page.html).not.toMatch(/stack|node_modules|ECONN|Exception/);
}

describe('the directory', () => {
  test('is down at the start: the web starts, says so, and recovers by itself', async () => {
    await start({ b2c: { faults: [{ kind: 'unavailable', endpoint: 'metadata' }] } });
    const ready = (): Promise<number> => fetch(url('/readyz')).then(({ status }) => status);
    expect((await open('/')).status).toBe(200);
    expect((await open('/public')).status).toBe(200);
    isErrorPage(await open('/account'), 503, 'Signing in does not work right now');
    expect(await ready()).toBe(503);
    system.b2c.faults.clear();
    for (const flow of Object.values(system.flows)) await flow.configuration();
    expect(await ready()).toBe(200);
    expect((await signedIn()).status).toBe(200);
  });

  test('its metadata is asked for again, with pauses, until it is there', async () => {
    await start({ b2c: { faults: [{ kind: 'unavailable', endpoint: 'metadata', times: 2 }] } });
    const flow = system.flows['sign-in'];
    flow.start();
    const asked = (): number => system.b2c.log.entries.filter(({ path }) => path.includes('.well-known')).length;
    while (!flow.isReady) await new Promise((resolve) => setTimeout(resolve, 50));
    flow.stop();
    expect(asked()).toBe(3);
  });

  test.each([
    ['down', { kind: 'unavailable', endpoint: 'token' }],
    ['too slow', { kind: 'slow', endpoint: 'token', delay: 3_000 }],
  ] as const)('is %s when the code is redeemed: the person is told, and can start again', async (_what, fault) => {
    await start();
    const page = await open('/login');
    system.b2c.faults.add(fault);
    isErrorPage(await signIn(agent, page, ADA), 503, 'Signing in does not work right now');
    system.b2c.faults.clear();
    expect(plainText((await open('/login')).html)).toContain('Welcome, Ada');
  });

  test('publishes keys that have signed nothing: nobody gets in, and the next sign-in with right keys works', async () => {
    await start();
    const page = await open('/login');
    system.b2c.faults.add({ kind: 'wrongKeys' });
    isErrorPage(await signIn(agent, page, ADA), 400, 'The sign-in was not completed');
    expect(plainText((await open('/')).html)).toContain('Sign in or sign up');
    system.b2c.faults.clear();
    expect(plainText((await open('/login')).html)).toContain('Welcome, Ada');
  });

  test('rotates its keys between two sign-ins, and both work', async () => {
    await start();
    await signedIn();
    await system.b2c.rotateKeys();
    agent = new B2cAgent();
    expect(plainText((await signedIn()).html)).toContain('Welcome, Ada');
  });

  test('is down at the sign-out: the session here ends all the same, and the page says what is left', async () => {
    await start();
    const page = await signedIn();
    system.b2c.faults.add({ kind: 'unavailable' });
    system.flows['sign-in'].value = undefined;
    const out = await agent.press(page, 'Sign out');
    expect(plainText(out.html)).toContain('Close your browser too.');
    system.b2c.faults.clear();
    expect(plainText((await open('/')).html)).toContain('Sign in or sign up');
  });
});

describe('the access token', () => {
  test('is renewed without the person noticing, once for all parallel requests, and none of them loses it', async () => {
    await start();
    await signedIn();
    system.clock.forward(59 * MINUTE + 30_000);
    const before = tokenRequests();
    const pages = await Promise.all(Array.from({ length: 10 }, () => open('/account')));
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    expect(tokenRequests() - before).toBe(1);
    await open('/account');
    expect(tokenRequests() - before).toBe(1);
  });

  test('a sign-in that another tab begins at the same time is not lost', async () => {
    await start();
    await signedIn();
    system.clock.forward(59 * MINUTE + 30_000);
    const outside = sameBrowser(agent, (address) => address.pathname === '/auth/callback');
    const [, , callback] = await Promise.all([open('/account'), open('/account'), outside.open(url('/login'))]);
    expect(callback.url).toContain('/auth/callback?code=');
    expect((await agent.open(callback.url)).status).toBe(200);
  });

  test('can’t be renewed any more: the person signs in and comes back', async () => {
    await start();
    await signedIn();
    system.clock.forward(61 * MINUTE);
    system.b2c.users.remove(ADA.id);
    const page = await open('/account');
    expect(plainText(page.html)).toContain('Forgot your password?');
    system.b2c.users.seed(ADA);
    expect((await signIn(agent, page, ADA)).url).toBe(url('/account'));
  });

  test('the directory is down: the last minute of the token is used, then the person is told', async () => {
    await start();
    await signedIn();
    system.b2c.faults.add({ kind: 'unavailable', endpoint: 'token' });
    system.clock.forward(59 * MINUTE + 30_000);
    expect((await open('/account')).status).toBe(200);
    system.clock.forward(MINUTE);
    isErrorPage(await open('/account'), 503, 'Signing in does not work right now');
    system.b2c.faults.clear();
    expect((await open('/account')).status).toBe(200);
  });

  test('the database can’t keep the renewed token: the last minute of the old one is used by all', async () => {
    await start();
    await signedIn();
    await open('/account');
    system.clock.forward(59 * MINUTE + 30_000);
    system.database.fail('PutItem', 'error', {});
    const pages = await Promise.all([open('/account'), open('/account'), open('/account')]);
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    system.clock.forward(MINUTE);
    isErrorPage(await open('/account'), 503, 'We are busy right now');
    system.database.clearFaults();
    expect((await open('/account')).status).toBe(200);
  });

  test('a directory that gives each refresh token once is no trouble', async () => {
    await start({ b2c: { rotateRefreshTokens: true } });
    await signedIn();
    for (let hour = 0; hour < 3; hour++) {
      system.clock.forward(59 * MINUTE + 30_000);
      const pages = await Promise.all([open('/account'), open('/account'), open('/account')]);
      expect(pages.map(({ url: end }) => end)).toEqual(pages.map(() => url('/account')));
    }
  });
});

/** Another agent with the cookies that one has now. */
function sameBrowser(by: B2cAgent, isEnd?: (address: URL) => boolean): B2cAgent {
  const copy = new B2cAgent(isEnd);
  Reflect.set(copy, 'cookies', Reflect.get(by, 'cookies'));
  return copy;
}

describe('the database', () => {
  test('throttles: what it refuses once is asked for again', async () => {
    await start();
    system.database.fail('PutItem', 'throttle', { times: 1 });
    system.database.fail('GetItem', 'throttle', { times: 1 });
    expect(plainText((await signedIn()).html)).toContain('Welcome, Ada');
  });

  test.each(['throttle', 'error', 'reset'] as const)(
    'answers with %s all the time: a page says so, and it recovers',
    async (fault) => {
      await start();
      await signedIn();
      system.database.fail('*', fault, {});
      isErrorPage(await open('/auth/callback?code=x&state=y'), 503, 'We are busy right now');
      expect((await fetch(url('/healthz'))).status).toBe(200);
      expect((await fetch(url('/readyz'))).status).toBe(503);
      system.database.clearFaults();
      expect(plainText((await open('/')).html)).toContain('Welcome, Ada');
    },
  );

  test('keeps the old session at a sign-in: the page says so, nobody is signed in, and no line says it', async () => {
    await start();
    system.database.fail('DeleteItem', 'error', {});
    isErrorPage(await signedIn(), 503, 'We are busy right now');
    const audited = (): number => system.log().filter(({ audit }) => audit !== undefined).length;
    expect([plainText((await open('/')).html).includes('Welcome, Ada'), audited()]).toEqual([false, 0]);
    system.database.clearFaults();
    // The sign-in service knows the person by now.
    expect(plainText((await open('/login')).html)).toContain('Welcome, Ada');
    expect(audited()).toBe(1);
  });

  test('keeps the old session at a second factor: the person stays signed in, and may try again', async () => {
    await start();
    await signedIn();
    system.database.fail('DeleteItem', 'error', {});
    isErrorPage(await openForm(), 503, 'We are busy right now');
    system.database.clearFaults();
    expect(plainText((await open('/')).html)).toContain('Welcome, Ada');
    expect((await openForm()).status).toBe(200);
  });
});

describe('the API', () => {
  test('is down: the policy’s page says so, the others work, and it recovers by itself', async () => {
    await start();
    await signedIn();
    await system.stopApi();
    isErrorPage(await open('/account'), 503, 'Your policy can’t be shown right now');
    expect(await statusBehind('Service status')).toEqual([503, 'Our policy system can’t be reached.']);
    expect(plainText((await open('/')).html)).toContain('Welcome, Ada');
    expect((await fetch(url('/readyz'))).status).toBe(503);
    await system.startApi();
    expect(await statusBehind('Service status')).toEqual([200, 'Our policy system is running.']);
    expect((await open('/account')).status).toBe(200);
  });

  test('goes down while the form is open: what was typed is kept, and saved later', async () => {
    await start();
    await signedIn();
    const form = await openForm();
    await system.stopApi();
    const failed = await agent.press(form, 'Save', { beneficiary: 'Patience' });
    isErrorPage(failed, 503, 'We could not confirm the change');
    await system.startApi();
    const again = await open('/account/beneficiary');
    expect(again.html).toContain('value="Patience"');
    expect(plainText((await agent.press(again, 'Save')).html)).toContain('The new beneficiary has been saved.');
  });

  test('has rules for a name that the web does not know: they are told at the field', async () => {
    await start();
    await signedIn();
    const answer = await agent.press(await openForm(), 'Save', { beneficiary: 'Mallory \u202e' });
    expect(answer.status).toBe(422);
    expect(plainText(answer.html)).toContain('The name must be a visible name without line breaks');
  });

  test('the database behind it is down: the page says so', async () => {
    await start();
    await signedIn();
    await open('/account');
    // The first is the session's.
    system.database.fail('GetItem', 'error', { after: 1 });
    isErrorPage(await open('/account'), 503, 'Your policy can’t be shown right now');
    system.database.clearFaults();
    expect((await open('/account')).status).toBe(200);
  });
});

test('too many requests of an address in a minute are refused by a page, and probes are not counted', async () => {
  await start({ web: { requestsPerMinute: 5 } });
  for (let count = 0; count < 5; count++) expect((await open('/public')).status).toBe(200);
  const page = await open('/public');
  isErrorPage(page, 429, 'Too many requests');
  expect(page.headers.get('retry-after')).toBe('60');
  expect((await fetch(url('/healthz'))).status).toBe(200);
});

describe('the clock', () => {
  test('of the directory may be 50 s ahead', async () => {
    await start({ flows: (b2c) => flowsOf(b2c, { now: () => Date.now() - 50_000 }) });
    expect((await signedIn()).status).toBe(200);
    expect((await open('/account')).status).toBe(200);
  });

  test('further ahead, nobody signs in, and the log says by how much', async () => {
    await start({ flows: (b2c) => flowsOf(b2c, { now: () => Date.now() - 95_000 }) });
    isErrorPage(await signedIn(), 400, 'The sign-in was not completed');
    const [, seconds] = /nbf is (\d+) s ahead of this clock; 60 s are borne/.exec(JSON.stringify(system.log())) ?? [];
    expect(Math.abs(Number(seconds) - 95)).toBeLessThan(30);
  });
});

test('who asks the API too often is told so, and it is not asked again at once', async () => {
  await start({ apiRequests: 2 });
  await signedIn();
  for (const expected of [200, 200, 429]) expect((await open('/account')).status).toBe(expected);
  isErrorPage(await open('/account'), 429, 'Too many requests');
});
