import { readOrGone } from '../../../../provider/graph/steps';
import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { MICROSOFT_GRAPH } from '../../../clouds/facts/ways-in';
import { type Directory, isNamed, scopesIn, textsOf } from '../../../clouds/graph/directory';
import { findPrincipal } from '../../../clouds/graph/read-application';
import { isManaged } from '../../../clouds/graph/read-identities';
import { readFederated } from '../../../clouds/graph/read-trust';
import { applicationValues } from '../../../estate/records/application-values';
import type { FederatedCredential } from '../../../estate/sections/pipeline/trust';
import { ClientId, readId } from '../../../estate/source/ids';
import type { KeptKey } from './key-ring';
import type { WantedApplication } from './work';

type Context = Directory['context'];
type Graph = Context['graph'];

/** Microsoft Graph as the directory knows it: ids of its permissions by their names. */
export interface GraphPermissions {
  readonly principalId: string;
  readonly roles: ReadonlyMap<string, string>;
  readonly scopes: ReadonlyMap<string, string>;
}

interface Assignment {
  readonly id: string;
  /** `Group.ReadWrite.All`; of another service than Graph, or of a role that Graph no longer has, with what is known of it. */
  readonly permission: string;
}

/** An application that was made here, as it is in the directory. */
export interface DeployedApplication {
  readonly objectId: string;
  readonly displayName: string;
  readonly clientId: string;
  /** Undefined where a run was interrupted before it was made. */
  readonly principalId: string | undefined;
  readonly roles: readonly Assignment[];
  /** Consent of the person who is signed in, for themselves alone. */
  readonly grant: { readonly id: string; readonly scopes: readonly string[] } | undefined;
  readonly credentials: readonly (FederatedCredential & {
    readonly id: string;
    readonly audiences: readonly string[];
  })[];
  /** None for who only removes. */
  readonly waysIn: WaysIn | undefined;
  /** Certificates, as Graph wants them back when one is added or removed. */
  readonly keys: readonly Properties[];
  readonly isPublicClient: boolean;
}

/** The directory has something that stands in the way. */
export class BootstrapError extends Error {
  override readonly name = 'BootstrapError';
}

export async function readGraphPermissions(graph: Graph): Promise<GraphPermissions> {
  const principal = await findPrincipal(graph, readId(ClientId, MICROSOFT_GRAPH));
  if (principal === undefined) throw new BootstrapError('the directory has no service principal of Microsoft Graph');
  const idsOf = (list: unknown): ReadonlyMap<string, string> =>
    new Map(mappingsIn(list).map(({ value, id }) => [textOf(value), textOf(id)]));
  return {
    principalId: textOf(principal['id']),
    roles: idsOf(principal['appRoles']),
    scopes: idsOf(principal['oauth2PermissionScopes']),
  };
}

/** Names of an application of ours, and what it has where no one else had a hand in it. */
interface Sought extends Pick<WantedApplication, 'displayName' | 'tags' | 'managedId'> {
  readonly trust?: WantedApplication['trust'];
  /** Record of this laptop's key, which finds the application under another name too. */
  readonly record?: Pick<KeptKey, 'clientId' | 'keyId'> | undefined;
}

/** Directory in which a person works. */
export interface Place {
  readonly context: Context;
  readonly permissions: GraphPermissions;
  /** Undefined for who only removes: they give nothing to anybody. */
  readonly personId: string | undefined;
}

/** @throws BootstrapError where the name is taken by what was not made here, or stands twice, or Azure has no such identity */
export async function findDeployed(place: Place, sought: Sought): Promise<DeployedApplication | undefined> {
  if (sought.managedId !== undefined) return findManaged(place, sought.displayName, sought.managedId);
  const application = await findApplication(place, sought);
  if (application === undefined) return undefined;
  const { context } = place;
  const appId = readId(ClientId, textOf(application['appId']));
  const principal = await readOrGone(context, () => findPrincipal(context.graph, appId));
  const found = { application, principal };
  const deployed = await read(place, found);
  const { waysIn } = deployed;
  if (waysIn !== undefined) refuseStrangers(found, { ...deployed, waysIn }, sought);
  return deployed;
}

