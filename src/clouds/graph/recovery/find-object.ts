import { GraphError } from '../../../../provider/graph/error';
import { isProperties, isSame, mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { findPrincipal } from '../read-application';
import { textsOf } from '../directory';
import { type FoundObject, type Graph, judge, type KnownInputs, listNamed, objectAt, ownership } from './named-objects';

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
  'azuread:index/servicePrincipal:ServicePrincipal': principalFound,
  'azuread:index/getServicePrincipal:getServicePrincipal': principalFound,
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

async function principalFound(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const clientId = inputs.text('clientId');
  const principal = clientId === undefined ? undefined : await findPrincipal(graph, clientId);
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

/** A group of the name. @throws GraphError */
export async function findGroup(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const name = inputs.text('displayName');
  if (name === undefined) return undefined;
  const isOurs = async ({ id }: Properties): Promise<boolean> =>
    (await ownership(graph, `/beta/groups/${textOf(id)}`, inputs.owners)) === 'own';
  const objects = await judge(await listNamed(graph, 'groups', name), inputs, isOurs);
  const object = objectAt('/groups', objects);
  if (object === undefined) return undefined;
  // Its members would be given access; a program makes groups without members, unless by a rule, which it then sets.
  const isDynamic = textsOf(objects[0]?.properties['groupTypes']).includes('DynamicMembership');
  const doubt = !isDynamic && (await hasMembers(graph, object.outputs['objectId'])) ? 'it has members' : undefined;
  return { ...object, doubt };
}

/**
 * Tells whether a group has a member, of any type: v1.0 leaves service principals out ('List group members').
 *
 * @throws GraphError
 */
export async function hasMembers(graph: Graph, id: string | undefined): Promise<boolean> {
  if (id === undefined) return false;
  const { value } = await graph.send({
    method: 'GET',
    path: `/beta/groups/${id}/members`,
    query: { $select: 'id', $top: '1' },
  });
  return Array.isArray(value) && value.length > 0;
}

/** An application of the name. @throws GraphError */
export async function findApplication(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const name = inputs.text('displayName');
  if (name === undefined) return undefined;
  const isOurs = async (application: Properties): Promise<boolean> =>
    (await holderOf(graph, application, inputs)) === 'own';
  const objects = await judge(await listNamed(graph, 'applications', name), inputs, isOurs);
  const object = objectAt('/applications', objects);
  return object && { ...object, outputs: { ...object.outputs, clientId: textOf(objects[0]?.properties['appId']) } };
}

/** The template made its service principal as well, which the id has too. @throws GraphError */
export async function findFromTemplate(inputs: KnownInputs, graph: Graph): Promise<FoundObject | undefined> {
  const [name, template] = [inputs.text('displayName'), inputs.text('templateId')];
  if (name === undefined || template === undefined) return undefined;
  const all = await listNamed(graph, 'applications', name);
  const ofTemplate = all.filter(({ applicationTemplateId }) => applicationTemplateId === template);
  // Graph may give the application no owner; only administrators of applications may instantiate a template.
  const isOurs = async (application: Properties): Promise<boolean> =>
    (await holderOf(graph, application, inputs)) !== 'foreign';
  const objects = await judge(ofTemplate, inputs, isOurs);
  const object = objectAt('/applications', objects);
  if (object === undefined) return undefined;
  const principal = await findPrincipal(graph, textOf(objects[0]?.properties['appId']));
  const { id: applicationId, outputs, ...rest } = object;
  const [application, servicePrincipal] = [outputs['objectId'], principal && textOf(principal['id'])];
  if (application === undefined || servicePrincipal === undefined) return undefined;
  return {
    ...rest,
    id: `/applicationTemplates/${template}/instantiate/${application}/${servicePrincipal}`,
    outputs: {
      applicationId,
      applicationObjectId: application,
      servicePrincipalId: `/servicePrincipals/${servicePrincipal}`,
      servicePrincipalObjectId: servicePrincipal,
    },
  };
}

/**
 * Tells who has an application in their hands: by its owners, and by credentials. A run leaves none behind; somebody who made it could
 * hand it over with a secret of theirs.
 */
async function holderOf(
  graph: Graph,
  application: Properties,
  { owners }: KnownInputs,
): Promise<'own' | 'none' | 'foreign'> {
  const path = `/v1.0/applications/${textOf(application['id'])}`;
  const { passwordCredentials, keyCredentials } = application;
  if ([passwordCredentials, keyCredentials].some((all) => mappingsIn(all).length > 0)) return 'foreign';
  const holder = await ownership(graph, path, owners);
  if (holder === 'foreign') return holder;
  return (await graph.list(`${path}/federatedIdentityCredentials`)).length === 0 ? holder : 'foreign';
}
