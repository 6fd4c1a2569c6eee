import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler } from 'express';
import { PageError, SignInNeeded } from '../http/page-error';
import type { SessionTable } from './session-table';
import { type Notice, type SessionState, type SignedIn, withNotice } from './state';
import { newToken } from './token';

/** The session of a request. Nothing is kept of one without a state. */
interface Session {
  /** What nobody guesses, so that the cookie needs no signature. */
  readonly id: string;
  readonly state?: SessionState;
  /** That was read or written last; 0 where nothing is kept yet. */
  readonly version: number;
  /** True if the browser names one that is not there: it has ended, or another tab has just got a new one in its place. */
  readonly hasEnded?: boolean;
}

declare module 'express-serve-static-core' {
  interface Request {
    session: Session;
  }
}

export interface SessionsOptions {
  readonly table: SessionTable;
  readonly baseUrl: URL;
  readonly now: () => number;
  /** @default waits */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

type Edit = (state: SessionState) => SessionState;

// Pauses of two seconds in all, on average: each time, one of those that write at once is done.
const TRIES = 12;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

// Browsers take a `__Host-` cookie only if it is Secure, of this very host and of every path. Over https no other one counts: a
// neighbouring host can set it, with a session of its own.
const COOKIES = {
  'https:': { name: '__Host-session', pattern: /(?:^|;\s*)__Host-session=([\w-]{43})(?![\w-])/, secure: '; Secure' },
  'http:': { name: 'customer-session', pattern: /(?:^|;\s*)customer-session=([\w-]{43})(?![\w-])/, secure: '' },
};

/** Sessions of visitors: what a request's session knows, and how it changes. */
export class Sessions {
  readonly #cookie: (typeof COOKIES)['https:'];

  constructor(private readonly options: SessionsOptions) {
    this.#cookie = COOKIES[options.baseUrl.protocol === 'https:' ? 'https:' : 'http:'];
  }

  /** Loads the session, which uses it. */
  readonly load: RequestHandler = async (request, _response, next) => {
    const id = this.#cookie.pattern.exec(request.headers.cookie ?? '')?.[1];
    const stored = id && (await this.options.table.find(id));
    if (stored) await this.options.table.touch(id, stored);
    request.session = stored ? { id, ...stored } : { ...freshSession(), hasEnded: id !== undefined };
    next();
  };

  /**
   * Changes the session; another request's change in between is kept. The same state again writes nothing.
   * @throws PageError if others were quicker each time, or the session has ended
   */
  async change(request: Request, edit: Edit): Promise<SessionState> {
    const { pause = sleep } = this.options;
    for (let tries = 0; tries < TRIES; tries++) {
      const before = request.session.state ?? this.#newState();
      const after = edit(before);
      if (after === before) return before;
      const { id, version } = request.session;
      const stored = await this.options.table.put(id, after, version);
      if (stored !== undefined) {
        request.session = { id, ...stored };
        if (version === 0) this.#hand(request);
        return after;
      }
      // At random, or those that met would meet again.
      await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
      await this.reload(request);
    }
    throw new PageError('unavailable', { cause: new Error('other requests changed the session each time') });
  }

  /** Puts the session under a new id, which no one can have known before, and ends the old one. */
  async rotate(request: Request, edit: Edit): Promise<void> {
    // What other tabs have begun in the meantime goes along.
    if (request.session.state !== undefined) await this.reload(request);
    const { id, version } = request.session;
    const state = { ...edit(request.session.state ?? this.#newState()), csrfToken: newToken() };
    const nextId = newToken();
    const stored = await this.options.table.put(nextId, state, 0);
    if (stored === undefined) throw new PageError('unavailable');
    // Where this fails, the browser keeps the old one: nobody is signed in whom a page tells that it did not work.
    if (version > 0) await this.options.table.remove(id);
    request.session = { id: nextId, ...stored };
    this.#hand(request);
  }

  /** Reads the session again. @throws PageError if it has ended */
  async reload(request: Request): Promise<void> {
    const { id } = request.session;
    const stored = await this.options.table.find(id);
    request.session = stored === undefined ? freshSession() : { id, ...stored };
    if (stored === undefined) throw new PageError('session-gone');
  }

  async end(request: Request): Promise<void> {
    await this.options.table.remove(request.session.id);
    request.session = freshSession();
  }

  #hand({ res: response, session }: Request): void {
    const { name, secure } = this.#cookie;
    response?.setHeader('Set-Cookie', `${name}=${session.id}; Path=/; HttpOnly${secure}; SameSite=Lax`);
  }

  #newState(): SessionState {
    return { startedAt: this.options.now(), csrfToken: newToken(), pending: [] };
  }
}

function freshSession(): Session {
  return { id: newToken(), version: 0 };
}

/** What the session of a request knows; undefined too where reading it failed, as on the page that says so. */
export const stateOf = (request: Request): SessionState | undefined => (request.session as Session | undefined)?.state;

/** The person who is signed in, if anybody. */
export const findSignedIn = (request: Request): SignedIn | undefined => stateOf(request)?.signedIn;

/** @throws SignInNeeded without a sign-in */
export function getSignedIn(request: Request): SignedIn {
  const signedIn = findSignedIn(request);
  if (signedIn === undefined) throw new SignInNeeded();
  return signedIn;
}

/** Tells whether a form was made for this very session. Its token is made with the session: showing a page writes nothing. */
export function isFormOfSession(request: Request): boolean {
  const { csrf } = (request.body ?? {}) as { readonly csrf?: unknown };
  const expected = request.session.state?.csrfToken;
  if (typeof csrf !== 'string' || expected === undefined) return false;
  const [given, known] = [Buffer.from(csrf), Buffer.from(expected)];
  return given.length === known.length && timingSafeEqual(given, known);
}

/** Refuses a form that was made for another session or none. */
export const requireFormOfSession: RequestHandler = (request, _response, next) => {
  if (!isFormOfSession(request)) throw new PageError('stale-form');
  next();
};

/** Takes the notice that the page is to say once. */
export async function takeNotice(sessions: Sessions, request: Request): Promise<Notice | undefined> {
  const notice = request.session.state?.notice;
  if (notice !== undefined) await sessions.change(request, (state) => withNotice(state, undefined));
  return notice;
}
