import { hash } from 'node:crypto';
import * as z from 'zod';
import { Table, type TableOptions } from '../../service/table';
import type { Sealing } from './sealing';
import { SessionState } from './state';

export interface SessionTableOptions extends TableOptions {
  readonly sealing: Sealing;
  readonly idleMs: number;
  readonly maxMs: number;
  /** @default the clock */
  readonly now?: () => number;
}

/** A session as it was read or written last. */
export interface Stored {
  readonly state: SessionState;
  /** 1, then one more with each write. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** By `performance.now()`. */
  readonly readAt: number;
}

/** A use is written down once in this time, so that reading a page seldom writes. */
const TOUCH_MS = 60_000;
/** A page may show a session as it was so long ago, on another machine. What writes reads the table. */
const REUSE_MS = 2_000;
const MAX_RECENT = 2_000;

const Item = z.object({ sealed: z.string(), version: z.int(), expiresAt: z.number() });

/**
 * The table of sessions, with those in front of it that this process has read or written just now. Its key is the digest
 * of an id: who reads the table can't take a session over.
 */
export class SessionTable {
  readonly #options: SessionTableOptions;
  readonly #now: () => number;
  readonly #table: Table;
  readonly #recent = new Map<string, Stored>();

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#table = new Table(options);
  }

  async check(): Promise<void> {
    await this.#table.find({ id: 'ready' });
  }

  async findRecent(sessionId: string): Promise<Stored | undefined> {
    const known = this.#recent.get(sessionId);
    const isRecent = known !== undefined && performance.now() - known.readAt < REUSE_MS && this.#isLive(known);
    return isRecent ? known : await this.find(sessionId);
  }

  /** The session, unless it has expired: DynamoDB removes it some time later. */
  async find(sessionId: string): Promise<Stored | undefined> {
    const id = digest(sessionId);
    const item = Item.safeParse(await this.#table.find({ id })).data;
    const text = item && (await this.#options.sealing.open(id, item.sealed));
    const state = text === undefined ? undefined : SessionState.safeParse(JSON.parse(text)).data;
    this.#recent.delete(sessionId);
    if (item === undefined || state === undefined) return undefined;
    const stored = { state, version: item.version, expiresAt: item.expiresAt * 1_000, readAt: performance.now() };
    return this.#isLive(stored) ? this.#keep(sessionId, stored) : undefined;
  }

  /**
   * Writes over the version that was read; 0 means none. @returns undefined if that is no longer the one there: another
   * request wrote the session first, or ended it
   */
  async put(sessionId: string, state: SessionState, replaces: number): Promise<Stored | undefined> {
    this.#recent.delete(sessionId);
    const [id, version, expiresAt] = [digest(sessionId), replaces + 1, this.#expiryOf(state)];
    const sealed = await this.#options.sealing.seal(id, JSON.stringify(state));
    const isWritten = await this.#table.write('PutItem', {
      Item: { id, sealed, version, expiresAt: Math.floor(expiresAt / 1_000) },
      // It may be sent twice, because the first answer was lost: then this very write stands. Each sealing has
      // another nonce, so that no other write looks like it.
      ConditionExpression:
        replaces === 0 ? 'attribute_not_exists(id) OR sealed = :sealed' : 'version = :replaces OR sealed = :sealed',
      ExpressionAttributeValues: { ':sealed': sealed, ...(replaces > 0 && { ':replaces': replaces }) },
    });
    return isWritten ? this.#keep(sessionId, { state, version, expiresAt, readAt: performance.now() }) : undefined;
  }

  /** Writes down that the session is in use. One that has ended stays ended. @returns what is stored after it */
  async touch(sessionId: string, stored: Stored): Promise<Stored> {
    const expiresAt = this.#expiryOf(stored.state);
    if (expiresAt - stored.expiresAt < Math.min(TOUCH_MS, this.#options.idleMs / 2)) return stored;
    await this.#table.write('UpdateItem', {
      Key: { id: digest(sessionId) },
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':expiresAt': Math.floor(expiresAt / 1_000) },
    });
    const touched = { ...stored, expiresAt };
    if (this.#recent.get(sessionId)?.version === stored.version) this.#recent.set(sessionId, touched);
    return touched;
  }

  async remove(sessionId: string): Promise<void> {
    await this.#table.write('DeleteItem', { Key: { id: digest(sessionId) } });
    this.#recent.delete(sessionId);
  }

  close(): void {
    this.#table.close();
  }

  #isLive({ state, expiresAt }: Stored): boolean {
    return this.#now() < Math.min(expiresAt, state.startedAt + this.#options.maxMs);
  }

  #expiryOf({ startedAt }: SessionState): number {
    const { idleMs, maxMs } = this.#options;
    return Math.min(this.#now() + idleMs, startedAt + maxMs);
  }

  #keep(sessionId: string, stored: Stored): Stored {
    this.#recent.delete(sessionId);
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined && this.#recent.size >= MAX_RECENT) this.#recent.delete(oldest);
    this.#recent.set(sessionId, stored);
    return stored;
  }
}

function digest(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url');
}
