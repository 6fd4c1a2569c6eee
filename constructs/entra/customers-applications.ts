import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { scopeId } from './scope-id';
import { createApplication, GRAPH_SCOPE_IDS, MICROSOFT_GRAPH, microsoftGraphObjectId } from './applications';
import {
  type Call,
  type DeclaredApi,
  type DeclaredClient,
  type DirectoryType,
  fullName,
  hasPeople,
  type Scope,
  type SecretRotation,
} from '../../src/estate/sections/customers/customers';
import { compareText } from '../../src/estate/source/finding';
import { type SecretPeriod, secretPeriodsAt } from './periods';

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

/** A scope or role as the estate describes it. */
type ScopeDefinition = Pick<Scope, 'id' | 'value' | 'displayName' | 'description'>;

interface Registered {
  readonly directoryType: DirectoryType;
  /** Object id of the identity that deploys. */
  readonly owner: pulumi.Input<string>;
}

/** An API as the estate has it. Scopes of another identifier URI are other scopes. */
export interface CustomersApiArgs extends Registered, Pick<DeclaredApi, 'displayName' | 'identifierUri'> {
  /** In any order; a scope's value is its identity. */
  readonly scopes: readonly ScopeDefinition[];
  /** Permissions of daemons. In any order; a role's value is its identity. @default none */
  readonly roles?: readonly ScopeDefinition[];
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
  /** Sorted by value. */
  readonly roles: readonly DefinedScope[];

