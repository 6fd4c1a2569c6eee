import { readSnapshot } from '../../../snapshot/read-snapshot';
import type { AccessPlan } from '../../../model/estate-plan';
import { unknownAssignments } from '../../checks/access/assignment-drift';
import { together, within, type Reading } from '../../reading';
import type { AccessFacts, DeployedAssignment, DeployedSet } from '../access-facts';
import type { IdentityCenterClients } from './aws-clients';
import { readAws } from './explain-aws';
import { readAssignments } from './read-assignments';
import { readGroups, readUsers } from './read-identity-store';
import { readMakers } from './read-makers';
import { readAttributes, readPermissionSets } from './read-permission-sets';

export interface Patience {
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
}

/** Reads what AWS has of an estate's access: the organization, IAM Identity Center and its identity store. */
export async function gatherAccess(
  clients: IdentityCenterClients,
  access: AccessPlan,
  { timeoutSeconds }: Patience,
): Promise<AccessFacts> {
  const { instanceArn, identityStoreId } = access.organization;
  const read = <T>(task: () => Promise<T>): Promise<Reading<T>> => within(timeoutSeconds, readAws(task));
  const [snapshot, grants, attributes, store] = await Promise.all([
    read(() => readSnapshot(clients, { instanceArn })),
    gatherGrants(clients, instanceArn, read),
    read(() => readAttributes(clients, instanceArn)),
    gatherStore(clients, identityStoreId, read),
  ]);
  const facts = { snapshot, ...grants, attributes, ...store };
  const unknown = together(grants);
  if (unknown.state !== 'known' || unknownAssignments(access, unknown.value).length === 0) return facts;
  return { ...facts, makers: await read(() => readMakers(clients)) };
}

type Read = <T>(task: () => Promise<T>) => Promise<Reading<T>>;

async function gatherGrants(
  clients: IdentityCenterClients,
  instanceArn: string,
  read: Read,
): Promise<{
  readonly permissionSets: Reading<readonly DeployedSet[]>;
  readonly assignments: Reading<readonly DeployedAssignment[]>;
}> {
  const permissionSets = await read(() => readPermissionSets(clients, instanceArn));
  if (permissionSets.state !== 'known') return { permissionSets, assignments: permissionSets };
  const assignments = await read(() => readAssignments(clients, instanceArn, permissionSets.value));
  return { permissionSets, assignments };
}

/** One after the other, since the identity store answers few requests a second. */
async function gatherStore(
  clients: IdentityCenterClients,
  identityStoreId: string,
  read: Read,
): Promise<Pick<AccessFacts, 'users' | 'groups'>> {
  const users = await read(() => readUsers(clients, identityStoreId));
  const groups = await read(() => readGroups(clients, identityStoreId));
  return { users, groups };
}
