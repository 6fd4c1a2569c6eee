import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler } from 'express';
import expressSession, { type CookieOptions } from 'express-session';
import { PageError, SignInNeeded } from '../http/page-error';
import { RecentSessions } from './recent-sessions';
import { cookieSecrets } from './sealing';
import { SessionStore } from './session-store';
import { SessionConflict, type SessionTable, type Stored } from './session-table';
import { type Notice, type SessionState, type SignedIn, withNotice } from './state';
import { newToken } from './token';

export interface SessionsOptions {
  readonly table: SessionTable;
  /** Of 32 bytes each; the first signs cookies, all are good. */
  readonly keys: readonly Buffer[];
  readonly baseUrl: URL;
  readonly now: () => number;
  /** @default waits */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export type Edit = (state: SessionState) => SessionState;

// Pauses of two seconds in all, on average: each time, one of those that write at once is done.
const TRIES = 12;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** Sessions of visitors: what a request's session knows, and how it changes. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #recent: RecentSessions;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#recent = new RecentSessions(options.table);
  }

  /** Loads the session. Pages may see it two seconds old; forms and the callbacks of a sign-in see it as it is. */
  handler(isReading: (request: Request) => boolean): RequestHandler {
    const versions = new WeakMap<object, Stored>();
    const [recent, current] = [true, false].map((isRecentEnough) => this.#handlerOf(isRecentEnough, versions));
    return (request, response, next) => {
      const handler = isReading(request) ? recent : current;
      handler?.(request, response, next);
    };
  }

  /**
   * Changes the session; another request's change in between is kept. The same state again writes nothing.
   * @throws PageError if others were quicker each time, or the session has ended
   */
  async change(request: Request, edit: Edit): Promise<SessionState> {
    const { pause = sleep } = this.#options;
    for (let tries = 0; tries < TRIES; tries++) {
      const before = request.session.state ?? this.#newState();
      const after = edit(before);
      if (after === before) return before;
      request.session.state = after;
      if (await this.#save(request)) return after;
      // At random, or those that met would meet again.
      await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
      await this.reload(request);
    }
    throw new PageError('session-busy', { cause: new SessionConflict() });
  }

  /** Puts the session under a new id, which no one can have known before, and ends the old one. */
  async rotate(request: Request, edit: Edit): Promise<void> {
    // What other tabs have begun in the meantime goes along.
    if (request.session.state !== undefined) await this.reload(request);
    const state = edit(request.session.state ?? this.#newState());
    await called((done) => request.session.regenerate(done));
    request.session.state = { ...state, csrfToken: newToken() };
    await called((done) => request.session.save(done));
  }

  /** Reads the session again. @throws PageError if it has ended */
  async reload(request: Request): Promise<void> {
    await this.#recent.find(request.sessionID);
    try {
      await called((done) => request.session.reload(done));
    } catch (error) {
      if (!(error instanceof Error && error.message === 'failed to load session')) throw error;
      // Else it would be written when the request ends.
      delete request.session.state;
      throw new PageError('session-gone');
    }
  }

  async end(request: Request): Promise<void> {
    await called((done) => request.session.destroy(done));
  }

  async #save(request: Request): Promise<boolean> {
    try {
      await called((done) => request.session.save(done));
      return true;
    } catch (error) {
      if (error instanceof SessionConflict) return false;
      throw error;
    }
  }

  #newState(): SessionState {
    return { startedAt: this.#options.now(), csrfToken: newToken(), pending: [] };
  }

  #handlerOf(isRecentEnough: boolean, versions: WeakMap<object, Stored>): RequestHandler {
    const { keys, baseUrl } = this.#options;
    const isHttps = baseUrl.protocol === 'https:';
    const cookie: CookieOptions = { path: '/', httpOnly: true, secure: isHttps, sameSite: 'lax' };
    const handler = expressSession({
      name: cookieName(isHttps),
      secret: cookieSecrets(keys),
      genid: newToken,
      store: new SessionStore({ sessions: this.#recent, isRecentEnough, cookie }, versions),
      cookie,
      resave: false,
      saveUninitialized: false,
      proxy: true,
    });
    return (request, response, next) => {
      // express-session sets a Secure cookie where this header says so. It is the base URL that says it, no client.
      request.headers['x-forwarded-proto'] = isHttps ? 'https' : 'http';
      handler(request, response, next);
    };
  }
}

/**
 * Tells whether the browser names a session that is not there: it has ended, or another tab has just got a new one in
 * its place.
 */
export function hasEnded({ headers, session }: Request): boolean {
  return session.state === undefined && headers.cookie !== undefined && COOKIES.test(headers.cookie);
}

const COOKIES = /(^|;\s*)(__Host-session|customer-session)=/;

/** Browsers take a `__Host-` cookie only if it is Secure, of this very host and of every path. */
function cookieName(isHttps: boolean): string {
  return isHttps ? '__Host-session' : 'customer-session';
}

/** The person who is signed in, if anybody. */
export function findSignedIn(request: Request): SignedIn | undefined {
  // There is no session where reading it failed, as on the page that says so.
  return (request.session as typeof request.session | undefined)?.state?.signedIn;
}

/** @throws SignInNeeded without a sign-in */
export function getSignedIn(request: Request): SignedIn {
  const signedIn = findSignedIn(request);
  if (signedIn === undefined) throw new SignInNeeded();
  return signedIn;
}

function called(call: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('the session failed', { cause: error }));
    });
  });
}

/** Takes the notice that the page is to say once. */
export async function takeNotice(sessions: Sessions, request: Request): Promise<Notice | undefined> {
  const notice = request.session.state?.notice;
  if (notice !== undefined) await sessions.change(request, (state) => withNotice(state, undefined));
  return notice;
}
