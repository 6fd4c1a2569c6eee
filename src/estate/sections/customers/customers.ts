import type { Output } from '../../source/located';
import type { PartialCustomersEntry } from './schema';

/** Parts of the section that could be read. */
export type CustomersParts = Output<typeof PartialCustomersEntry>;
/** The whole section. */
export type Customers = CustomersParts &
  Required<Pick<CustomersParts, 'directory' | 'tenantId' | 'apiApplication' | 'webApplication'>>;
export type DirectoryType = Customers['directoryType'];
export type ApiApplication = Customers['apiApplication'];
type Api = Customers['apis'][number];
export type ClientEntry = Customers['applications'][number];
export type ClientKind = ClientEntry['kind'];
export type StepUp = NonNullable<Customers['stepUp']>;
export type Scope = ApiApplication['scopes'][number];
export type WebApplication = Customers['webApplication'];
export type SecretRotation = WebApplication['clientSecret'];
export type UserFlow = Customers['userFlows'][number];
export type UserFlowType = UserFlow['type'];
/** Use of a flow by the applications. */
export type FlowUse = UserFlow['use'];
/** Keys of a flow, besides its names and what the applications use it for. */
export type FlowProperty = Exclude<keyof UserFlow, 'at' | 'id' | 'previousNames' | 'use'>;
/**
 * Settings of a B2C user flow for which Graph has no property: a person makes them in the Azure portal.
 *
 * Source: `b2cIdentityUserFlow` in Microsoft's types of the beta API, `@microsoft/microsoft-graph-types-beta`.
 */
export const MANUAL_SETTINGS = ['multifactor', 'claims', 'tokens', 'pages'] as const;

export type ManualSetting = (typeof MANUAL_SETTINGS)[number];

export type DeclaredProvider = Customers['identityProviders'][number];
export type DeclaredConnector = Customers['apiConnectors'][number];
export type CustomExtension = Customers['customExtensions'][number];
export type CustomAttribute = Customers['attributes'][number];
export type FlowAttribute = UserFlow['attributes'][number];

/** The whole section, if nothing of it is missing. */
export function wholeCustomers(parts: CustomersParts): Customers | undefined {
  const { directory, tenantId, apiApplication, webApplication } = parts;
  if (directory === undefined || tenantId === undefined) return undefined;
  if (apiApplication === undefined || webApplication === undefined) return undefined;
  return { ...parts, directory, tenantId, apiApplication, webApplication };
}

/**
 * User flows that a directory has: those of the estate, and in B2C each under its previous ids too, with the same settings, while
 * the estate lists them.
 */
export function standingFlows({
  directoryType,
  userFlows,
}: Pick<CustomersParts, 'directoryType' | 'userFlows'>): readonly UserFlow[] {
  return directoryType === 'b2c'
    ? userFlows.flatMap((flow) => [flow, ...flow.previousNames.map((id) => ({ ...flow, id }))])
    : userFlows;
}

/**
 * Address of a user flow's endpoints: `https://<directory>.b2clogin.com/<directory>.onmicrosoft.com/<flow>`. External ID has
 * one place for all, `https://<directory>.ciamlogin.com/<tenant id>`; the application decides on the flow.
 *
 * Source: Microsoft Entra, 'Supported features in workforce and external tenants', Authority URL in OpenID Connect and
 * OAuth2 flows.
 */
export function authorityOf(
  { directory, directoryType, tenantId }: Pick<Customers, 'directory' | 'directoryType' | 'tenantId'>,
  flow: string,
): string {
  return directoryType === 'b2c'
    ? `https://${directory}.b2clogin.com/${directory}.onmicrosoft.com/${flow}`
    : `https://${directory}.ciamlogin.com/${tenantId}`;
}

/** An application that stands for an API: it owns scopes and roles. */
export interface DeclaredApi extends Api {
  /** Name by which applications of the estate call it: scopes with a second factor are asked for like those of the hosted API. */
  readonly calledAs: string;
}

/** An application that signs people in, or calls APIs without them. */
export interface DeclaredClient extends Pick<ClientEntry, 'at' | 'name' | 'kind' | 'displayName' | 'accepted'> {
  /** True of the web application that this estate hosts. */
  readonly isHosted: boolean;
  readonly redirectUris: readonly string[];
  /** Front-channel logout URL. */
  readonly logoutUrl: string | undefined;
  /** Tokens that it gets without a code. */
  readonly implicitTokens: readonly ('id_token' | 'token')[];
  /** Undefined of a public client, which can keep no secret. */
  readonly clientSecret: SecretRotation | undefined;
  readonly calls: readonly Call[];
}

