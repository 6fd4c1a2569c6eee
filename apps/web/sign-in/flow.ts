import * as client from 'openid-client';
import * as z from 'zod';
import { aheadText, CLOCK_TOLERANCE_SECONDS } from '../../service/clock';
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
/** There was an answer, and it could not be verified. */
const KEY_FAULTS: readonly string[] = ['OAUTH_KEY_SELECTION_FAILED', 'OAUTH_INVALID_RESPONSE'];

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

  /**
   * Error page for tokens that can't be had: the directory is away, or what it sent can't be trusted. Where a token did not fit
   * them, metadata and keys are fetched again at their next use.
   */
  faultOf(error: unknown): PageError {
    if (error instanceof client.ClientError && error.code !== undefined && KEY_FAULTS.includes(error.code))
      this.value = undefined;
    return new PageError(isAway(error) ? 'sign-in-unavailable' : 'sign-in-failed', { cause: publicFault(error) });
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

/**
 * Reads the error of a callback; its text is never shown, since anybody can write it into a link. B2C tells by a code of its
 * own what happened, External ID by the error of OAuth alone: there a forgotten password does not reach the application.
 *
 * Sources: https://learn.microsoft.com/azure/active-directory-b2c/error-codes; RFC 6749, section 4.1.2.1.
 */
export function answerOf(
  parameters: URLSearchParams,
  { id }: Pick<Flow, 'id'>,
): 'password-forgotten' | 'cancelled' | 'refused' {
  if (id === undefined) return parameters.get('error') === 'access_denied' ? 'cancelled' : 'refused';
  const description = parameters.get('error_description');
  if (description?.startsWith('AADB2C90118')) return 'password-forgotten';
  return description?.startsWith('AADB2C90091') ? 'cancelled' : 'refused';
}

/** The directory's own code of an error, for the log. */
export function codeIn(parameters: URLSearchParams): string {
  return parameters.get('error_description')?.match(/^AAD(B2C|STS)\d+/)?.[0] ?? 'no code of the directory';
}

/** Tells whether the directory does not take a refresh token any more. */
export function isGrantGone(error: unknown): boolean {
  return error instanceof client.ResponseBodyError && error.error === 'invalid_grant';
}

function isAway(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status >= 500;
  if (!(error instanceof Error)) return false;
  const code = error instanceof client.ClientError ? error.code : undefined;
  if (code === 'OAUTH_RESPONSE_IS_NOT_JSON' || code === 'OAUTH_TIMEOUT' || error.message === 'fetch failed')
    return true;
  // openid-client hangs the response that it did not expect onto the error.
  return error.cause instanceof Response && error.cause.status >= 500;
}

/** The error without what libraries hang onto it: a token, or the directory's own words about somebody. */
function publicFault(error: unknown): Error {
  if (error instanceof client.ResponseBodyError) return new Error(`the directory answered ${error.error}`);
  if (error instanceof client.ClientError) {
    return new Error(`${error.code ?? error.name}: ${clockFault(error) ?? error.message}`);
  }
  return error instanceof Error ? new Error(`${error.name}: ${error.message}`) : new Error('unknown fault');
}

/** What openid-client hangs onto the fault of a token that begins in the future. */
const TooEarly = z.object({
  cause: z.object({
    cause: z.object({ now: z.number(), claim: z.literal('nbf'), claims: z.object({ nbf: z.number() }) }),
  }),
});

function clockFault(error: client.ClientError): string | undefined {
  const { data } = TooEarly.safeParse(error);
  if (data === undefined) return undefined;
  const { now, claims } = data.cause.cause;
  return aheadText("the id token's nbf", claims.nbf, now);
}
