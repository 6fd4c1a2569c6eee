import { isDeepStrictEqual } from 'node:util';
import type { ClientId, ObjectId } from '../../estate/source/ids';
import type {
  ApplicationPowers,
  Client,
  Credential,
  FederatedCredential,
  Grants,
  Owner,
  Permission,
} from './trust-facts';

/** Credentials and permissions that an estate gives an application; somebody added all others. */
export interface DeclaredPowers {
  readonly federated?: readonly FederatedCredential[];
  /** True if it has client secrets of its own, which another check looks at. @default false */
  readonly hasSecrets?: boolean;
  /** Application permissions of Microsoft Graph, by value. */
  readonly permissions?: readonly string[];
  /** Tells whether an application permission at another API is declared. @default none is */
  readonly isRole?: (permission: Permission) => boolean;
  /** Tells whether a consent to a scope is declared. @default none is */
  readonly isConsented?: (permission: Permission) => boolean;
  /** Tells whether another application may call it. @default none may */
  readonly isClient?: (client: Client) => boolean;
  /** Ways in that a person accepted. @default none */
  readonly accepted?: readonly string[];
}

/** Something by which others act as an application, change it, or get more through it. */
export interface WayIn {
  /** Words that stay the same as long as it does: an estate accepts it by them. */
  readonly way: string;
  /** Words that somebody can change, such as a name. */
  readonly detail: string;
}

/** Scopes that people consent to when they sign in: they give no more than their own profile. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'User.Read'];
/** Client id of Microsoft Graph, the same in every tenant: a name proves nothing. */
export const MICROSOFT_GRAPH = '00000003-0000-0000-c000-000000000000';

/** Credentials and permissions without a user that an estate neither declares nor accepts. */
export function undeclaredPowers(found: ApplicationPowers, declared: DeclaredPowers): ApplicationPowers {
  const { federated = [], hasSecrets = false, accepted = [] } = declared;
  const isNew = ({ way }: WayIn): boolean => !accepted.includes(way);
  return {
    federated: found.federated.filter(
      (one) => !federated.some((other) => isDeepStrictEqual(one, other)) && isNew(federatedWay(one)),
    ),
    secrets: hasSecrets ? [] : found.secrets.filter((one) => isNew(secretWay(one))),
    keys: found.keys.filter((one) => isNew(certificateWay(one))),
    principalKeys: found.principalKeys.filter((one) => isNew(principalKeyWay(one))),
    permissions: found.permissions.filter(
      (one) => !isDeclaredPermission(one, declared) && isNew(permissionWay('permission', one)),
    ),
    preAuthorized: found.preAuthorized.filter((one) => isNew(preAuthorizedWay(one))),
  };
}

export function isDeclaredPermission(
  permission: Permission,
  { permissions = [], isRole = () => false }: DeclaredPowers,
): boolean {
  const { resourceAppId, value } = permission;
  return (resourceAppId === MICROSOFT_GRAPH && permissions.includes(value)) || isRole(permission);
}

/** Consents that an estate neither declares nor accepts. */
export function undeclaredGrants({ own, clients }: Grants, declared: DeclaredPowers): Grants {
  const { isConsented = () => false, isClient = () => false, accepted = [] } = declared;
  const isNew = ({ way }: WayIn): boolean => !accepted.includes(way);
  const isSignIn = ({ resourceAppId, value }: Permission): boolean =>
    resourceAppId === MICROSOFT_GRAPH && SIGN_IN_SCOPES.includes(value);
  return {
    own: own.filter((one) => !isConsented(one) && !isSignIn(one) && isNew(permissionWay('consent', one))),
    clients: clients
      .filter((client) => !isClient(client))
      .map((client) => ({ ...client, scopes: client.scopes.filter((scope) => isNew(clientWay(client, scope))) }))
      .filter(({ scopes }) => scopes.length > 0),
  };
}

/**
 * Owners of an application who neither deploy it nor were accepted: each may add a credential to it. The laptop's application deploys
 * and is named nowhere, so that an owner whom an administrator lets change applications is taken for one that deploys. Whoever
 * deploys by a role of the directory in place of a permission is known where the estate names it, or where no other application is
 * an owner.
 */
