import { GraphError } from '../../../../provider/graph/error';
import { isProperties, isSame, type Properties, textOf } from '../../../../provider/values';
import { textsOf } from '../texts';
import { findApplication, findFromTemplate, findGroup, principalOf } from './find-owned';
import { type FoundObject, type Graph, judge, type KnownInputs, objectAt } from './named-objects';
import { ownership } from './ownership';

/** Finds what a resource is in the directory; undefined if it is not there. @throws GraphError */
type FindObject = (inputs: KnownInputs, graph: Graph) => Promise<FoundObject | undefined>;

/**
 * Finders by type, each by what identifies the type. What is missing here is made again: client secrets, whose value Graph
 * never tells, and the resources of entragraph, which look for what is there before they make something.
 *
 * Ids: pages of terraform-provider-azuread, section Import.
 */
const OBJECT_FINDERS: Readonly<Record<string, FindObject>> = {
  'azuread:index/group:Group': findGroup,
  'azuread:index/getGroup:getGroup': async (inputs, graph) => {
    const objectId = inputs.text('objectId');
    const group = objectId === undefined ? undefined : await graph.find(`/v1.0/groups/${objectId}`);
    return group && { id: textOf(group['id']), outputs: { objectId } };
  },
  'azuread:index/groupMember:GroupMember': async (inputs, graph) => {
    const [group, member] = [inputs.text('groupObjectId'), inputs.text('memberObjectId')];
    if (group === undefined || member === undefined) return undefined;
    const all = await graph.list(`/beta/groups/${group}/members`, { query: { $select: 'id', $top: '999' } });
    return all.some(({ id }) => id === member) ? found(`${group}/member/${member}`) : undefined;
  },
  'azuread:index/application:Application': findApplication,
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': findFromTemplate,
  'azuread:index/getApplication:getApplication': async (inputs, graph) => {
    const objectId = inputs.text('objectId');
    const found = objectId === undefined ? undefined : await graph.find(`/v1.0/applications/${objectId}`);
    return found && { id: textOf(found['id']), outputs: { objectId, clientId: textOf(found['appId']) } };
  },
  'azuread:index/servicePrincipal:ServicePrincipal': findPrincipal,
  'azuread:index/getServicePrincipal:getServicePrincipal': findPrincipal,
  'azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential': async (
    inputs,
    graph,
  ) => {
    const [application, name] = [inputs.text('applicationId'), inputs.text('displayName')];
    if (application === undefined || name === undefined) return undefined;
    const all = await graph.list(`/v1.0${application}/federatedIdentityCredentials`);
    const id = idWhere(all, (one) => one['name'] === name);
    return id === undefined ? undefined : found(`${idIn(application)}/federatedIdentityCredential/${id}`);
  },
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': async (inputs, graph) => {
    const [application, uri] = [inputs.text('applicationId'), inputs.text('identifierUri')];
    if (application === undefined || uri === undefined) return undefined;
    const object = await graph.find(`/v1.0${application}`);
    if (!textsOf(object?.['identifierUris']).includes(uri)) return undefined;
    return found(`${application}/identifierUris/${Buffer.from(uri).toString('base64')}`);
  },
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': async (inputs, graph) => {
    const application = inputs.text('applicationId');
    if (application === undefined || inputs.text('type') !== 'Web') return undefined;
    const web = (await graph.find(`/v1.0${application}`))?.['web'];
    const uris = isProperties(web) ? textsOf(web['redirectUris']) : [];
    return uris.length === 0 ? undefined : found(`${application}/redirectUris/Web`);
  },
  'azuread:index/appRoleAssignment:AppRoleAssignment': async (inputs, graph) => {
    const resource = inputs.text('resourceObjectId');
    if (resource === undefined) return undefined;
    const all = await graph.list(`/v1.0/servicePrincipals/${resource}/appRoleAssignedTo`);
    const [principal, role] = [inputs.text('principalObjectId'), inputs.text('appRoleId')];
    // A role that only the deployment knows is one of the template; the program assigns no principal twice.
    const id = idWhere(
      all,
      (one) => one['principalId'] === principal && (role ?? one['appRoleId']) === one['appRoleId'],
    );
    return id === undefined ? undefined : found(`/servicePrincipals/${resource}/appRoleAssignedTo/${id}`);
  },
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': findConditionalAccess,
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': findClaimsPolicy,
  'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': async (
    inputs,
    graph,
  ) => {
    const [principal, policy] = [inputs.text('servicePrincipalId'), idIn(inputs.text('claimsMappingPolicyId'))];
    if (principal === undefined || policy === undefined) return undefined;
    const all = await graph.list(`/v1.0${principal}/claimsMappingPolicies`);
    return all.some(({ id }) => id === policy) ? found(`${principal}/claimsMappingPolicies/${policy}`) : undefined;
  },
  'azuread:index/synchronizationSecret:SynchronizationSecret': async (inputs, graph) => {
    const principal = inputs.text('servicePrincipalId');
    if (principal === undefined) return undefined;
    const secrets = await graph.find(`/v1.0${principal}/synchronization/secrets`);
    const isSet = Array.isArray(secrets?.['value']) && secrets['value'].length > 0;
    return isSet ? found(principal) : undefined;
  },
  'azuread:index/synchronizationJob:SynchronizationJob': async (inputs, graph) => {
    const principal = inputs.text('servicePrincipalId');
    if (principal === undefined) return undefined;
    const jobs = await graph.list(`/v1.0${principal}/synchronization/jobs`);
    const id = idWhere(jobs, ({ templateId }) => templateId === inputs.text('templateId'));
    return id === undefined ? undefined : found(`${principal}/synchronization/jobs/${id}`);
  },
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': async (
    inputs,
    graph,
  ) => {
    const [client, resource] = ['servicePrincipalObjectId', 'resourceServicePrincipalObjectId'].map(inputs.text);
    if (client === undefined || resource === undefined) return undefined;
    const all = await graph.list('/v1.0/oauth2PermissionGrants', { query: { $filter: `clientId eq '${client}'` } });
    const id = idWhere(all, (one) => one['resourceId'] === resource && one['consentType'] === 'AllPrincipals');
    return id === undefined ? undefined : found(`/oauth2PermissionGrants/${id}`);
  },
};

