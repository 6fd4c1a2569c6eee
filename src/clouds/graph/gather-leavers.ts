import { leaversReaderName, type Leavers } from '../../estate/sections/workforce/leavers/leavers';
import { ClientId, ObjectId, readId } from '../../estate/source/ids';
import { failed, type Reading, within } from '../reading';
import type { LeaversReaderFacts } from '../facts/trust-facts';
import { type Directory, readGraph } from './directory';
import type { WorkforceOptions } from './gather-workforce';
import { findPrincipal } from './read-application';
import { type ApplicationIds, readTrust } from './read-trust';

interface LeaversOptions extends Pick<WorkforceOptions, 'timeoutSeconds' | 'onProgress'> {
  readonly estateName: string;
}

/** Reads the application as which the leavers function reads who exists: by its client id, once the estate has it. */
export async function gatherLeaversReader(
  directory: Directory,
  leavers: Leavers,
  { estateName, timeoutSeconds, onProgress }: LeaversOptions,
): Promise<LeaversReaderFacts> {
  const read = <T>(permission: string, task: () => Promise<T>): Promise<Reading<T>> =>
    within(timeoutSeconds, readGraph(permission, task));
  onProgress('the application of the leavers function in Entra ID');
  const ids = await read('Application.Read.All', () => findReader(directory, leavers, estateName));
  const named = await read('Application.Read.All', () => readNamed(directory, estateName));
  if (ids.state !== 'known') return { exists: ids, named, trust: { owners: ids, powers: ids, grants: ids } };
  const none = failed('there is no such application');
  return {
    exists: { state: 'known', value: ids.value !== undefined },
    named,
    trust:
      ids.value === undefined
        ? { owners: none, powers: none, grants: none }
        : await readTrust(directory, ids.value, read),
  };
}

async function readNamed({ context: { graph } }: Directory, estateName: string): Promise<readonly ClientId[]> {
  const $filter = byName(estateName);
  const found = await graph.list('/v1.0/applications', { query: { $filter, $select: 'id,appId' } });
  return found.map(({ appId }) => readId(ClientId, appId)).toSorted();
}

const byName = (estateName: string): string =>
  `displayName eq '${leaversReaderName(estateName).replaceAll("'", "''")}'`;

async function findReader(
  { context: { graph } }: Directory,
  { clientId }: Leavers,
  estateName: string,
): Promise<ApplicationIds | undefined> {
  const $filter = clientId === undefined ? byName(estateName) : `appId eq '${clientId}'`;
  const [application] = await graph.list('/v1.0/applications', { query: { $filter } });
  if (application === undefined) return undefined;
  const principal = await findPrincipal(graph, readId(ClientId, application['appId']));
  return (
    principal && {
      objectId: readId(ObjectId, application['id']),
      servicePrincipalId: readId(ObjectId, principal['id']),
    }
  );
}
