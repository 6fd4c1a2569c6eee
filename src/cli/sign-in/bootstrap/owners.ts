import { GraphError } from '../../../../provider/graph/error';
import { type Properties, textOf } from '../../../../provider/values';
import { findPrincipal } from '../../../clouds/graph/read-application';
import { type Directory, isNamed } from '../../../clouds/graph/directory';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import { apisOf, clientsOf } from '../../../estate/sections/customers/customers';
import type { Estate } from '../../../estate/sections/estate';
import { leaversReaderName } from '../../../estate/sections/workforce/watch';
import { ClientId, readId } from '../../../estate/source/ids';

type Graph = Directory['context']['graph'];

/** An application of a program, or its service principal, that an identity which deploys does not own. */
export interface Unowned {
  readonly displayName: string;
  readonly clientId: string;
  /** `applications/…`, `servicePrincipals/…`. */
  readonly object: string;
  /** Object id of the service principal that deploys. */
  readonly owner: string;
  /** Client id of that one. */
  readonly ownerClientId: string;
}

/** Identities that deploy a program: the application that is made here, and the pipeline's where the estate names another one. */
export interface Deployer {
  readonly clientId: string;
  readonly principalId: string;
}

/**
 * Applications of a program that exist, and lack an owner that deploys: with `Application.ReadWrite.OwnedBy` such an identity could
 * change nothing of them. Of a name that stands twice `entra-aws deploy repair stacks` tells which one is ours.
 */
export async function findUnowned(
  graph: Graph,
  { estate, program }: { readonly estate: Estate; readonly program: PulumiKind },
  made: Deployer,
): Promise<readonly Unowned[]> {
  const deployers = [made, ...(await pipelineDeployer(graph, estate, program))].filter(
    (one, index, all) => all.findIndex(({ principalId }) => principalId === one.principalId) === index,
  );
  const found: Unowned[] = [];
  for (const displayName of applicationNames(estate, program)) {
    const named = await graph.list('/v1.0/applications', { query: { $filter: isNamed(displayName) } });
    const [application, ...others] = named.filter((one) => one['displayName'] === displayName);
    if (application === undefined || others.length > 0) continue;
    for (const object of await objectsOf(graph, application))
      found.push(...(await lacking(graph, { displayName, clientId: textOf(application['appId']), object }, deployers)));
  }
  return found;
}

async function pipelineDeployer(graph: Graph, estate: Estate, program: PulumiKind): Promise<readonly Deployer[]> {
  const clientId = estate.pipeline?.identities[program]?.deploy;
  const principal = clientId && (await findPrincipal(graph, readId(ClientId, clientId)));
  return principal ? [{ clientId, principalId: textOf(principal['id']) }] : [];
}

/** Display names of what a program registers. */
function applicationNames(estate: Estate, program: PulumiKind): readonly string[] {
  const applications = program === 'customers' ? ofCustomers(estate) : ofWorkforce(estate);
  return applications.flatMap((one) => (one === undefined ? [] : [one.displayName]));
}

type Named = readonly ({ readonly displayName: string } | undefined)[];

function ofCustomers({ customers }: Estate): Named {
  return customers === undefined ? [] : [...apisOf(customers), ...clientsOf(customers)];
}

function ofWorkforce({ name, workforce, emergency }: Estate): Named {
  const reader = workforce?.leavers?.signIn.kind === 'federated' ? { displayName: leaversReaderName(name) } : undefined;
  return [workforce?.awsApplication, emergency?.application, reader];
}

async function objectsOf(graph: Graph, { id, appId }: Properties): Promise<readonly string[]> {
  const principal = await findPrincipal(graph, readId(ClientId, appId));
  return [`applications/${textOf(id)}`, ...(principal ? [`servicePrincipals/${textOf(principal['id'])}`] : [])];
}

async function lacking(
  graph: Graph,
  of: Pick<Unowned, 'displayName' | 'clientId' | 'object'>,
  deployers: readonly Deployer[],
): Promise<readonly Unowned[]> {
  const owners = await graph.list(`/v1.0/${of.object}/owners`, { query: { $select: 'id' }, missing: 'lags' });
  const ids = owners.map(({ id }) => textOf(id));
  return deployers
    .filter(({ principalId }) => !ids.includes(principalId))
    .map(({ principalId: owner, clientId: ownerClientId }) => ({ ...of, owner, ownerClientId }));
}

/** Adds an owner; one that is there was added by a request whose answer was lost. */
export async function addOwner(
  { context: { graph }, say }: { readonly context: Directory['context']; readonly say: (line: string) => void },
  { displayName, object, owner, ownerClientId }: Unowned,
): Promise<void> {
  const body = { '@odata.id': await graph.reference(`/v1.0/directoryObjects/${owner}`) };
  try {
    await graph.send({ method: 'POST', path: `/v1.0/${object}/owners/$ref`, body, missing: 'lags' });
  } catch (error) {
    if (!(error instanceof GraphError) || !error.isConflict) throw error;
  }
  say(`${ownerClientId} owns '${displayName}' (${object})`);
}
