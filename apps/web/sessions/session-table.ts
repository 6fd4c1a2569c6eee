import { createHash } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { isConditionFailure } from '../../service/database-faults';
import type { Sealing } from './sealing';
import { SessionState } from './state';

export interface SessionTableOptions {
  readonly table: string;
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  readonly sealing: Sealing;
  /** Life of a session that nobody uses. */
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

const CONNECT_MS = 500;
const ATTEMPT_MS = 1_500;
const CALL_MS = 5_000;
const ATTEMPTS = 3;
/** A use is written down once in this time, so that reading a page seldom writes. */
const TOUCH_MS = 60_000;

const Item = z.object({ sealed: z.string(), version: z.int(), expiresAt: z.number() });

/** The table of sessions. Its key is the digest of an id: who reads the table can't take a session over. */
export class SessionTable {
  readonly #options: SessionTableOptions;
  readonly #now: () => number;
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;

  constructor(options: SessionTableOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#client = new DynamoDBClient({
      region: options.region,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
      retryMode: 'standard',
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ATTEMPT_MS, throwOnRequestTimeout: true },
    });
    this.#documents = DynamoDBDocumentClient.from(this.#client);
  }

  /** Fails where the table can't be read. */
  async check(): Promise<void> {
    await this.#documents.send(new GetCommand({ ...this.#key('ready') }), bounded());
  }

  /** The session, unless it has expired: DynamoDB removes it some time later. */
  async find(sessionId: string): Promise<Stored | undefined> {
    const command = new GetCommand({ ...this.#key(sessionId), ConsistentRead: true });
    const item = Item.safeParse((await this.#documents.send(command, bounded())).Item).data;
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
    const command = new PutCommand({
      TableName: this.#options.table,
      Item: { id, sealed, version: stored.version, expiresAt: Math.floor(stored.expiresAt / 1_000) },
      // The SDK may send it twice, because the first answer was lost: then this very write stands. Each sealing has
      // another nonce, so that nobody else's write looks like it.
      ConditionExpression:
        replaces === 0 ? 'attribute_not_exists(id) OR sealed = :sealed' : 'version = :replaces OR sealed = :sealed',
      ExpressionAttributeValues: { ':sealed': sealed, ...(replaces > 0 && { ':replaces': replaces }) },
    });
    try {
      await this.#documents.send(command, bounded());
    } catch (error) {
      throw isConditionFailure(error) ? new SessionConflict() : error;
    }
    return stored;
  }

  /** Writes down that the session is in use. One that has ended stays ended. @returns what is stored after it */
  async touch(sessionId: string, stored: Stored): Promise<Stored> {
    const expiresAt = this.#expiryOf(stored.state);
    if (expiresAt - stored.expiresAt < Math.min(TOUCH_MS, this.#options.idleMs / 2)) return stored;
    const command = new UpdateCommand({
      ...this.#key(sessionId),
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':expiresAt': Math.floor(expiresAt / 1_000) },
    });
    try {
      await this.#documents.send(command, bounded());
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    return { ...stored, expiresAt };
  }

  async remove(sessionId: string): Promise<void> {
    await this.#documents.send(new DeleteCommand(this.#key(sessionId)), bounded());
  }

  close(): void {
    this.#client.destroy();
  }

  #expiryOf({ startedAt }: SessionState): number {
    const { idleMs, maxMs } = this.#options;
    return Math.min(this.#now() + idleMs, startedAt + maxMs);
  }

  #key(sessionId: string): { readonly TableName: string; readonly Key: { readonly id: string } } {
    return { TableName: this.#options.table, Key: { id: digest(sessionId) } };
  }
}

function digest(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url');
}

function bounded(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(CALL_MS) };
}
