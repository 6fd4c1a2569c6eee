import type { Output } from '../../source/located';
import type { PartialCustomersEntry } from './schema';

/** Parts of the section that could be read. */
export type CustomersParts = Output<typeof PartialCustomersEntry>;
/** The whole section. */
export type Customers = CustomersParts &
  Required<Pick<CustomersParts, 'directory' | 'tenantId' | 'apiApplication' | 'webApplication'>>;
export type DirectoryType = Customers['directoryType'];
export type ApiApplication = Customers['apiApplication'];
export type StepUp = NonNullable<Customers['stepUp']>;
export type Scope = ApiApplication['scopes'][number];
export type WebApplication = Customers['webApplication'];
export type Callbacks = WebApplication['callbacks'];
export type SecretRotation = WebApplication['clientSecret'];
export type UserFlow = Customers['userFlows'][number];
export type UserFlowType = UserFlow['type'];
/** Use of a flow by the applications. */
export type FlowUse = UserFlow['use'];
/** Keys of a flow, besides its name and what the applications use it for. */
export type FlowProperty = Exclude<keyof UserFlow, 'at' | 'id' | 'use'>;
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

/** Full names of the API's scopes, by their values: the prefix is that of the application that owns the scope. */
export function scopeNames({
  apiApplication,
  stepUp,
}: Pick<Customers, 'apiApplication' | 'stepUp'>): ReadonlyMap<string, string> {
  const owned = new Set(stepUp?.scopes);
  return new Map(
    apiApplication.scopes.map(({ value }) => {
      const prefix = stepUp !== undefined && owned.has(value) ? stepUp.identifierUri : apiApplication.identifierUri;
      return [value, `${prefix}/${value}`];
    }),
  );
}

interface WebAddresses extends Pick<WebApplication, 'callbacks'> {
  readonly hosts: readonly { readonly origin: string }[];
}

/** Every callback on every host, in the order of the estate. */
export function redirectUrisOf({ hosts, callbacks }: WebAddresses): readonly string[] {
  return hosts.flatMap(({ origin }) => Object.values(callbacks).map((path) => `${origin}${path}`));
}

/** The front-channel logout URL, on the first host: a registration has one. */
export function logoutUrlOf({
  hosts: [host],
  frontChannelSignOut: path,
}: Pick<WebAddresses, 'hosts'> & Pick<WebApplication, 'frontChannelSignOut'>): string | undefined {
  return host && path && `${host.origin}${path}`;
}

/**
 * Tokens that the web application gets without a code. B2C gives id tokens only where access tokens are let out too:
 * https://github.com/MicrosoftDocs/azure-docs/issues/116510.
 */
export function implicitTokensOf({
  directoryType,
  webApplication: { implicitGrant },
}: Pick<Customers, 'directoryType'> & { readonly webApplication: Pick<WebApplication, 'implicitGrant'> }): readonly (
  'id_token' | 'token'
)[] {
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
