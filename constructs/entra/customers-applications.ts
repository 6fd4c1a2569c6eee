import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { ClientSecrets } from './client-secrets';
import { scopeId } from './scope-id';
import { createApplication, GRAPH_SCOPE_IDS, MICROSOFT_GRAPH, microsoftGraphObjectId } from './applications';
import type { DirectoryType, Scope, SecretRotation } from '../../src/estate/sections/customers/customers';
import { compareText } from '../../src/estate/source/finding';

/**
 * Accounts that may sign in: a B2C directory serves user flows to this audience alone, an external tenant takes its own
 * accounts alone.
 *
 * Source: Azure AD B2C, 'Application types that can be used in Active Directory B2C'; Microsoft Entra, 'Supported features in
 * workforce and external tenants', Application registration.
 */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

/** First part of the names of component types. */
const PREFIXES: Readonly<Record<DirectoryType, string>> = { b2c: 'B2c', 'external-id': 'ExternalId' };

/** Type of a component, such as `identity:entra:B2cWebApplication`: a part of each URN, so that it must stay. */
function componentType(directoryType: DirectoryType, name: string): string {
  return `identity:entra:${PREFIXES[directoryType]}${name}`;
}

interface CustomersSettings {
  /** Scopes that it defines. @default none */
  readonly scopes?: azuread.types.input.ApplicationApiOauth2PermissionScope[];
  /** True for an application of one tenant whose tokens get claims that a person maps. @default false */
  readonly hasMappedClaims?: boolean;
}

/** Settings of every application for customers. */
function customersSettings(
  directoryType: DirectoryType,
  { scopes: oauth2PermissionScopes = [], hasMappedClaims: mappedClaimsEnabled = false }: CustomersSettings,
) {
  return {
    signInAudience: AUDIENCES[directoryType],
    // B2C's audience is refused with version 1, which is azuread's default; the tokens of External ID are to be the same. Without
    // `mappedClaimsEnabled` tokens are refused: 'Configure a custom claims provider', step 2.3 (acceptMappedClaims).
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes, mappedClaimsEnabled },
  };
}

/**
 * Claims that tokens of External ID have only where the registration asks for them; a user flow of B2C decides by itself.
 *
 * Source: Microsoft Entra, 'Optional claims reference'.
 */
function optionalClaims(
  directoryType: DirectoryType,
  token: 'accessTokens' | 'idTokens',
  names: readonly string[],
): Pick<azuread.ApplicationArgs, 'optionalClaims'> {
  if (directoryType === 'b2c') return {};
  return { optionalClaims: { [token]: names.map((name) => ({ name })) } };
}

/** A scope as the estate describes it. */
type ScopeDefinition = Pick<Scope, 'id' | 'value' | 'displayName' | 'description'>;

export interface CustomersApiArgs {
  readonly directoryType: DirectoryType;
  /** Shown in the portal. Another one renames the application in place. */
  readonly displayName: string;
  /** Application ID URI, the prefix of every scope. Scopes of another one are other scopes. */
  readonly identifierUri: string;
  /** In any order; a scope's value is its identity. */
  readonly scopes: readonly ScopeDefinition[];
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/** A scope that other applications can be granted. */
interface DefinedScope extends ScopeDefinition {
  /** As clients ask for it: `https://contoso.onmicrosoft.com/api/Accounts.Read`. */
  readonly fullName: string;
  /** The same in every run. */
  readonly id: string;
}

/** An application that stands for the API in a directory of customers: it owns scopes. With its service principal. */
export class CustomersApi extends pulumi.ComponentResource {
  /** Audience of access tokens. */
  readonly clientId: pulumi.Output<string>;
  /** The same, once its service principal is there too. */
  readonly enterpriseClientId: pulumi.Output<string>;
  /** Object id of its service principal, which consents name. */
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Sorted by value. */
  readonly scopes: readonly DefinedScope[];

  constructor(name: string, args: CustomersApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType(args.directoryType, 'ApiApplication'), name, {}, opts);
    const { directoryType, displayName, identifierUri, owner } = args;
    this.scopes = args.scopes
      .map((definition) => defineScope(identifierUri, definition))
      .toSorted((one, other) => compareText(one.value, other.value));
    const settings = {
      ...customersSettings(directoryType, { scopes: this.scopes.map(permissionOf) }),
      identifierUris: [identifierUri],
      // Of access tokens the resource decides, not the application that asks.
      ...optionalClaims(directoryType, 'accessTokens', ['email']),
    };
    const { application, servicePrincipal } = createApplication(name, { displayName, owner, ...settings }, this);
    this.clientId = application.clientId;
    this.enterpriseClientId = servicePrincipal.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    this.registerOutputs({ clientId: this.clientId, scopes: this.scopes.map(({ fullName }) => fullName) });
  }
}

function defineScope(identifierUri: string, definition: ScopeDefinition): DefinedScope {
  const fullName = `${identifierUri}/${definition.value}`;
  return { ...definition, fullName, id: definition.id ?? scopeId(fullName) };
}

/**
 * Customers are never asked for consent: an administrator gives it for all of them. Azuread disables a scope before it changes the
 * text, so a run that is killed in between leaves the scope disabled.
 */
function permissionOf({ id, value, displayName, description }: DefinedScope) {
  return {
    ...{ id, value, type: 'Admin', enabled: true },
    adminConsentDisplayName: displayName,
    adminConsentDescription: description,
  };
}

