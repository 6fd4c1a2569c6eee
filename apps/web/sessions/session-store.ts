import type { Request } from 'express';
import { Store, type CookieOptions, type SessionData } from 'express-session';
import type { RecentSessions } from './recent-sessions';
import type { Stored } from './session-table';
import type { SessionState } from './state';

declare module 'express-session' {
  interface SessionData {
    /** Absent in a session that nothing has been written to. */
    state?: SessionState;
  }
}

type Reply<Value> = (error: unknown, value?: Value) => void;

export interface SessionStoreOptions {
  readonly sessions: RecentSessions;
  /** True if a read may be two seconds old. */
  readonly isRecentEnough: boolean;
  readonly cookie: CookieOptions;
}

/** express-session's view of the table. Beside each session it keeps which version was read. */
export class SessionStore extends Store {
  readonly #options: SessionStoreOptions;
  readonly #stored: WeakMap<object, Stored>;

  /** @param stored shared by the stores of one table */
  constructor(options: SessionStoreOptions, stored: WeakMap<object, Stored>) {
    super();
    this.#options = options;
    this.#stored = stored;
  }

  override get(sessionId: string, reply: Reply<SessionData | null>): void {
    settle(this.#find(sessionId), reply);
  }

  override createSession(request: Request, data: SessionData): ReturnType<Store['createSession']> {
    const session = super.createSession(request, data);
    const stored = this.#stored.get(data);
    if (stored !== undefined) this.#stored.set(session, stored);
    return session;
  }

  override set(sessionId: string, session: SessionData, reply: Reply<undefined> = () => undefined): void {
    settle(this.#put(sessionId, session), reply);
  }

  override destroy(sessionId: string, reply: Reply<undefined> = () => undefined): void {
    settle(
      this.#options.sessions.remove(sessionId).then(() => undefined),
      reply,
    );
  }

  /** Reading a session is using it: a `touch` of this store would cut each answer in two to wait for it. */
  async #find(sessionId: string): Promise<SessionData | null> {
    const { sessions, isRecentEnough } = this.#options;
    const stored = await (isRecentEnough ? sessions.findRecent(sessionId) : sessions.find(sessionId));
    return stored === undefined ? null : this.#dataOf(await sessions.touch(sessionId, stored));
  }

  #dataOf(stored: Stored): SessionData {
    const cookie = { ...this.#options.cookie, originalMaxAge: null };
    // express-session makes a `Cookie` of it, as of what other stores read as JSON.
    const data = { cookie, state: stored.state } as unknown as SessionData;
    this.#stored.set(data, stored);
    return data;
  }

  async #put(sessionId: string, session: SessionData): Promise<undefined> {
    if (session.state === undefined) return;
    const replaces = this.#stored.get(session)?.version ?? 0;
    this.#stored.set(session, await this.#options.sessions.put(sessionId, session.state, replaces));
  }
}

function settle<Value>(promise: Promise<Value>, reply: Reply<Value>): void {
  promise.then(
    (value) => {
      reply(null, value);
    },
    (error: unknown) => {
      reply(error);
    },
  );
}
