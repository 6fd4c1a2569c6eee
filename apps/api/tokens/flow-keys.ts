import type { JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, errors } from 'jose';
import { fetchIssuer, type Issuer } from './fetch-issuer';

/** The keys can't be had, so that no token can be checked: the issuer's fault, not the client's. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface FlowKeysOptions {
  readonly metadataUrl: URL;
  /** Tenant that the issuer must name. @default any */
  readonly tenantId?: string | undefined;
  /** Is told of a fetch that failed, once while it goes on failing in the same way. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds from one refresh in the background to the next. @default 10 minutes */
  readonly refreshMs?: number;
  /** Milliseconds in which an unknown key or a failed fetch leads to no other fetch. @default 30 seconds */
  readonly cooldownMs?: number;
  /** Milliseconds that a fetch may take. @default 3 seconds */
  readonly timeoutMs?: number;
  /** Milliseconds that pass, from any start. @default the monotonic clock */
  readonly clock?: () => number;
}

const REFRESH_MS = 10 * 60_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 3_000;
/** Milliseconds between fetches in the background until the first one works: doubled each time, up to the last. */
const FIRST_RETRIES_MS = { from: 100, to: 500 } as const;
/** While there are no keys at all, waiting longer would only keep the API down. */
const FIRST_COOLDOWN_MS = 1_000;

type Loaded = Pick<Issuer, 'issuer'> & { readonly find: JWTVerifyGetKey };

/**
 * The signing keys of one user flow, or of an external tenant. A key that is known is used at once, also while the issuer is slow or away; a
 * failed fetch never replaces what is there. A token can't make it fetch more than once in the cool-down, and what is
 * fetched is the configured metadata and the keys that it names, whatever a token says.
 */
export class FlowKeys {
  readonly #options: FlowKeysOptions;
  readonly #clock: () => number;
  #loaded: Loaded | undefined;
  #version = 0;
  #pending: Promise<boolean> | undefined;
  #lastTry = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #fault: string | undefined;

  constructor(options: FlowKeysOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** True if there are keys to check a token with, however old. */
  get ready(): boolean {
    return this.#loaded !== undefined;
  }

  /** Another number after each fetch that worked. */
  get version(): number {
    return this.#version;
  }

  /** Fetches now and then again and again, in the background: soon until there are keys, which the API is not ready without. */
  start(): void {
    this.#isStopped = false;
    void this.#repeat(FIRST_RETRIES_MS.from);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #repeat(retryMs: number): Promise<void> {
    await this.refresh();
    if (this.#isStopped) return;
    const { refreshMs = REFRESH_MS } = this.#options;
    const pause = this.ready ? refreshMs : Math.min(retryMs, refreshMs);
    const next = Math.min(2 * retryMs, FIRST_RETRIES_MS.to);
    this.#timer = setTimeout(() => void this.#repeat(next), pause).unref();
  }

  /** `iss` of the flow's tokens. @throws KeysUnavailable while nothing was ever fetched */
  async issuer(): Promise<string> {
    return (await this.#load()).issuer;
  }

  /** The key that a token's header names, as jose asks for it. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { find } = await this.#load();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#refreshIfDue())) throw error;
      return (await this.#load()).find(header, token);
    }
  };

  /** Fetches once, however many ask. @returns whether it worked; `onFailure` hears why not */
  refresh(): Promise<boolean> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#lastTry = this.#clock();
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #load(): Promise<Loaded> {
    if (this.#loaded === undefined) await this.#refreshIfDue();
    if (this.#loaded === undefined) throw new KeysUnavailable("The directory's signing keys can't be fetched.");
    return this.#loaded;
  }

  async #refreshIfDue(): Promise<boolean> {
    const { cooldownMs = COOLDOWN_MS } = this.#options;
    const pause = this.#loaded === undefined ? Math.min(cooldownMs, FIRST_COOLDOWN_MS) : cooldownMs;
    const due = this.#pending !== undefined || this.#clock() - this.#lastTry >= pause;
    return due && (await this.refresh());
  }

  async #fetch(): Promise<boolean> {
    const { metadataUrl, tenantId, timeoutMs = TIMEOUT_MS } = this.#options;
    try {
      const { issuer, keys } = await fetchIssuer({ metadataUrl, tenantId, timeoutMs });
      this.#loaded = { issuer, find: createLocalJWKSet(keys) };
      this.#version++;
      this.#fault = undefined;
      return true;
    } catch (error) {
      if (this.#fault !== String(error)) this.#options.onFailure(error);
      this.#fault = String(error);
      return false;
    }
  }
}
