import type { Request } from 'express';
import { Sessions } from '../../../../apps/web/sessions/sessions';
import type { SessionTable } from '../../../../apps/web/sessions/session-table';
import { newState, hintIn } from '../../../../apps/web/sign-in/return-to';
import { B2cAgent, giveFactor, plainText, signIn, type AgentPage } from '../../../support/b2c-agent';
import { ADA, startSystem, type System } from '../../../support/apps/web/system';

const TABS = 6;

let system: System;
let agent: B2cAgent;

beforeEach(async () => {
  system = await startSystem();
  agent = new B2cAgent();
});
afterEach(() => system.stop());

const url = (path: string): string => `${system.baseUrl}${path}`;
const open = (path: string, by = agent): Promise<AgentPage> => by.open(url(path));
const signedIn = async (): Promise<AgentPage> => await signIn(agent, await open('/login'), ADA);
const answers = (pages: readonly AgentPage[]) => pages.map((page) => [page.status, new URL(page.url).pathname]);

interface Cookie {
  readonly name: string;
}

/** Makes an agent keep its cookies where another one has them, or lose some. */
function shareCookies(by: B2cAgent, isKept: (cookie: Cookie) => boolean = () => true): B2cAgent {
  const jar = by === agent ? { cookies: [] as readonly Cookie[] } : undefined;
  const get = (): unknown => jar?.cookies ?? Reflect.get(agent, 'cookies');
  const set = (cookies: readonly Cookie[]): void => {
    if (jar === undefined) Reflect.set(agent, 'cookies', cookies);
    else jar.cookies = cookies.filter(isKept);
  };
  return Object.defineProperty(by, 'cookies', { get, set });
}

/** The browser was closed; the directory's cookies live longer. */
function forgetSession(): Promise<void> {
  const cookies = Reflect.get(agent, 'cookies') as readonly Cookie[];
  Reflect.set(
    agent,
    'cookies',
    cookies.filter(({ name }) => name !== 'customer-session'),
  );
  return Promise.resolve();
}

/** Tabs of the agent's browser. */
const tabs = (): readonly B2cAgent[] => Array.from({ length: TABS }, () => shareCookies(new B2cAgent()));

describe('tabs that a browser restores', () => {
  test('without a session: each leads to the sign-in and then to its page, one after the other', async () => {
    const all = tabs();
    const pages = await Promise.all(all.map((tab) => open('/account', tab)));
    const ends: AgentPage[] = [];
    for (const [index, tab] of all.entries()) ends.push(await signIn(tab, pages[index] ?? fail(), ADA));
    expect(answers(ends)).toEqual(all.map(() => [200, '/account']));
  });

  test.each([
    ['has ended', () => system.endSessions()],
    ['is forgotten', () => forgetSession()],
  ])('whose session %s, all at once, while the directory still knows the person', async (_what, lose) => {
    await signedIn();
    await lose();
    const all = tabs();
    const ends = await Promise.all(all.map((tab, index) => open(index % 2 === 0 ? '/account' : '/profile', tab)));
    expect(answers(ends)).toEqual(all.map((_tab, index) => [200, index % 2 === 0 ? '/account' : '/profile']));
  });

  test('at the second factor, with a session that has ended: sign in, and are asked again', async () => {
    await signedIn();
    const factor = await open('/account/beneficiary');
    await system.endSessions();
    const again = await giveFactor(agent, factor, { source: system.b2c, to: ADA.phone });
    expect(plainText(again.html)).toContain('Verify it is you');
    expect((await giveFactor(agent, again, { source: system.b2c, to: ADA.phone })).url).toBe(
      url('/account/beneficiary'),
    );
  });

  test('and cancelled at the sign-in service lead to the start page', async () => {
    await signedIn();
    const factor = await open('/account/beneficiary');
    await system.endSessions();
    expect((await agent.press(factor, 'Cancel')).url).toBe(url('/'));
  });
});

test('a browser that keeps no cookies of the web is told so after some rounds', async () => {
  shareCookies(agent, ({ name }) => name !== 'customer-session');
  const page = await signIn(agent, await open('/login?return=/account'), ADA);
  expect([page.status, page.url.includes('/auth/callback?')]).toEqual([400, true]);
  expect(plainText(page.html)).toContain('allow cookies for this website');
});