  constructor(name: string, args: CustomersApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentType(args.directoryType, 'ApiApplication'), name, {}, opts);
    const { directoryType, displayName, identifierUri, owner } = args;
    [this.scopes, this.roles] = [define(args.scopes, identifierUri), define(args.roles ?? [], identifierUri)];
    const settings = {
      ...customersSettings(directoryType, { scopes: this.scopes.map(permissionOf) }),
      identifierUris: [identifierUri],
      ...(this.roles.length > 0 && { appRoles: this.roles.map(roleOf) }),
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

/** Scopes or roles with their ids, sorted by value. */
function define(definitions: readonly ScopeDefinition[], identifierUri: string): readonly DefinedScope[] {
  return definitions
    .map((definition) => {
      const name = fullName({ identifierUri }, definition.value);
      return { ...definition, fullName: name, id: definition.id ?? scopeId(name) };
    })
    .toSorted((one, other) => compareText(one.value, other.value));
}

/** A permission of applications alone: no person gets it by an assignment. */
function roleOf({ id, value, displayName, description }: DefinedScope) {
  return { id, value, displayName, description, enabled: true, allowedMemberTypes: ['Application'] };
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

/** An API that an application calls, with the values of its scopes and roles. */
interface RegisteredCall extends Pick<Call, 'scopes' | 'roles'> {
  readonly api: CustomersApi;
}

/** An application as the estate has it: another name, kind or address changes it in place. */
export interface CustomersClientArgs
  extends
    Registered,
    Pick<DeclaredClient, 'displayName' | 'kind' | 'redirectUris'>,
    Partial<Pick<DeclaredClient, 'implicitTokens' | 'isHosted' | 'logoutUrl'>> {
  /** APIs that it calls, by their names. */
  readonly calls: ReadonlyMap<string, RegisteredCall>;
  /** True where an API gives its tokens claims, which an external tenant alone has. @default false */
  readonly hasMappedClaims?: boolean;
  /** Rotation of its client secrets. @default the secrets that it has stay, and none is made */
  readonly clientSecret?: Pick<SecretRotation, 'start' | 'periodDays'> | undefined;
  /** Decides which client secret is the current one. */
  readonly now: Date;
}

/** Claims that applications show of a person, and the time at which the person proved who they are. */
const CLAIMS = ['auth_time', 'email', 'family_name', 'given_name'];

/**
 * An application of the customers: it signs people in by the code flow and calls APIs for them, or calls APIs as a daemon. With
 * its service principal, and with client secrets where it can keep one.
 */
export class CustomersClient extends pulumi.ComponentResource {
  /** Client id (appId), with which it signs people in. */
  readonly clientId: pulumi.Output<string>;
  /** The same, once its service principal is there too. */
  readonly enterpriseClientId: pulumi.Output<string>;
  /** Object id of its service principal, which consents name. */
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** Its client secrets, of which one is current. Absent of a public client, and where it keeps those that it has. */
  readonly clientSecrets?: ClientSecrets;

  constructor(name: string, args: CustomersClientArgs, opts?: pulumi.ComponentResourceOptions) {
    const { directoryType, displayName, owner, isHosted = false, hasMappedClaims = false } = args;
    // The kind is not in the type of the others, so that another kind does not make another application.
    super(componentType(directoryType, isHosted ? 'WebApplication' : 'Application'), name, {}, opts);
    const settings = { ...customersSettings(directoryType, { hasMappedClaims }), ...settingsOf(args) };
    const { application, servicePrincipal } = createApplication(name, { displayName, owner, ...settings }, this);
    this.clientId = application.clientId;
    this.enterpriseClientId = servicePrincipal.clientId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    const { clientSecret: rotation, now } = args;
    if (rotation !== undefined) {
      const secrets = { applicationId: application.id, rotation, now };
      this.clientSecrets = new ClientSecrets(`${name}-secrets`, secrets, { parent: this });
    }
    this.registerOutputs({ clientId: this.clientId });
  }
}

function settingsOf({ directoryType, calls, ...client }: Omit<CustomersClientArgs, 'owner'>) {
  const asksGraph = hasPeople(client);
  return {
    ...addressesOf(client),
    requiredResourceAccesses: [
      ...(asksGraph
        ? [{ resourceAppId: MICROSOFT_GRAPH, resourceAccesses: accessesOf(Object.values(GRAPH_SCOPE_IDS), 'Scope') }]
        : []),
      ...[...calls.values()].map(({ api, scopes, roles }) => ({
        resourceAppId: api.clientId,
        resourceAccesses: [
          ...accessesOf(idsOf(api.scopes, scopes), 'Scope'),
          ...accessesOf(idsOf(api.roles, roles), 'Role'),
        ],
      })),
    ],
    // By `sid` the application finds the session that ended.
    ...(asksGraph &&
      optionalClaims(directoryType, 'idTokens', client.logoutUrl === undefined ? CLAIMS : [...CLAIMS, 'sid'])),
  };
}

/** Redirect URIs by the platform, which decides how a directory takes the code back: with a secret, or with PKCE alone. */
function addressesOf({
  kind,
  redirectUris,
  logoutUrl,
  implicitTokens = [],
}: Pick<CustomersClientArgs, 'kind' | 'redirectUris' | 'logoutUrl' | 'implicitTokens'>) {
  // Here and not in an ApplicationRedirectUris: the next update of the application would take those away.
  const addresses = redirectUris.toSorted();
  const web = {
    ...(logoutUrl !== undefined && { logoutUrl }),
    implicitGrant: {
      accessTokenIssuanceEnabled: implicitTokens.includes('token'),
      idTokenIssuanceEnabled: implicitTokens.includes('id_token'),
    },
  };
  if (kind === 'singlePage') return { singlePageApplication: { redirectUris: addresses }, web };
  if (kind === 'native') return { publicClient: { redirectUris: addresses }, web };
  return { web: { redirectUris: addresses, ...web } };
}

function idsOf(defined: readonly DefinedScope[], values: readonly string[]): readonly string[] {
  return defined.filter(({ value }) => values.includes(value)).map(({ id }) => id);
}

/** Permissions that an application uses for the person who signed in (`Scope`), or by itself (`Role`). */
function accessesOf(ids: readonly string[], type: 'Scope' | 'Role') {
  return ids.map((id) => ({ id, type }));
}

interface CustomersConsentArgs extends Pick<CustomersClientArgs, 'directoryType' | 'kind' | 'calls'> {
  /** Application that is granted its calls; Microsoft Graph's `openid` and `offline_access` besides, where people sign in. */
  readonly application: CustomersClient;
}

/**
 * Consent of an administrator, for everybody: customers can't give their own. One grant for each resource with all its scopes,
 * since Graph takes no second one for the same client and resource; roles of a daemon are assigned, each for itself.
 *
 * Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant. Needs `DelegatedPermissionGrant.ReadWrite.All`,
 * with roles also `AppRoleAssignment.ReadWrite.All`.
 */
export class CustomersConsent extends pulumi.ComponentResource {
  constructor(name: string, args: CustomersConsentArgs, opts?: pulumi.ComponentResourceOptions) {
    const { directoryType, kind, application, calls } = args;
    super(componentType(directoryType, 'AdminConsent'), name, {}, opts);
    const grant = (resource: string, to: pulumi.Input<string>, claimValues: readonly string[]) =>
      new azuread.ServicePrincipalDelegatedPermissionGrant(
        `${name}-${resource}`,
        {
          servicePrincipalObjectId: application.servicePrincipalObjectId,
          resourceServicePrincipalObjectId: to,
          claimValues: claimValues.toSorted(),
        },
        { parent: this },
      );
    if (hasPeople({ kind }))
      grant('microsoft-graph', microsoftGraphObjectId({ parent: this }), Object.keys(GRAPH_SCOPE_IDS));
    for (const [resource, { api, scopes, roles }] of calls) {
      if (scopes.length > 0) grant(resource, api.servicePrincipalObjectId, scopes);
      for (const { id, value } of api.roles.filter((role) => roles.includes(role.value)))
        assignRole(`${name}-${resource}-${value}`, { appRoleId: id, api, application }, { parent: this });
    }
    this.registerOutputs({});
  }
}

interface RoleAssignment {
  readonly appRoleId: string;
  readonly api: CustomersApi;
  readonly application: CustomersClient;
}

function assignRole(
  name: string,
  { appRoleId, api, application }: RoleAssignment,
  opts: pulumi.CustomResourceOptions,
): azuread.AppRoleAssignment {
  const [principalObjectId, resourceObjectId] = [application.servicePrincipalObjectId, api.servicePrincipalObjectId];
  return new azuread.AppRoleAssignment(name, { appRoleId, principalObjectId, resourceObjectId }, opts);
}

interface ClientSecretsArgs {
  /** Resource id of the application: `/applications/<object id>`. */
  readonly applicationId: pulumi.Input<string>;
  /**
   * Another start or period replaces the current secret alone, and the other one in the next period: whoever uses them must take over
   * the new one right after.
   */
  readonly rotation: Pick<SecretRotation, 'start' | 'periodDays'>;
  /** Decides which secret is the current one. */
  readonly now: Date;
}

/**
 * Two client secrets of an application that overlap. A deployment in a new period makes a new one in place of the one that has
 * ended; the other one stays, and stays valid for the whole period. A leaked secret is revoked by
 * `pulumi up --replace <urn>`, since a secret that is replaced is removed.
 */
export class ClientSecrets extends pulumi.ComponentResource {
  /** Secret to sign in with. */
  readonly current: pulumi.Output<string>;
  /** Its end; more than one period away. */
  readonly expires: string;

  constructor(name: string, args: ClientSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('identity:entra:ClientSecrets', name, {}, opts);
    const { current, previous } = secretPeriodsAt(args.rotation, args.now);
    const create = (period: SecretPeriod, ignoreChanges: string[]): azuread.ApplicationPassword =>
      new azuread.ApplicationPassword(`${name}-${period.slot}`, passwordOf(args, period), {
        parent: this,
        ignoreChanges,
        // An application for personal accounts has two at most; the one that makes room has ended, unless the rotation changed.
        deleteBeforeReplace: true,
      });
    // The other one stays whatever the rotation is, so that no run takes both away.
    create(previous, ROTATED);
    this.current = pulumi.secret(create(current, []).value);
    this.expires = current.endDate;
    this.registerOutputs({ current: this.current, expires: this.expires });
  }
}

/** Inputs that another period or another rotation changes. */
const ROTATED = ['displayName', 'endDate', 'rotateWhenChanged'];

function passwordOf({ applicationId }: ClientSecretsArgs, period: SecretPeriod): azuread.ApplicationPasswordArgs {
  const { number, slot, endDate } = period;
  return {
    applicationId,
    displayName: `${slot}, until ${endDate.slice(0, 10)}`,
    endDate,
    rotateWhenChanged: { period: String(number) },
  };
}
