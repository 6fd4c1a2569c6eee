import { mappingsIn, type Properties, textOf } from '../../../provider/values';
import type { PipelineIdentity } from '../../estate/plan/pipeline-identities';
import { ClientId, readId } from '../../estate/source/ids';
import type { FoundIdentity, IdentityPowers } from '../facts/trust-facts';
import { MICROSOFT_GRAPH } from '../facts/ways-in';
import { type Directory, isNamed, textsOf } from './directory';
import { findPrincipal } from './read-application';
import { readFederated } from './read-trust';

type Graph = Directory['context']['graph'];

/** Reads identities of the pipeline: by their client ids where the estate has them, else by their names. @throws GraphError */
export async function readIdentities(
  { context: { graph } }: Directory,
  identities: readonly PipelineIdentity[],
): Promise<readonly FoundIdentity[]> {
  const itself = await findPrincipal(graph, readId(ClientId, MICROSOFT_GRAPH));
  const names = new Map(mappingsIn(itself?.['appRoles']).map(({ id, value }) => [textOf(id), textOf(value)]));
  const graphs = { id: textOf(itself?.['id']), names };
  return Promise.all(
    identities.map(async (one) => {
      const principal = await findIdentity(graph, one);
      const powers = principal === undefined ? undefined : await readPowers(graph, principal, { ...graphs, one });
      return { role: one.role, powers };
    }),
  );
}

/** Finds the service principal of an identity. @throws GraphError */
async function findIdentity(graph: Graph, identity: PipelineIdentity): Promise<Properties | undefined> {
  const { name, clientId, managedId } = identity;
  const $filter = clientId === undefined ? isNamed(name) : `appId eq '${clientId}'`;
  const found = await graph.list('/v1.0/servicePrincipals', { query: { $filter } });
  return found.find((one) => managedId === undefined || isManaged(one, managedId));
}

/** Only Azure makes a principal of this type, so that nobody can pass an application off as one. */
export function isManaged({ servicePrincipalType, alternativeNames }: Properties, id: string): boolean {
  const isNamedSo = textsOf(alternativeNames).some((name) => name.toLowerCase() === id.toLowerCase());
  return servicePrincipalType === 'ManagedIdentity' && isNamedSo;
}

async function readPowers(
  graph: Graph,
  principal: Properties,
  of: { readonly id: string; readonly names: ReadonlyMap<string, string>; readonly one: PipelineIdentity },
): Promise<IdentityPowers> {
  const assigned = await graph.list(`/v1.0/servicePrincipals/${textOf(principal['id'])}/appRoleAssignments`);
  const permissions = assigned.map(({ appRoleId, resourceId, resourceDisplayName }) => {
    const role = textOf(appRoleId);
    return resourceId === of.id ? (of.names.get(role) ?? role) : `${role} of ${textOf(resourceDisplayName)}`;
  });
  if (of.one.managedId !== undefined) return { permissions, federated: [] };
  const $filter = `appId eq '${textOf(principal['appId'])}'`;
  const [application] = await graph.list('/v1.0/applications', { query: { $filter } });
  const federated = application === undefined ? [] : await readFederated(graph, textOf(application['id']));
  return { permissions, federated };
}
