import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import { ClientId, ObjectId, readId } from '../../estate/source/ids';
import { failed } from '../reading';
import type { TenantGrant } from '../facts/tenant-facts';
import type {
  ApplicationPowers,
  ApplicationTrust,
  Credential,
  FederatedCredential,
  FoundApplication,
  Grants,
  Owner,
  Permission,
} from '../facts/trust-facts';
import { MICROSOFT_GRAPH } from '../facts/ways-in';
import { type Directory, type ReadPart, scopesIn, textsOf } from './directory';

type Graph = Directory['context']['graph'];

/** An application and its service principal, by their object ids. Without the second it can do nothing. */
interface ApplicationIds {
  readonly objectId: ObjectId;
  readonly servicePrincipalId: ObjectId;
}

/** Reads what an application may do, and who may do it through it. */
export async function readTrust(
  { context: { graph } }: Directory,
  application: Pick<FoundApplication, 'objectId' | 'servicePrincipalId'> | undefined,
  read: ReadPart,
): Promise<ApplicationTrust> {
  if (application?.servicePrincipalId === undefined) {
    const none = failed('there is no such application');
    return { owners: none, powers: none, grants: none };
  }
  const ids = { objectId: application.objectId, servicePrincipalId: application.servicePrincipalId };
  const principals = new Principals(graph);
  const [owners, powers, grants] = await Promise.all([
    read('Application.Read.All', () => readOwners(graph, ids, principals)),
    read('Application.Read.All', () => readPowers(graph, ids, principals)),
    read('Directory.Read.All', () => readGrants(graph, ids, principals)),
  ]);
  return { owners, powers, grants };
}

async function readOwners(
  graph: Graph,
  { objectId, servicePrincipalId }: ApplicationIds,
  principals: Principals,
): Promise<readonly Owner[]> {
  const [ofApplication, ofPrincipal] = await Promise.all([
    graph.list(`/v1.0/applications/${objectId}/owners`),
    graph.list(`/v1.0/servicePrincipals/${servicePrincipalId}/owners`),
  ]);
  const has = (list: readonly Properties[], id: unknown): boolean => list.some((one) => one['id'] === id);
  const ofOneAlone = ofPrincipal.filter(({ id }) => !has(ofApplication, id));
  return Promise.all(
    [...ofApplication, ...ofOneAlone].map(async ({ id, appId, userPrincipalName, displayName }) => {
      const owner = readId(ObjectId, id);
      const clientId = typeof appId === 'string' ? readId(ClientId, appId) : undefined;
      return {
        id: owner,
        name: textOf(userPrincipalName) || textOf(displayName),
        clientId,
        ownsBoth: has(ofApplication, id) && has(ofPrincipal, id),
        mayDeploy: clientId !== undefined && (await principals.permissionsOf(owner)).some(isToDeploy),
      };
    }),
  );
}

/** Only an administrator gives it. */
function isToDeploy({ resourceAppId, value }: Permission): boolean {
  return resourceAppId === MICROSOFT_GRAPH && /^Application\.ReadWrite\.(?:All|OwnedBy)$/.test(value);
}

async function readPowers(graph: Graph, ids: ApplicationIds, principals: Principals): Promise<ApplicationPowers> {
  const path = `/v1.0/applications/${ids.objectId}`;
  const principalPath = `/v1.0/servicePrincipals/${ids.servicePrincipalId}`;
  const [application, principal, federated, permissions] = await Promise.all([
    graph.send({ method: 'GET', path }),
    graph.send({ method: 'GET', path: principalPath }),
    readFederated(graph, ids.objectId),
    principals.permissionsOf(ids.servicePrincipalId),
  ]);
  const { api, passwordCredentials, keyCredentials } = application;
  return {
    federated: federated.map(({ name, issuer, subject, audiences }) => ({ name, issuer, subject, audiences })),
    secrets: mappingsIn(passwordCredentials).map(credentialOf),
    keys: mappingsIn(keyCredentials).map(credentialOf),
    principalKeys: principalKeysOf(principal),
    permissions,
    preAuthorized: mappingsIn(isProperties(api) ? api['preAuthorizedApplications'] : []).map(({ appId }) =>
      readId(ClientId, appId),
    ),
  };
}