interface CustomersWebArgs {
  readonly directoryType: DirectoryType;
  /** Shown in the portal. Another one renames the application in place. */
  readonly displayName: string;
  /** Addresses to which sign-ins may come back: https, or http for localhost. In any order. */
  readonly redirectUris: readonly string[];
  /** Tokens that it gets without a code. @default none */
  readonly implicitTokens?: readonly ('id_token' | 'token')[];
  /** Loaded when somebody signs out elsewhere; External ID alone. @default none */
  readonly logoutUrl?: string | undefined;
  /** True where an API gives its tokens claims, which an external tenant alone has. @default false */
  readonly hasMappedClaims?: boolean;
  /** APIs that it calls: it asks for all scopes of each. */
  readonly apis: readonly CustomersApi[];
  /** @default the secrets that it has stay, and none is made */
  readonly secretRotation?: Pick<SecretRotation, 'start' | 'periodDays'>;
  /** Decides which client secret is the current one. */
  readonly now: Date;
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/** Claims that the web shows of a person, and the time at which the person proved who they are. */
const CLAIMS = ['auth_time', 'email', 'family_name', 'given_name'];

/**
 * The web application of the customers: it signs people in by the code flow, and calls the API for them. With its service
 * principal and its client secrets.
 */
export class CustomersWeb extends pulumi.ComponentResource {
  /** Client id (appId), with which it signs people in. */
  readonly clientId: pulumi.Output<string>;
  /** The same, once its service principal is there too. */
  readonly enterpriseClientId: pulumi.Output<string>;
  /** Object id of its service principal, which consents name. */
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Its client secrets, of which one is current. Absent where the application keeps those that it has. */
  readonly clientSecrets?: ClientSecrets;

  constructor(name: string, args: CustomersWebArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType(args.directoryType, 'WebApplication'), name, {}, opts);
    const { directoryType, displayName, owner, hasMappedClaims = false, secretRotation: rotation, now } = args;
    const settings = { ...customersSettings(directoryType, { hasMappedClaims }), ...settingsOf(args) };
    const { application, servicePrincipal } = createApplication(name, { displayName, owner, ...settings }, this);
    this.clientId = application.clientId;
    this.enterpriseClientId = servicePrincipal.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    if (rotation !== undefined) {
      const secrets = { applicationId: application.id, rotation, now };
      this.clientSecrets = new ClientSecrets(`${name}-secrets`, secrets, { parent: this });
    }
    this.registerOutputs({ clientId: this.clientId });
  }
}

function settingsOf({ directoryType, apis, redirectUris, logoutUrl, implicitTokens = [] }: CustomersWebArgs) {
  return {
    web: {
      // Here and not in an ApplicationRedirectUris: the next update of the application would take those away.
      redirectUris: redirectUris.toSorted(),
      ...(logoutUrl !== undefined && { logoutUrl }),
      implicitGrant: {
        accessTokenIssuanceEnabled: implicitTokens.includes('token'),
        idTokenIssuanceEnabled: implicitTokens.includes('id_token'),
      },
    },
    requiredResourceAccesses: [
      { resourceAppId: MICROSOFT_GRAPH, resourceAccesses: Object.values(GRAPH_SCOPE_IDS).map(delegated) },
      ...apis.map((api) => ({
        resourceAppId: api.clientId,
        resourceAccesses: api.scopes.map(({ id }) => delegated(id)),
      })),
    ],
    // By `sid` the application finds the session that ended.
    ...optionalClaims(directoryType, 'idTokens', logoutUrl === undefined ? CLAIMS : [...CLAIMS, 'sid']),
  };
}

/** A permission that the application uses for the person who signed in. */
function delegated(id: string) {
  return { id, type: 'Scope' };
}

interface CustomersConsentArgs {
  readonly directoryType: DirectoryType;
  /** Application that is granted the scopes. */
  readonly web: CustomersWeb;
  /**
   * APIs of which all scopes are granted, by the name of the grant; Microsoft Graph's `openid` and `offline_access`
   * besides.
   */
  readonly apis: Readonly<Record<string, CustomersApi>>;
}

/**
 * Consent of an administrator, for everybody: customers can't give their own. One grant for each resource with all its scopes,
 * since Graph takes no second one for the same client and resource.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant. Needs `DelegatedPermissionGrant.ReadWrite.All`.
 */
export class CustomersConsent extends pulumi.ComponentResource {
  constructor(
    name: string,
    { directoryType, web, apis }: CustomersConsentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(componentType(directoryType, 'AdminConsent'), name, {}, opts);
    const grant = (resource: string, to: pulumi.Input<string>, claimValues: readonly string[]) =>
      new azuread.ServicePrincipalDelegatedPermissionGrant(
        `${name}-${resource}`,
        {
          servicePrincipalObjectId: web.servicePrincipalObjectId,
          resourceServicePrincipalObjectId: to,
          claimValues: claimValues.toSorted(),
        },
        { parent: this },
      );
    grant('microsoft-graph', microsoftGraphObjectId({ parent: this }), Object.keys(GRAPH_SCOPE_IDS));
    for (const [resource, api] of Object.entries(apis)) {
      grant(
        resource,
        api.servicePrincipalObjectId,
        api.scopes.map(({ value }) => value),
      );
    }
    this.registerOutputs({});
  }
}
