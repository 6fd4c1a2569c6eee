import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ErrorCode } from '../aadb2c';
import type { Flow, Registrations } from '../registrations';
import type { User } from '../store/users';

export type Values = Readonly<Record<string, unknown>>;

/** Origins and issuer that a metadata document tells. */
export interface Places {
  readonly issuer: string;
  /** Prefixes of the endpoints, for browsers and for applications. */
  readonly browser: string;
  readonly applications: string;
}

/** Whom and what a token is for. */
export interface TokenContext {
  readonly registrations: Registrations;
  readonly flow: Flow;
  /** Client id of who asked. */
  readonly clientId: string;
  /** OpenID Connect's scopes that were asked for. */
  readonly scopes: readonly string[];
  /** Audience of an access token. */
  readonly audience?: string;
}

/** What differs between the two products that sign customers in. */
export interface Service {
  readonly name: string;
  /** OpenID Connect's scopes that do something. */
  readonly scopes: readonly string[];
  readonly issuerOf: (origin: string, tenantId: string) => string;
  /** Path below which the endpoints of a flow are. */
  readonly pathOf: (registrations: Registrations, flow: Flow) => string;
  /** The flow that people go through; in External ID it follows from the application. */
  readonly flowFor: (registrations: Registrations, place: Flow, clientId: string) => Flow;
  readonly metadataOf: (registrations: Registrations, flow: Flow, places: Places) => Values;
  readonly errorText: (code: ErrorCode, values: readonly string[]) => string;
  /** Names of claims that an id token can have. */
  readonly claimNames: (registrations: Registrations, flow: Flow) => readonly string[];
  readonly idTokenClaims: (user: User, context: TokenContext) => Values & { readonly sub: string };
  readonly accessTokenClaims: (user: User, context: TokenContext) => Values;
  /** Whether a second factor is asked for at the end of a sign-in that has none. */
  readonly needsFactor: (context: KoaContextWithOIDC, registrations: Registrations, flow: Flow) => boolean;
  /** Whether a sign-out leads only to addresses that are registered as they are. */
  readonly hasExactLogout: boolean;
  readonly tokenResponse: (body: Values, context: KoaContextWithOIDC['oidc'], flow: Flow) => Values;
}
