import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Flow, Registrations } from '../registrations';
import type { User } from '../store/users';

export type Values = Readonly<Record<string, unknown>>;

/** The recipient and the content of a token. */
export interface TokenContext {
  readonly registrations: Registrations;
  readonly flow: Flow;
  /** Client id of the application that asked. */
  readonly clientId: string;
  /** OpenID Connect's scopes that were asked for. */
  readonly scopes: readonly string[];
  /** Audience of an access token. */
  readonly audience?: string;
}

/** Differences between the two products that sign customers in. */
export interface Service {
  readonly name: string;
  /** OpenID Connect's scopes that do something. */
  readonly scopes: readonly string[];
  readonly issuerOf: (origin: string, tenantId: string) => string;
  /** Path below which the endpoints of a flow are. */
  readonly pathOf: (registrations: Registrations, flow: Flow) => string;
  /** The flow that people go through; in External ID it follows from the application. */
  readonly flowFor: (registrations: Registrations, place: Flow, clientId: string) => Flow;
  /** Scopes that its metadata lists. */
  readonly publishedScopes: readonly string[];
  /** Names of claims that an id token can have. */
  readonly claimNames: (registrations: Registrations, flow: Flow) => readonly string[];
  readonly idTokenClaims: (user: User, context: TokenContext) => Values & { readonly sub: string };
  readonly accessTokenClaims: (user: User, context: TokenContext) => Values;
  /** Name of an account in `client_info`, by which MSAL tells accounts apart. */
  readonly accountNameOf: (accountId: string, flow: Flow) => string;
  /** Asks for a second factor at the end of a sign-in that has none. */
  readonly needsFactor: (context: KoaContextWithOIDC, registrations: Registrations, flow: Flow) => boolean;
  /** A sign-out leads only to addresses that are registered as they are. */
  readonly hasExactLogout: boolean;
  readonly tokenResponse: (body: Values, context: KoaContextWithOIDC['oidc'], flow: Flow) => Values;
}