export function undeclaredOwners(
  owners: readonly Owner[],
  { deployer, accepted = [] }: { readonly deployer: ClientId | undefined } & Pick<DeclaredPowers, 'accepted'>,
): readonly Owner[] {
  const isDeploying = ({ clientId, mayDeploy }: Owner): boolean =>
    mayDeploy || (clientId !== undefined && clientId === deployer);
  const others = owners.filter((one) => !isDeploying(one) && !accepted.includes(ownerWay(one).way));
  const applications = others.filter(({ clientId }) => clientId !== undefined);
  const isOnly = deployer === undefined && applications.length === 1 && !owners.some(isDeploying);
  return others.filter((one) => !(isOnly && applications.includes(one)));
}

/** A call of an API that an estate declares, by service principals; undefined of what is not there. */
export interface DeclaredCall {
  readonly client: ObjectId | undefined;
  readonly api: ObjectId | undefined;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
}

/** Powers that an estate gives one of its applications: what it calls, and who calls it. */
export function declaredPowers(principal: ObjectId | undefined, calls: readonly DeclaredCall[]): DeclaredPowers {
  const may = (key: 'scopes' | 'roles', { resourceId, value }: Permission): boolean =>
    calls.some((call) => call.client === principal && call.api === resourceId && call[key].includes(value));
  return {
    isConsented: (permission) => may('scopes', permission),
    isRole: (permission) => may('roles', permission),
    isClient: ({ servicePrincipalId }) =>
      principal !== undefined && calls.some(({ client, api }) => api === principal && client === servicePrincipalId),
  };
}

export function waysOfPowers(found: ApplicationPowers): readonly WayIn[] {
  return [
    ...found.federated.map(federatedWay),
    ...found.secrets.map(secretWay),
    ...found.keys.map(certificateWay),
    ...found.principalKeys.map(principalKeyWay),
    ...found.permissions.map((one) => permissionWay('permission', one)),
    ...found.preAuthorized.map(preAuthorizedWay),
  ];
}

export function waysOfGrants({ own, clients }: Grants): readonly WayIn[] {
  return [
    ...own.map((one) => permissionWay('consent', one)),
    ...clients.flatMap((client) => client.scopes.map((scope) => clientWay(client, scope))),
  ];
}

export function ownerWay({ id, name, clientId }: Owner): WayIn {
  return { way: `owner ${id}`, detail: clientId === undefined ? name : `${name}, the application ${clientId}` };
}

/** Whoever changes one of them changes who is trusted: all of it is the way. */
function federatedWay({ name, issuer, subject, audiences }: FederatedCredential): WayIn {
  return { way: `federated credential of ${subject} at ${issuer} for ${audiences.join(' ')}`, detail: name };
}

export function secretWay(one: Credential): WayIn {
  return { way: `secret ${one.keyId}`, detail: describe(one) };
}

function certificateWay(one: Credential): WayIn {
  return { way: `certificate ${one.keyId}`, detail: describe(one) };
}

function describe({ name, end }: Credential): string {
  return `${name ?? 'without a name'}, until ${end.slice(0, 10)}`;
}

function principalKeyWay(keyId: string): WayIn {
  return { way: `credential ${keyId} of the service principal`, detail: 'no page of the portal shows it' };
}

function permissionWay(
  kind: 'permission' | 'consent',
  { resourceId, resourceAppId, resource, value, isPersonal }: Permission,
): WayIn {
  return { way: `${kind} ${value} of ${resourceAppId ?? resourceId}${whose({ isPersonal })}`, detail: resource };
}

function clientWay({ servicePrincipalId, name, isPersonal }: Client, scope: string): WayIn {
  return { way: `client ${servicePrincipalId} with ${scope}${whose({ isPersonal })}`, detail: name };
}

/** Whoever accepts what people consent to accepts no consent for everybody. */
function whose({ isPersonal = false }: { readonly isPersonal: boolean | undefined }): string {
  return isPersonal ? ', by people for themselves' : '';
}

function preAuthorizedWay(client: ClientId): WayIn {
  return { way: `client ${client} without a consent`, detail: 'authorized by the application itself' };
}
