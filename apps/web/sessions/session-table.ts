import { hash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import * as z from 'zod';
import { Table, type TableOptions } from '../../service/table';
import { SessionState } from './state';

export interface SessionTableOptions extends TableOptions {
  /** Of 32 bytes each; the first seals and all open, so that a new one can be put in front while old sessions live on. */
  readonly keys: readonly Buffer[];
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
}

/** A use is written down once in this time, so that reading a page seldom writes. */
const TOUCH_MS = 60_000;
const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

const Item = z.object({ sealed: z.string(), version: z.int(), expiresAt: z.number() });

/**
 * The table of sessions. Its key is the digest of an id: who reads the table can't take a session over. What is kept is sealed
 * (JWE, direct encryption) for that key: put under another one, it does not open.
 */
export class SessionTable extends Table {
  readonly #now: () => number;

  constructor(private readonly settings: SessionTableOptions) {
    super(settings);
    this.#now = settings.now ?? Date.now;
  }

  /** The session, unless it has expired: DynamoDB removes it some time later. */
  async find(sessionId: string): Promise<Stored | undefined> {
    const id = digest(sessionId);
    const item = Item.safeParse(await this.read({ id })).data;
    const text = item && (await this.#open(id, item.sealed));
    const state = text === undefined ? undefined : SessionState.safeParse(JSON.parse(text)).data;
    if (item === undefined || state === undefined) return undefined;
    const expiresAt = item.expiresAt * 1_000;
    const isLive = this.#now() < Math.min(expiresAt, state.startedAt + this.settings.maxMs);
    return isLive ? { state, version: item.version, expiresAt } : undefined;
  }

  /** Writes over the version that was read; 0 means none. @returns undefined if another request wrote or ended it first */
  async put(sessionId: string, state: SessionState, replaces: number): Promise<Stored | undefined> {
    const [id, version, expiresAt] = [digest(sessionId), replaces + 1, this.#expiryOf(state)];
    const sealed = await this.#seal(id, JSON.stringify(state));
    const isWritten = await this.write('PutItem', {
      Item: { id, sealed, version, expiresAt: Math.floor(expiresAt / 1_000) },
      // It may be sent twice, because the first answer was lost: then this very write stands. Each sealing has
      // another nonce, so that no other write looks like it.
      ConditionExpression:
        replaces === 0 ? 'attribute_not_exists(id) OR sealed = :sealed' : 'version = :replaces OR sealed = :sealed',
      ExpressionAttributeValues: { ':sealed': sealed, ...(replaces > 0 && { ':replaces': replaces }) },
    });
    return isWritten ? { state, version, expiresAt } : undefined;
  }

  /** Writes down that the session is in use. One that has ended stays ended. */
  async touch(sessionId: string, { state, expiresAt }: Stored): Promise<void> {
    const next = this.#expiryOf(state);
    if (next - expiresAt < Math.min(TOUCH_MS, this.settings.idleMs / 2)) return;
    await this.write('UpdateItem', {
      Key: { id: digest(sessionId) },
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':expiresAt': Math.floor(next / 1_000) },
    });
  }

  async remove(sessionId: string): Promise<void> {
    await this.write('DeleteItem', { Key: { id: digest(sessionId) } });
  }

  #expiryOf({ startedAt }: SessionState): number {
    const { idleMs, maxMs } = this.settings;
    return Math.min(this.#now() + idleMs, startedAt + maxMs);
  }

  async #seal(id: string, text: string): Promise<string> {
    const [key] = this.settings.keys;
    if (key === undefined) throw new Error('there is no session key');
    return await new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ ...ALGORITHMS, id }).encrypt(key);
  }

  /** @returns undefined for what no key of ours sealed for this id */
  async #open(id: string, sealed: string): Promise<string | undefined> {
    const algorithms = { keyManagementAlgorithms: [ALGORITHMS.alg], contentEncryptionAlgorithms: [ALGORITHMS.enc] };
    for (const key of this.settings.keys)
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, algorithms);
        return protectedHeader['id'] === id ? Buffer.from(plaintext).toString() : undefined;
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
      }
    return undefined;
  }
}

function digest(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url');
}