/** Tells whether objects of a type are looked up by what identifies them. */
export function isSought(type: string): boolean {
  return Object.hasOwn(OBJECT_FINDERS, type);
}

/**
 * Finds what a resource of a type is in the directory; undefined if it is not there. With `Application.ReadWrite.OwnedBy` no one may
 * read the parts of an application that no one owns, and a program makes none before it has an owner.
 *
 * @throws GraphError
 */
export async function findObject(type: string, inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  try {
    return await OBJECT_FINDERS[type]?.(inputs, graph);
  } catch (error) {
    const principal = inputs.text('servicePrincipalId');
    if (!(error instanceof GraphError) || error.status !== 403 || principal === undefined) throw error;
    if ((await ownership(graph, `/v1.0${principal}`, inputs.owners)) !== 'none') throw error;
    return undefined;
  }
}

const found = (id: string): FoundObject => ({ id, outputs: { id } });

async function findPrincipal(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const clientId = inputs.text('clientId');
  const principal = clientId === undefined ? undefined : await principalOf(graph, clientId);
  if (principal === undefined) return undefined;
  const objectId = textOf(principal['id']);
  const id = `/servicePrincipals/${objectId}`;
  return { id, outputs: { id, objectId, clientId } };
}

function idWhere(objects: readonly Properties[], isIt: (object: Properties) => boolean): string | undefined {
  const object = objects.find(isIt);
  return object && textOf(object['id']);
}

function idIn(path: string): string;
function idIn(path: string | undefined): string | undefined;
function idIn(path: string | undefined): string | undefined {
  return path?.split('/').at(-1);
}

/** A Conditional Access policy of the name. It has no owner, so that its content tells whether the run made it. @throws GraphError */
async function findConditionalAccess(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const path = '/identity/conditionalAccess/policies';
  const declared = { state: inputs.value('state'), conditions: inputs.value('conditions') };
  const isOurs = (policy: Properties): Promise<boolean> => Promise.resolve(isAsDeclared(declared, policy));
  return objectAt(path, await judge(await named(graph, path, inputs), inputs, isOurs));
}

/** A claims mapping policy of the name. Graph tells neither its day nor an owner. @throws GraphError */
async function findClaimsPolicy(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const path = '/policies/claimsMappingPolicies';
  const isOurs = async ({ id, definition }: Properties): Promise<boolean> =>
    isSame(definition, inputs.value('definitions')) &&
    (await graph.list(`/v1.0${path}/${textOf(id)}/appliesTo`)).length === 0;
  return objectAt(path, await judge(await named(graph, path, inputs), inputs, isOurs));
}

async function named(graph: Graph, path: string, inputs: KnownInputs): Promise<readonly Properties[]> {
  const all = await graph.list(`/v1.0${path}`);
  return all.filter(({ displayName }) => displayName === inputs.text('displayName'));
}

/** Compares what azuread declares with Graph's object, which calls `includedUsers` `includeUsers`. */
function isAsDeclared(declared: unknown, actual: unknown): boolean {
  if (Array.isArray(declared)) {
    if (!Array.isArray(actual) || declared.length !== actual.length) return false;
    return declared.every((item) => item !== undefined && actual.some((one) => isAsDeclared(item, one)));
  }
  if (!isProperties(declared)) return declared === actual;
  if (!isProperties(actual)) return false;
  return Object.entries(declared).every(([key, value]) => {
    return value === undefined || isAsDeclared(value, actual[key.replace(/^(in|ex)cluded/, '$1clude')]);
  });
}
