import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ErrorCode } from '../errors';
import type { Flow, ImplicitToken, Registrations } from '../registrations';
import type { User } from '../store/users';

export type Values = Readonly<Record<string, unknown>>;

/** The recipient and the content of a token. */
export interface TokenContext {
  readonly registrations: Registrations;
  readonly flow: Flow;
  /** Client id of the application that asked. */
  readonly clientId: string;
  /** Name of the session, the same for all applications. */
  readonly sessionId?: string | undefined;
  /** Full names of what was asked for. */
  readonly scopes: readonly string[];
  /** Audience of an access token. */
  readonly audience?: string;
  /** The application has shown one. @default true */
  readonly hasSecret?: boolean;
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
  /** Claims of a token for an application itself (client credentials). */
  readonly ownTokenClaims: (context: TokenContext) => Values;
  /** Name of an account in `client_info`, by which MSAL tells accounts apart. */
  readonly accountNameOf: (accountId: string, flow: Flow) => string;
  /** Asks for a second factor at the end of a sign-in that has none. */
  readonly needsFactor: (context: KoaContextWithOIDC, registrations: Registrations, flow: Flow) => boolean;
  /** A sign-out leads only to addresses that are registered as they are. */
  readonly hasExactLogout: boolean;
  /** A sign-out loads the front-channel addresses of the applications that the session signed in to. */
  readonly hasFrontChannel: boolean;
  /** The setting of a registration that lets id tokens out without a code. */
  readonly implicitGrantBy: ImplicitToken;
  /** A single-page application redeems from its page alone, which sends its origin. */
  readonly needsOriginOfSpa: boolean;
  /** A client id is the scope of a token for the client itself. */
  readonly hasClientIdScope: boolean;
  /** Tokens for Microsoft Graph are given, by its scopes' short names too. */
  readonly hasGraph: boolean;
  /** `/.default` stands for all granted scopes in a sign-in; an application that asks for itself always sends it. */
  readonly hasDefaultScope: boolean;
  /** Of several scopes those are given that were granted. */
  readonly grantsPartly: boolean;
  /** A refresh token serves every API that the client may call. */
  readonly refreshesForAll: boolean;
  /** An application without an app role gets a token for itself. */
  readonly hasRolelessTokens: boolean;
  /** Error of an application that asks for itself by another scope than `/.default`. */
  readonly codeOfOwnScope: ErrorCode;
  readonly tokenResponse: (body: Values, context: KoaContextWithOIDC['oidc'], flow: Flow) => Values;
}
