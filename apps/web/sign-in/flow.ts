import * as client from 'openid-client';
import { CLOCK_TOLERANCE_SECONDS } from '../../service/clock';
import { PageError } from '../http/page-error';
import type { FlowName } from '../sessions/state';

export interface FlowOptions {
  /** As id tokens name it in `tfp` or `acr`. @default they name none, as those of External ID */
  readonly id?: string;
  readonly metadataUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly onFailure: (error: unknown) => void;
  /** @default the clock */
  readonly now?: () => number;
  /** @default 5 seconds */
  readonly timeoutMs?: number;
  /** First pause after a failure; it doubles up to half a minute. @default 1 second */
  readonly retryMs?: number;
}

const TIMEOUT_MS = 5_000;
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/**
 * A way to sign in to the directory as openid-client knows it. The metadata is fetched at the start and again until it is
 * there: pages that need no sign-in work while the directory is down.
 */
export class Flow {
  readonly #options: FlowOptions;
  #known: client.Configuration | undefined;
  #asking: Promise<client.Configuration> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  /** As id tokens name it; undefined where they name none. */
  get id(): string | undefined {
    return this.#options.id;
  }

  get isReady(): boolean {
    return this.#known !== undefined;
  }

  /** Origins to which the person is sent: the metadata's origin, and what the metadata names. */
  get origins(): readonly string[] {
    const { authorization_endpoint: authorize, end_session_endpoint: logout } = this.#known?.serverMetadata() ?? {};
    const all = [this.#options.metadataUrl.href, authorize, logout];
    return [...new Set(all.flatMap((url) => (url === undefined ? [] : [new URL(url).origin])))];
  }

  /** @throws PageError if the directory does not answer */
  async configuration(): Promise<client.Configuration> {
    if (this.#known !== undefined) return this.#known;
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = undefined;
    });
    try {
      return (this.#known = await this.#asking);
    } catch (cause) {
      throw new PageError('sign-in-unavailable', { cause });
    }
  }

  /** Fetches the metadata and keys again at their next use, since a token did not fit them. */
  forget(): void {
    this.#known = undefined;
  }

  start(): void {
    this.#try(this.#options.retryMs ?? RETRY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #try(pauseMs: number): void {
    this.configuration().catch(() => {
      this.#timer = setTimeout(() => {
        this.#try(Math.min(pauseMs * 2, MAX_RETRY_MS));
      }, pauseMs);
      this.#timer.unref();
    });
  }

  async #discover(): Promise<client.Configuration> {
    const { metadataUrl, clientId, clientSecret, onFailure, timeoutMs = TIMEOUT_MS, now = Date.now } = this.#options;
    // The directory signs with its own keys; over TLS openid-client would take an id token's word for it.
    const execute = [client.enableNonRepudiationChecks];
    // The configuration allows http for loopback alone.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
    if (metadataUrl.protocol === 'http:') execute.push(client.allowInsecureRequests);
    try {
      // The full metadata URL, since neither directory's issuer is what its metadata is found under.
      return await client.discovery(
        metadataUrl,
        clientId,
        {
          [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS,
          [client.clockSkew]: Math.round((now() - Date.now()) / 1_000),
        },
        client.ClientSecretPost(clientSecret),
        { execute, timeout: timeoutMs / 1_000 },
      );
    } catch (error) {
      onFailure(error);
      throw error;
    }
  }
}

/** Id of a user flow of B2C: the metadata's path is `/{directory}/{flow}/v2.0/.well-known/…`. */
export function flowIdIn({ pathname }: URL): string {
  const id = pathname.split('/').at(-4);
  if (!id) throw new Error(`the metadata's path must be /{directory}/{flow}/v2.0/.well-known/…, got ${pathname}`);
  return id;
}

/** External ID has no visit of its own to edit the profile or reset the password. */
export type Flows = Readonly<Record<'sign-in' | 'step-up', Flow>> &
  Readonly<Partial<Record<'profile-edit' | 'password-reset', Flow>>>;

/** The flow that a visit goes to. @throws PageError for one that the directory does not have */
export function getFlow(flows: Flows, name: FlowName): Flow {
  const flow = flows[name];
  if (flow !== undefined) return flow;
  throw new PageError('not-found');
}