/** @throws BootstrapError where Azure has no such identity */
async function findManaged(place: Place, displayName: string, id: string): Promise<DeployedApplication> {
  const named = await listSeen(place.context, '/v1.0/servicePrincipals', { $filter: isNamed(displayName) });
  const principal = named.find((one) => isManaged(one, id));
  if (principal === undefined) {
    throw new BootstrapError(
      `the directory has no managed identity ${id}: deploy Azure first (npx --no entra-aws deploy), and run this again`,
    );
  }
  const principalId = textOf(principal['id']);
  const roles = await readRoles(place, principalId);
  const nothing = { grant: undefined, credentials: [], waysIn: undefined, keys: [], isPublicClient: false };
  return { objectId: '', displayName, clientId: textOf(principal['appId']), principalId, roles, ...nothing };
}

async function findApplication(
  { context }: Place,
  { displayName, tags, record }: Sought,
): Promise<Properties | undefined> {
  const find = ($filter: string) => listSeen(context, '/v1.0/applications', { $filter });
  const recorded = record === undefined ? [] : await find(`appId eq '${record.clientId}'`);
  const byName = await find(isNamed(displayName));
  const named = [...recorded, ...byName.filter(({ id }) => id !== recorded[0]?.['id'])];
  const [application, ...others] = named.filter((one) => tags.every((tag) => textsOf(one['tags']).includes(tag)));
  if (application === undefined) {
    const [stranger] = named;
    if (stranger === undefined) return undefined;
    throw new BootstrapError(
      `the directory has an application '${textOf(stranger['displayName'])}' (${textOf(stranger['appId'])}) that entra-aws sign-in bootstrap did not make ` +
        `for this program: it must have the tags ${tags.join(', ')}; rename it, or delete it, and run this again`,
    );
  }
  if (others.length > 0) {
    const ids = [application, ...others].map(({ appId }) => textOf(appId)).join(', ');
    throw new BootstrapError(
      `the directory has '${displayName}' more than once (${ids}); delete all but one, and run this again`,
    );
  }
  return application;
}

