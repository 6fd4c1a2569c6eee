import { mappingsIn, type Properties, textOf } from '../../../../provider/values';
import { textsOf } from '../texts';
import { type FoundObject, type Graph, judge, type KnownInputs, listNamed, objectAt } from './named-objects';
import { ownership } from './ownership';

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
  const principal = await principalOf(graph, textOf(objects[0]?.properties['appId']));
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

/** The service principal of a client id. @throws GraphError */
export async function principalOf(graph: Graph, appId: string): Promise<Properties | undefined> {
  const [principal] = await graph.list('/v1.0/servicePrincipals', { query: { $filter: `appId eq '${appId}'` } });
  return principal;
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