/** Federated credentials of an application. @throws GraphError */
export async function readFederated(
  graph: Graph,
  application: string,
): Promise<readonly (FederatedCredential & { readonly id: string })[]> {
  const found = await graph.list(`/v1.0/applications/${application}/federatedIdentityCredentials`);
  return found.map(({ id, name, issuer, subject, audiences }) => ({
    ...{ id: textOf(id), name: textOf(name), issuer: textOf(issuer), subject: textOf(subject) },
    audiences: textsOf(audiences),
  }));
}

/** Consents of administrators for everybody. @throws GraphError */
export async function readConsents(graph: Graph, $filter?: string): Promise<readonly TenantGrant[]> {
  const query = $filter === undefined ? {} : { query: { $filter } };
  const grants = await graph.list('/v1.0/oauth2PermissionGrants', query);
  return grants
    .filter(({ consentType }) => consentType === 'AllPrincipals')
    .map(({ id, clientId, resourceId }) => ({
      id: textOf(id),
      clientId: readId(ObjectId, clientId),
      resourceId: readId(ObjectId, resourceId),
    }));
}

/** A certificate that signs SAML answers has a key to sign, one to verify and a password, all of one identifier. */
function principalKeysOf({ keyCredentials, passwordCredentials }: Properties): readonly string[] {
  const keys = mappingsIn(keyCredentials);
  const signing = new Set(
    keys.filter(({ usage }) => usage === 'Sign').map((one) => textOf(one['customKeyIdentifier'])),
  );
  return [...keys, ...mappingsIn(passwordCredentials)]
    .filter((one) => !signing.has(textOf(one['customKeyIdentifier'])))
    .map(({ keyId }) => textOf(keyId));
}

function credentialOf({ displayName, keyId, endDateTime }: Properties): Credential {
  return { keyId: textOf(keyId), name: textOf(displayName) || undefined, end: textOf(endDateTime) };
}

async function readGrants(graph: Graph, ids: ApplicationIds, principals: Principals): Promise<Grants> {
  const grantsBy = (side: 'clientId' | 'resourceId'): Promise<readonly Properties[]> =>
    graph.list('/v1.0/oauth2PermissionGrants', { query: { $filter: `${side} eq '${ids.servicePrincipalId}'` } });
  const [own, others] = await Promise.all([grantsBy('clientId'), grantsBy('resourceId')]);
  const permissions = await Promise.all(
    own.map(async ({ resourceId, scope, consentType }): Promise<readonly Permission[]> => {
      const resource = await principals.resource(readId(ObjectId, resourceId));
      return scopesIn(scope).map((value) => ({ ...resource, value, ...personal(consentType) }));
    }),
  );
  const clients = await Promise.all(
    others.map(async ({ clientId, scope, consentType }) => {
      const servicePrincipalId = readId(ObjectId, clientId);
      const name = await principals.nameOf(servicePrincipalId);
      return { servicePrincipalId, name, scopes: scopesIn(scope), ...personal(consentType) };
    }),
  );
  return { own: permissions.flat(), clients };
}

function personal(consentType: unknown): Pick<Permission, 'isPersonal'> {
  return consentType === 'Principal' ? { isPersonal: true } : {};
}

/** Service principals that permissions lead to; each is read once. */
class Principals {
  private readonly found = new Map<string, Promise<Properties | undefined>>();

  constructor(private readonly graph: Graph) {}

  async nameOf(id: ObjectId): Promise<string> {
    return textOf((await this.read(id))?.['displayName']) || id;
  }

  /** Reads the resource of a permission. */
  async resource(id: ObjectId): Promise<Omit<Permission, 'value'>> {
    const principal = await this.read(id);
    const resourceAppId = principal && readId(ClientId, principal['appId']);
    return { resourceId: id, resourceAppId, resource: await this.nameOf(id) };
  }

  /** Permissions without a user. */
  async permissionsOf(id: ObjectId): Promise<readonly Permission[]> {
    const assignments = await this.graph.list(`/v1.0/servicePrincipals/${id}/appRoleAssignments`);
    return Promise.all(assignments.map((one) => this.roleOf(one)));
  }

  private async roleOf({ resourceId, appRoleId }: Properties): Promise<Permission> {
    const id = readId(ObjectId, resourceId);
    const role = mappingsIn((await this.read(id))?.['appRoles']).find((one) => one['id'] === appRoleId);
    return { ...(await this.resource(id)), value: textOf(role?.['value']) || textOf(appRoleId) };
  }

  private read(id: ObjectId): Promise<Properties | undefined> {
    const known = this.found.get(id) ?? this.graph.find(`/v1.0/servicePrincipals/${id}`);
    this.found.set(id, known);
    return known;
  }
}