test('a state with a hint leads to our own pages alone, and never past the limit of rounds', async () => {
  const state = newState({ returnTo: '/account', attempt: 2 });
  expect(state).toMatch(/^[\w-]{43}\.2\.[\w-]+$/);
  expect(hintIn(state)).toEqual({ returnTo: '/account', attempt: 2 });
  for (const text of [null, '', 'x', 'x.1', 'a'.repeat(10_000)]) expect(hintIn(text)).toBeUndefined();
  for (const address of ['https://evil.example', '//evil.example', '/logout', '/login?return=/', '\u0000']) {
    const forged = `x.0.${Buffer.from(address).toString('base64url')}`;
    const answer = await fetch(url(`/auth/callback?code=x&state=${forged}`), { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('/login?return=%2F&attempt=1');
  }
  expect((await fetch(url('/auth/callback?code=x&state=x.9.x'), { redirect: 'manual' })).status).toBe(400);
});

describe('/signed-out', () => {
  test.each(['/signed-out', '/auth/callback?state=signed-out'])(
    '%s tells somebody who is signed in so, with a way out, and signs them out only by the button',
    async (path) => {
      await signedIn();
      const page = await open(path);
      expect(page.url).toBe(url('/signed-out'));
      expect(plainText(page.html)).toContain('You are still signed in');
      expect(plainText(page.html)).not.toContain('You are signed out');
      expect((await open('/account')).url).toBe(url('/account'));
      const out = await agent.press(page, 'Sign out now');
      expect(plainText(out.html)).toContain('You are signed out');
      expect(plainText((await open('/account')).html)).toContain('Forgot your password?');
    },
  );

  test('tells the truth at once where another machine has ended the session', async () => {
    await signedIn();
    await open('/');
    await system.endSessions();
    expect(plainText((await open('/signed-out')).html)).toContain('You are signed out');
  });
});

describe('requests at once that change one session', () => {
  test.each([16, 32])(
    '%i sign-ins that begin: each is on its way, or asked to come again where others were quicker',
    async (count) => {
      await signedIn();
      const cookie = (Reflect.get(agent, 'cookies') as readonly { name: string; value: string }[])
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
      const begun = Array.from({ length: count }, () =>
        fetch(url('/login'), { redirect: 'manual', headers: { cookie } }),
      );
      const statuses = (await Promise.all(begun)).map(({ status }) => status);
      expect(statuses).toContain(303);
      expect(statuses.filter((status) => status !== 303 && status !== 503)).toEqual([]);
    },
  );

  test('of which one never gets its turn: pauses that grow, at random, and then a page that says what to do', async () => {
    const pauses: number[] = [];
    const pause = (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds);
      return Promise.resolve();
    };
    const sessions = new Sessions({
      table: busyTable() as SessionTable,
      baseUrl: new URL(system.baseUrl),
      now: system.clock.now,
      pause,
    });
    const request = { session: { id: 'busy', version: 1 } } as unknown as Request;
    await sessions.reload(request);
    const change = sessions.change(request, (state) => ({ ...state, notice: 'cancelled' }));
    await expect(change).rejects.toMatchObject({ code: 'unavailable' });
    expect(pauses).toHaveLength(12);
    for (const [index, milliseconds] of pauses.entries()) {
      expect(milliseconds).toBeLessThanOrEqual(Math.min(500, 20 * 2 ** index));
    }
    expect(new Set(pauses).size).toBeGreaterThan(1);
    expect(request.session.state?.notice).toBeUndefined();
  });
});

/** A table whose session somebody else writes each time. */
function busyTable(): Pick<SessionTable, 'find' | 'put'> {
  const state = { startedAt: 0, csrfToken: 'token', pending: [] };
  return {
    find: () => Promise.resolve({ state, version: 1, expiresAt: Infinity }),
    put: () => Promise.resolve(undefined),
  };
}

function fail(): never {
  throw new Error('a page is missing');
}
