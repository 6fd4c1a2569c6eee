import type { DirectoryAccount } from './store/users';
import { digestOf, isSecret } from '../base/secrets';

/** The product that the directory is of. */
export type DirectoryType = 'b2c' | 'external-id';

/** The purpose of a user flow. */
export type FlowType = 'signUpOrSignIn' | 'signIn' | 'signUp' | 'profileUpdate' | 'passwordReset';

/** An attribute that a page of a flow asks for. */
export interface FlowAttribute {
  /** Id of a user attribute: `givenName`, `extension_<app id>_Plan`. */
  readonly id: string;
  /** @default the attribute's own name */
  readonly label?: string;
  /** @default false */
  readonly optional?: boolean;
  /** A code proves it; for `email`. @default true */
  readonly requiresVerification?: boolean;
}

export interface Flow {
  /** With its prefix, `B2C_1_signupsignin1`; in External ID a display name. */
  readonly id: string;
  readonly type: FlowType;
  /** `on` asks at each sign-in; `conditional` never does here, as without a Conditional Access policy. @default 'off' */
  readonly multifactor?: 'off' | 'on' | 'conditional';
  /** @default 'phone' */
  readonly multifactorMethod?: 'phone' | 'email';
  /** In the order in which the pages ask; a name alone is a required one. @default none */
  readonly attributes?: readonly (string | FlowAttribute)[];
  /** Claims of the tokens, as ids of user attributes: `displayName`, `emails`. @default none */
  readonly claims?: readonly string[];
  /** Ids such as `EmailSignUp-OAUTH`. Only local accounts work here. @default local accounts */
  readonly identityProviders?: readonly string[];
  /** Life of access and id tokens. @default 60 */
  readonly tokenMinutes?: number;
  /** @default 14 */
  readonly refreshTokenDays?: number;
  /** @default 1440 */
  readonly sessionMinutes?: number;
  /** A sign-out must name the session, and may then lead to redirect URIs alone. @default false */
  readonly requiresIdTokenHint?: boolean;
  /** External ID alone: client ids of the applications whose people go through it. @default none */
  readonly applications?: readonly string[];
}

/** A client secret: itself, or what is kept of it. */
export type Secret = string | { /** Base64. */ readonly sha256: string };

export type ImplicitToken = 'id_token' | 'token';

/** An application that signs people in. */
export interface Client {
  readonly clientId: string;
  readonly displayName: string;
  readonly secrets: readonly Secret[];
  readonly redirectUris: readonly string[];
  /** Loaded in a hidden frame when somebody signs out, in External ID alone. @default none */
  readonly logoutUrl?: string | undefined;
  /** Addresses of single-page applications, which have no secret. @default none */
  readonly spaRedirectUris?: readonly string[];
  /** Addresses of native applications: of a scheme of their own, or http on this machine with any port. @default none */
  readonly nativeRedirectUris?: readonly string[];
  /** Tokens that the registration lets out without a code (`implicitGrantSettings`). @default none */
  readonly implicitTokens?: readonly ImplicitToken[];
  /** Full names: `https://contoso.onmicrosoft.com/api/Accounts.Read`. */
  readonly grantedScopes: readonly string[];
  /** App roles of APIs that it has itself, by their full names. @default none */
  readonly grantedRoles?: readonly string[];
  /** Scopes of OpenID Connect that an administrator consented to. @default ['openid', 'offline_access'] */
  readonly signInScopes?: readonly string[];
  /** External ID alone: claims that its id tokens have besides the usual ones. @default none */
  readonly optionalClaims?: readonly string[];
}

/** An application that stands for an API. */
export interface Api {
  readonly clientId: string;
  /** Prefix of its scopes: `https://contoso.onmicrosoft.com/api`. */
  readonly identifierUri: string;
  /** Short names: `Accounts.Read`. */
  readonly scopes: readonly string[];
  /** External ID alone: claims that access tokens for it have besides the usual ones. @default none */
  readonly optionalClaims?: readonly string[];
  /** External ID alone: whether a Conditional Access policy asks for a second factor there. @default false */
  readonly needsFactor?: boolean;
}

/** Everything that the directory knows. It is read again for each request, so that an object may change or compute it. */
export interface Registrations {
  /** @default 'b2c' */
  readonly directoryType?: DirectoryType;
  /** First label of the initial domain: `contoso` of `contoso.onmicrosoft.com`. */
  readonly directory: string;
  readonly tenantId: string;
  readonly clients: readonly Client[];
  readonly apis: readonly Api[];
  readonly flows: readonly Flow[];
  /** Customers whom the directory has by itself, by the address that they sign in with in any case. @default none */
  readonly findAccount?: (email: string) => DirectoryAccount | undefined;
}

/** The initial domain: `contoso.onmicrosoft.com`. */
export function domainOf({ directory }: Registrations): string {
  return `${directory}.onmicrosoft.com`;
}

/** Says that a path means this directory, by its domain or its id. */
export function isDirectory(registrations: Registrations, name: string): boolean {
  return [domainOf(registrations), registrations.tenantId].some((known) => isSame(known, name));
}

/** Names of flows are the same in any case. */
export function findFlow({ flows }: Registrations, name: string): Flow | undefined {
  return flows.find(({ id }) => isSame(id, name));
}

export function findClient({ clients }: Registrations, clientId: string): Client | undefined {
  return clients.find((client) => isSame(client.clientId, clientId));
}

/** Every registered address of an application. */
export function addressesOf({
  redirectUris,
  spaRedirectUris = [],
  nativeRedirectUris = [],
}: Client): readonly string[] {
  return [...redirectUris, ...spaRedirectUris, ...nativeRedirectUris];
}

/** Full names of the scopes of an API. */
export function scopesOf({ identifierUri, scopes }: Api): readonly string[] {
  return scopes.map((scope) => `${identifierUri.replace(/\/$/, '')}/${scope}`);
}

/** The words of a scope, in their order. */
export function scopesIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : [];
}

/** `Accounts.Read` of `https://contoso.onmicrosoft.com/api/Accounts.Read`, as `scp` has it. */
export function shortScope(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}

export function attributesOf({ attributes = [] }: Flow): readonly FlowAttribute[] {
  return attributes.map((attribute) => (typeof attribute === 'string' ? { id: attribute } : attribute));
}

export function hasSecret({ secrets }: Client, given: string): boolean {
  return secrets.some((secret) => isSecret(given, typeof secret === 'string' ? digestOf(secret) : secret.sha256));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
