import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { Fetched, type FetchedOptions } from '../../service/fetched';
import { fetchJson } from '../../service/http-client';
import { Problem } from '../http/problem';

export interface FlowKeysOptions extends FetchedOptions {
  readonly metadataUrl: URL;
  /** Tenant that the issuer must name. @default any */
  readonly tenantId?: string | undefined;
  /** Milliseconds that pass, from any start. @default the monotonic clock */
  readonly clock?: () => number;
}

const REFRESH_MS = 10 * 60_000;
/** Milliseconds in which an unknown key leads to no other fetch; while there are no keys at all, waiting would only keep the API down. */
const COOLDOWN_MS = { later: 30_000, first: 1_000 };
const TIMEOUT_MS = 3_000;

const Metadata = z.object({ issuer: z.url(), jwks_uri: z.url() });
const SigningKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  // Of 2048 bits or more.
  n: z.string().min(342),
  e: z.string(),
  use: z.literal('sig').exactOptional(),
  alg: z.literal('RS256').exactOptional(),
});
// Keys of other kinds may stand beside; private members and further fields are dropped.
const KeySet = z
  .object({ keys: z.array(z.unknown()) })
  .transform(({ keys }) => keys.flatMap((key) => SigningKey.safeParse(key).data ?? []));

/** An OpenID provider's name, and what finds its signing keys. */
interface Issuer {
  readonly issuer: string;
  readonly find: JWTVerifyGetKey;
}

/**
 * The signing keys of one user flow, or of an external tenant. A key that is known is used at once, also while the issuer is slow or
 * away. A token can't make it fetch more than once in the cool-down, and what is fetched is the configured metadata and the
 * keys that it names at its own origin, whatever a token says (OpenID Connect Discovery 1.0, section 4).
 */
export class FlowKeys extends Fetched<Issuer> {
  readonly #clock: () => number;
  #lastTry = -Infinity;

  constructor(private readonly options: FlowKeysOptions) {
    super({ refreshMs: REFRESH_MS, ...options });
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** `iss` of the flow's tokens. @throws Problem 503 while nothing was ever fetched */
  async issuer(): Promise<string> {
    return (await this.#get()).issuer;
  }

  /** The key that a token's header names, as jose asks for it. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { find } = await this.#get();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.#refreshIfDue(COOLDOWN_MS.later);
      return (await this.#get()).find(header, token);
    }
  };

  protected async load(): Promise<Issuer> {
    const { metadataUrl, tenantId } = this.options;
    try {
      const { issuer, jwks_uri } = Metadata.parse(await fetchJson(metadataUrl, TIMEOUT_MS));
      if (tenantId !== undefined && !issuer.toLowerCase().includes(`/${tenantId.toLowerCase()}/`))
        throw new Error(`the issuer at ${metadataUrl.href} is not the one of tenant ${tenantId}`);
      const keysUrl = new URL(jwks_uri);
      if (keysUrl.origin !== metadataUrl.origin) throw new Error(`${metadataUrl.href} names keys at ${keysUrl.origin}`);
      const keys = KeySet.parse(await fetchJson(keysUrl, TIMEOUT_MS));
      if (keys.length === 0) throw new Error('there is no RSA signing key of 2048 bits or more among the keys');
      return { issuer, find: createLocalJWKSet({ keys }) };
    } finally {
      this.#lastTry = this.#clock();
    }
  }

  async #get(): Promise<Issuer> {
    const { value = await this.#refreshIfDue(COOLDOWN_MS.first) } = this;
    if (value !== undefined) return value;
    const headers = { 'Retry-After': '5' };
    throw new Problem('unavailable', "The directory's signing keys can't be fetched.", { headers });
  }

  async #refreshIfDue(cooldownMs: number): Promise<Issuer | undefined> {
    if (this.#clock() - this.#lastTry < cooldownMs) return undefined;
    return await this.refresh().catch(() => undefined);
  }
}
