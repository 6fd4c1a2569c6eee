import { hash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { Database, type DatabaseOptions } from '../../service/database';
import { isConditionFailure } from '../../service/database-faults';
import type { Sealing } from './sealing';
import { SessionState } from './state';

export interface SessionTableOptions extends Omit<DatabaseOptions, 'timeouts'> {
  readonly table: string;
  readonly sealing: Sealing;
  /** Life of an unused session. */
  readonly idleMs: number;
  /** Life of a session at most. */
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
}

/** Another request wrote the session first, or ended it. */
export class SessionConflict extends Error {
  constructor() {
    super('another request changed the session');
    this.name = 'SessionConflict';
  }
}

/** Of one call, with its attempts. */
const CALL_MS = 5_000;
/** A use is written down once in this time, so that reading a page seldom writes. */
const TOUCH_MS = 60_000;

const Item = z.object({ sealed: z.string(), version: z.int(), expiresAt: z.number() });

/** The table of sessions. Its key is the digest of an id: who reads the table can't take a session over. */
export class SessionTable {
  readonly #options: SessionTableOptions;
  readonly #now: () => number;
  readonly #database: Database;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#database = new Database(options);
  }

  /** Fails where the table can't be read. */
  async check(): Promise<void> {
    await this.#database.send('GetItem', this.#key('ready'), bounded());
  }

  /** The session, unless it has expired: DynamoDB removes it some time later. */
  async find(sessionId: string): Promise<Stored | undefined> {
    const key = { ...this.#key(sessionId), ConsistentRead: true };
    const item = Item.safeParse(await this.#database.send('GetItem', key, bounded())).data;
    if (item === undefined) return undefined;
    const text = await this.#options.sealing.open(digest(sessionId), item.sealed);
    const state = text === undefined ? undefined : SessionState.safeParse(JSON.parse(text)).data;
    if (state === undefined) return undefined;
    const stored = { state, version: item.version, expiresAt: item.expiresAt * 1_000 };
    return this.isLive(stored) ? stored : undefined;
  }

  isLive({ state, expiresAt }: Stored): boolean {
    return this.#now() < Math.min(expiresAt, state.startedAt + this.#options.maxMs);
  }

  /** Writes over the version that was read; 0 means none. @throws SessionConflict if that is no longer the one there */
  async put(sessionId: string, state: SessionState, replaces: number): Promise<Stored> {
    const stored = { state, version: replaces + 1, expiresAt: this.#expiryOf(state) };
    const id = digest(sessionId);
    const sealed = await this.#options.sealing.seal(id, JSON.stringify(state));
    const input = {
      TableName: this.#options.table,
      Item: marshall({ id, sealed, version: stored.version, expiresAt: Math.floor(stored.expiresAt / 1_000) }),
      // It may be sent twice, because the first answer was lost: then this very write stands. Each sealing has
      // another nonce, so that no other write looks like it.
      ConditionExpression:
        replaces === 0 ? 'attribute_not_exists(id) OR sealed = :sealed' : 'version = :replaces OR sealed = :sealed',
      ExpressionAttributeValues: marshall({ ':sealed': sealed, ...(replaces > 0 && { ':replaces': replaces }) }),
    };
    try {
      await this.#database.send('PutItem', input, bounded());
    } catch (error) {
      throw isConditionFailure(error) ? new SessionConflict() : error;
    }
    return stored;
  }

  /** Writes down that the session is in use. One that has ended stays ended. @returns what is stored after it */
  async touch(sessionId: string, stored: Stored): Promise<Stored> {
    const expiresAt = this.#expiryOf(stored.state);
    if (expiresAt - stored.expiresAt < Math.min(TOUCH_MS, this.#options.idleMs / 2)) return stored;
    const input = {
      ...this.#key(sessionId),
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: marshall({ ':expiresAt': Math.floor(expiresAt / 1_000) }),
    };
    try {
      await this.#database.send('UpdateItem', input, bounded());
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    return { ...stored, expiresAt };
  }

  async remove(sessionId: string): Promise<void> {
    await this.#database.send('DeleteItem', this.#key(sessionId), bounded());
  }

  close(): void {
    this.#database.close();
  }

  #expiryOf({ startedAt }: SessionState): number {
    const { idleMs, maxMs } = this.#options;
    return Math.min(this.#now() + idleMs, startedAt + maxMs);
  }

  #key(sessionId: string): { readonly TableName: string; readonly Key: Record<string, AttributeValue> } {
    return { TableName: this.#options.table, Key: marshall({ id: digest(sessionId) }) };
  }
}

function digest(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url');
}

function bounded(): AbortSignal {
  return AbortSignal.timeout(CALL_MS);
}
