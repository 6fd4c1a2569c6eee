import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import type { Settings } from './store/settings';

const SigningKey = z.looseObject({
  kid: z.string(),
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
});

/** A key that signs tokens, with its private part. */
export type SigningKey = Readonly<z.output<typeof SigningKey>>;

/** A key as the service publishes it. */
export interface PublishedKey {
  readonly kid: string;
  readonly nbf: number;
  readonly use: 'sig';
  readonly kty: 'RSA';
  readonly e: string;
  readonly n: string;
}

const KeySet = z.object({
  /** The first signs; the second will, after the next rotation; a third did, before the last one. */
  keys: z.array(SigningKey).min(2).readonly(),
  /** Epoch milliseconds. */
  rotatedAt: z.number(),
});
type KeySet = Readonly<z.output<typeof KeySet>>;

export interface KeyOptions {
  readonly settings: Settings;
  readonly now: () => Date;
  /** Seconds from one rotation to the next. @default never by itself */
  readonly rotateEvery?: number | undefined;
}

const SETTING = 'signing-keys';

/**
 * The keys of all flows. Verifiers ask for an unknown key only after a pause, so the next key is published long before
 * it signs, and the last one long after.
 */
export class SigningKeys {
  private constructor(
    private readonly options: KeyOptions,
    private state: KeySet,
  ) {}

  static async open(options: KeyOptions): Promise<SigningKeys> {
    const known = options.settings.find(SETTING, KeySet);
    if (known !== undefined) return new SigningKeys(options, known);
    const keys = await Promise.all([newKey(), newKey()]);
    const opened = new SigningKeys(options, { keys, rotatedAt: options.now().getTime() });
    opened.keep(opened.state);
    return opened;
  }

  /** All keys, the signing one first; rotated if it is time. */
  async current(): Promise<readonly SigningKey[]> {
    const { rotateEvery, now } = this.options;
    const isDue = rotateEvery !== undefined && now().getTime() >= this.state.rotatedAt + rotateEvery * 1000;
    if (isDue) await this.rotate();
    return this.state.keys;
  }

  /** Lets the next key sign, publishes one after it, and goes on publishing the last. */
  async rotate(): Promise<void> {
    const added = await newKey();
    const [last, next] = this.state.keys;
    if (last === undefined || next === undefined) throw new Error('a key set has two keys at least');
    this.keep({ keys: [next, added, last], rotatedAt: this.options.now().getTime() });
  }

  async published(): Promise<readonly PublishedKey[]> {
    return (await this.current()).map((key) => publicPart(key, this.state.rotatedAt));
  }

  private keep(state: KeySet): void {
    this.state = state;
    this.options.settings.put(SETTING, state);
  }
}

/** A key that signed nothing, under the id of one that did. */
export async function wrongKey({ kid, nbf }: PublishedKey): Promise<PublishedKey> {
  return publicPart({ ...(await newKey()), kid }, nbf * 1000);
}

function publicPart({ kid, e, n }: SigningKey, since: number): PublishedKey {
  return { kid, nbf: Math.floor(since / 1000), use: 'sig', kty: 'RSA', e, n };
}

async function newKey(): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  return SigningKey.parse({ ...jwk, use: 'sig', alg: 'RS256', kid: await calculateJwkThumbprint(privateKey) });
}