/** Permissions of an application at an API: of its scopes and roles, the values. */
export interface Call {
  readonly api: DeclaredApi;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/** Every API, the hosted one first. Its scopes with a second factor belong to an application of their own. */
export function apisOf({
  apiApplication: hosted,
  stepUp,
  apis,
}: Pick<CustomersParts, 'apiApplication' | 'stepUp' | 'apis'>): readonly DeclaredApi[] {
  const others = apis.map((api) => ({ ...api, calledAs: api.name }));
  if (hosted === undefined) return others;
  const [calledAs, { scopes }] = ['api', hosted];
  const isProtected = ({ value }: Scope): boolean => stepUp?.scopes.includes(value) === true;
  const open = { ...hosted, calledAs, name: calledAs, scopes: scopes.filter((scope) => !isProtected(scope)) };
  if (stepUp === undefined) return [open, ...others];
  return [open, { ...stepUp, calledAs, name: 'step-up', roles: [], scopes: scopes.filter(isProtected) }, ...others];
}

/** Every application that is not an API, the hosted one first: it asks for all scopes of the hosted API. */
export function clientsOf(parts: CustomersParts): readonly DeclaredClient[] {
  const apis = apisOf(parts);
  const [web, { directoryType }] = [parts.webApplication, parts];
  const hosted = web && {
    ...web,
    name: 'web',
    isHosted: true,
    kind: 'web' as const,
    redirectUris: redirectUrisOf(web),
    logoutUrl: logoutUrlOf(web),
    implicitTokens: implicitTokensOf(directoryType, web),
    calls: apis
      .filter(({ calledAs }) => calledAs === 'api')
      .map((api) => ({ api, scopes: valuesOf(api.scopes), roles: [] })),
  };
  const others = parts.applications.map((entry) => ({
    ...entry,
    isHosted: false,
    redirectUris: (entry.redirectUris ?? []).map(({ uri }) => uri),
    logoutUrl: entry.frontChannelSignOut,
    implicitTokens: implicitTokensOf(directoryType, entry),
    clientSecret: entry.clientSecret,
    calls: apis.flatMap((api) => callsOf(api, entry)),
  }));
  return [...(hosted ? [hosted] : []), ...others];
}

function callsOf(api: DeclaredApi, { calls }: ClientEntry): readonly Call[] {
  const call = calls.find((one) => one.api === api.calledAs);
  if (call === undefined) return [];
  const scopes = valuesOf(api.scopes).filter((value) => call.scopes.includes(value));
  const roles = valuesOf(api.roles).filter((value) => call.roles.includes(value));
  return scopes.length + roles.length === 0 ? [] : [{ api, scopes, roles }];
}

function valuesOf(scopes: readonly Scope[]): readonly string[] {
  return scopes.map(({ value }) => value);
}

/** True of an application that people sign in to. */
export function hasPeople({ kind }: { readonly kind: ClientKind }): boolean {
  return kind !== 'daemon';
}

/** Full name of a scope or role, as clients ask for it. */
export function fullName({ identifierUri }: Pick<DeclaredApi, 'identifierUri'>, value: string): string {
  return `${identifierUri}/${value}`;
}

interface WebAddresses extends Pick<WebApplication, 'callbacks'> {
  readonly hosts: readonly { readonly origin: string }[];
}

/** Every callback on every host, in the order of the estate. */
export function redirectUrisOf({ hosts, callbacks }: WebAddresses): readonly string[] {
  return hosts.flatMap(({ origin }) => Object.values(callbacks).map((path) => `${origin}${path}`));
}

/** The front-channel logout URL, on the first host: a registration has one. */
function logoutUrlOf({ hosts: [host], frontChannelSignOut: path }: WebApplication): string | undefined {
  return host && path && `${host.origin}${path}`;
}

/**
 * Tokens that an application gets without a code. B2C gives id tokens only where access tokens are let out too:
 * https://github.com/MicrosoftDocs/azure-docs/issues/116510.
 */
export function implicitTokensOf(
  directoryType: DirectoryType,
  { implicitGrant }: { readonly implicitGrant: boolean },
): DeclaredClient['implicitTokens'] {
  if (!implicitGrant) return [];
  return directoryType === 'b2c' ? ['id_token', 'token'] : ['id_token'];
}

/** Keys of the stack's configuration that hold the section's secrets, each once. */
export function secretKeysOf({
  identityProviders,
  apiConnectors,
}: Pick<Customers, 'identityProviders' | 'apiConnectors'>): readonly string[] {
  const references = [
    ...identityProviders.map(({ secret }) => secret),
    ...apiConnectors.flatMap(({ secret, passphrase }) => [secret, ...(passphrase === undefined ? [] : [passphrase])]),
  ];
  return [...new Set(references.map(({ config }) => config))];
}