/** Lists what should be there: a replica that lags shows nothing for a while, which must not be believed at once. */
async function listSeen(
  context: Context,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly Properties[]> {
  const seen = await readOrGone(context, async () => {
    const found = await context.graph.list(path, { query });
    return found.length === 0 ? undefined : found;
  });
  return seen ?? [];
}

/** An application with its service principal; undefined where a run was interrupted before it was made. */
interface Found {
  readonly application: Properties;
  readonly principal: Properties | undefined;
}

/**
 * Anybody may register an application with this name and these tags, own it and keep a secret of it, and wait for it to be given the
 * permissions. Only an administrator gives roles: without any, it must be as an interrupted run of this person leaves it.
 */
function refuseStrangers(
  { application, principal = {} }: Found,
  { waysIn, ...deployed }: DeployedApplication & { readonly waysIn: WaysIn },
  sought: Sought,
): void {
  const { clientId, roles } = deployed;
  const isNew = roles.length === 0;
  const secrets = [application, principal].flatMap((one) => mappingsIn(one['passwordCredentials']));
  const certificates = mappingsIn(principal['keyCredentials']);
  const ways = [
    ...(secrets.length > 0 ? ['a client secret, which is never made here'] : []),
    ...(certificates.length > 0 ? ['a certificate of its service principal, which is never made here'] : []),
    ...(isNew && waysIn.owners.length > 0 ? ['an owner who is not you'] : []),
    ...(isNew && hasUnknownKeys(deployed, sought) ? ['a certificate or a federated credential'] : []),
  ];
  if (ways.length === 0) return;
  const given = isNew ? ', though no administrator has given it a permission yet' : '';
  throw new BootstrapError(
    `the application '${textOf(application['displayName'])}' (${clientId}) has ${ways.join(', and ')}${given}: whoever made that ` +
      'could sign in as it; look at it, delete it, and run this again',
  );
}

/** Tells whether somebody can sign in who is neither this laptop nor the pipeline. */
function hasUnknownKeys(
  { keys, credentials }: Pick<DeployedApplication, 'keys' | 'credentials'>,
  { record, trust = [] }: Sought,
): boolean {
  const isTrusted = (one: FederatedCredential): boolean =>
    trust.some(({ issuer, subject }) => one.issuer === issuer && one.subject === subject);
  return keys.some(({ keyId }) => keyId !== record?.keyId) || !credentials.every(isTrusted);
}

async function read(place: Place, { application, principal }: Found): Promise<DeployedApplication> {
  const [objectId, clientId] = [textOf(application['id']), textOf(application['appId'])];
  const principalId = principal && textOf(principal['id']);
  const {
    context: { graph },
    personId,
  } = place;
  const paths = [
    `/v1.0/applications/${objectId}`,
    ...(principalId === undefined ? [] : [`/v1.0/servicePrincipals/${principalId}`]),
  ];
  const [roles, grants, credentials, owners] = await Promise.all([
    principalId === undefined ? [] : readRoles(place, principalId),
    personId === undefined ? [] : readGrants(graph, principalId),
    readFederated(graph, objectId),
    personId === undefined ? [] : Promise.all(paths.map((path) => ownersOf(graph, path))),
  ]);
  const waysIn: WaysIn = {
    owners: owners.flat().filter(({ id }) => id !== personId),
    consents: grants
      .filter(({ consentType }) => consentType === 'AllPrincipals')
      .map(({ id, scope }) => ({ id: textOf(id), scopes: textOf(scope).trim() })),
    opened: openedBy(application),
  };
  const { publicClient, isFallbackPublicClient } = application;
  return {
    ...{ objectId, displayName: textOf(application['displayName']), clientId, principalId, roles, credentials },
    grant: grantOf(grants, place),
    waysIn: personId === undefined ? undefined : waysIn,
    keys: mappingsIn(application['keyCredentials']),
    isPublicClient:
      isFallbackPublicClient === true &&
      textsOf(mappingsIn([publicClient])[0]?.['redirectUris']).includes(LOOPBACK_REDIRECT),
  };
}

async function readRoles({ context, permissions }: Place, principalId: string): Promise<readonly Assignment[]> {
  const names = new Map([...permissions.roles].map(([name, id]) => [id, name]));
  const found = await listSeen(context, `/v1.0/servicePrincipals/${principalId}/appRoleAssignments`);
  return found.map(({ id, appRoleId, resourceId, resourceDisplayName }) => {
    const [role, isOfGraph] = [textOf(appRoleId), resourceId === permissions.principalId];
    const other = `${role} of ${textOf(resourceDisplayName) || textOf(resourceId)}`;
    return { id: textOf(id), permission: isOfGraph ? (names.get(role) ?? role) : other };
  });
}

/** Consents to an application, of people and of administrators. */
async function readGrants(graph: Graph, principalId: string | undefined): Promise<readonly Properties[]> {
  return principalId === undefined ? [] : graph.list(`/v1.0/servicePrincipals/${principalId}/oauth2PermissionGrants`);
}

function grantOf(grants: readonly Properties[], { permissions, personId }: Place): DeployedApplication['grant'] {
  const grant = grants.find((one) => one['principalId'] === personId && one['resourceId'] === permissions.principalId);
  return grant && { id: textOf(grant['id']), scopes: scopesIn(grant['scope']) };
}

/** An owner of an application or of its service principal: whoever owns either may give it credentials. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  /** `/v1.0/applications/…`, or that of the service principal. */
  readonly path: string;
}

/** Ways to the permissions of an application that are never made here. */
export interface WaysIn {
  /** Of other people. */
  readonly owners: readonly Owner[];
  /** Consents for everybody who signs in. */
  readonly consents: readonly { readonly id: string; readonly scopes: string }[];
  /** Settings that let others in, in words. */
  readonly opened: readonly string[];
}

/** Redirect URI of a sign-in in a browser of this machine; any port of it is meant. */
export const LOOPBACK_REDIRECT = 'http://localhost';

/** Settings of an application that lets in its own directory alone, and answers to this machine alone. */
export const CLOSED = { signInAudience: 'AzureADMyOrg', web: { redirectUris: [] }, spa: { redirectUris: [] } };

async function ownersOf(graph: Graph, path: string): Promise<readonly Owner[]> {
  const owners = await graph.list(`${path}/owners`, { query: { $select: 'id,displayName' } });
  return owners.map(({ id, displayName }) => ({ id: textOf(id), name: textOf(displayName) || textOf(id), path }));
}

function openedBy(application: Properties): readonly string[] {
  const { audience, redirectUris, otherRedirectUris } = applicationValues({ application, servicePrincipal: undefined });
  return [
    ...(audience === CLOSED.signInAudience ? [] : [`people of other directories may sign in to it (${audience})`]),
    ...[...redirectUris, ...otherRedirectUris]
      .filter((address) => address !== LOOPBACK_REDIRECT)
      .map((address) => `it answers to ${address}`),
  ];
}
