import * as client from 'openid-client';
import * as z from 'zod';
import { CLOCK_TOLERANCE_SECONDS } from '../../service/clock';
import { Fetched, type FetchedOptions } from '../../service/fetched';
import { fetchJson } from '../../service/http-client';
import { PageError } from '../http/page-error';
import type { FlowName } from '../sessions/state';

export interface FlowOptions extends Pick<FetchedOptions, 'onFailure'> {
  /** As id tokens name it in `tfp` or `acr`. @default they name none, as those of External ID */
  readonly id?: string;
  readonly metadataUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** @default the clock */
  readonly now?: () => number;
  /** @default 5 seconds */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

const Metadata = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    jwks_uri: z.url(),
    end_session_endpoint: z.url().exactOptional(),
  })
  .catchall(z.json());

/** A way to sign in to the directory as openid-client knows it. Pages that need no sign-in work while the directory is down. */
export class Flow extends Fetched<client.Configuration> {
  constructor(private readonly options: FlowOptions) {
    super(options);
  }

  /** As id tokens name it; undefined where they name none. */
  get id(): string | undefined {
    return this.options.id;
  }

  /** Origins to which the person is sent: the metadata's origin, and what the metadata names. */
  get origins(): readonly string[] {
    const { authorization_endpoint: authorize, end_session_endpoint: logout } = this.value?.serverMetadata() ?? {};
    const all = [this.options.metadataUrl.href, authorize, logout];
    return [...new Set(all.flatMap((url) => (url === undefined ? [] : [new URL(url).origin])))];
  }

  /** @throws PageError if the directory does not answer */
  async configuration(): Promise<client.Configuration> {
    try {
      return this.value ?? (await this.refresh());
    } catch (cause) {
      throw new PageError('sign-in-unavailable', { cause });
    }
  }

  /** Fetches the metadata and keys again at their next use, since a token did not fit them. */
  forget(): void {
    this.value = undefined;
  }

  protected async load(): Promise<client.Configuration> {
    const { metadataUrl, clientId, clientSecret, timeoutMs = TIMEOUT_MS, now = Date.now } = this.options;
    const clocks = {
      [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS,
      [client.clockSkew]: Math.round((now() - Date.now()) / 1_000),
    };
    // The full metadata URL, since neither directory's issuer is what its metadata is found under.
    const metadata = Metadata.parse(await fetchJson(metadataUrl, timeoutMs));
    const authentication = client.ClientSecretPost(clientSecret);
    const configuration = new client.Configuration(metadata, clientId, clocks, authentication);
    configuration.timeout = timeoutMs / 1_000;
    // The directory signs with its own keys; over TLS openid-client would take an id token's word for it.
    client.enableNonRepudiationChecks(configuration);
    // The configuration allows http for loopback alone.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
    if (metadataUrl.protocol === 'http:') client.allowInsecureRequests(configuration);
    return configuration;
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
