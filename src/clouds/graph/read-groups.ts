import pMap from 'p-map';
import { type Properties, textOf } from '../../../provider/values';
import { GROUP_PROPERTIES, selected, USER_PROPERTIES, valuesIn } from '../../estate/records/group-properties';
import { compareText } from '../../estate/source/finding';
import { type ClientId, ObjectId, readId } from '../../estate/source/ids';
import type {
  Assigned,
  AssignedGroup,
  DirectoryGroup,
  DirectoryUser,
  NamedObjects,
  RoleAssignment,
  SignInPolicy,
} from '../facts/workforce-facts';
import type { Reading } from '../reading';
import { type Directory, HiddenError, isNamed } from './directory';

type Graph = Directory['context']['graph'];

const USER = selected(USER_PROPERTIES);
const PAGE = '999';

/** Reads who is assigned to an application: groups with their direct members, and people. @throws GraphError */
export async function readAssigned(
  { context: { graph } }: Directory,
  servicePrincipalId: ObjectId,
  { concurrency }: { readonly concurrency: number },
): Promise<Assigned> {
  const assignments = await readAssignments(graph, servicePrincipalId);
  // A principal may have several roles.
  const ofType = (type: string): ReadonlyMap<ObjectId, string> =>
    new Map(
      assignments
        .filter(({ principalType }) => principalType === type)
        .map(({ principalId, principalName }) => [principalId, principalName]),
    );
  const user = (id: ObjectId) => graph.send({ method: 'GET', path: `/v1.0/users/${id}`, query: { $select: USER } });
  const users = await pMap(ofType('User').keys(), user, { concurrency });
  return {
    groups: await pMap(ofType('Group'), ([id, name]) => readMembers(graph, id, name), { concurrency }),
    users: users.map(userOf),
  };
}

/** Assignments to an application. @throws GraphError */
export async function readAssignments(graph: Graph, servicePrincipalId: string): Promise<readonly RoleAssignment[]> {
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`;
  const found = await graph.list(path, { query: { $top: PAGE } });
  return found.map(({ id, principalType, principalId, principalDisplayName, appRoleId }) => ({
    id: textOf(id),
    principalType: textOf(principalType),
    principalId: readId(ObjectId, principalId),
    principalName: textOf(principalDisplayName),
    roleId: textOf(appRoleId),
  }));
}

async function readMembers(graph: Graph, id: ObjectId, name: string): Promise<AssignedGroup> {
  const members = await graph.list(`/v1.0/groups/${id}/members`, { query: { $select: USER, $top: PAGE } });
  const typed = (type: string): readonly Properties[] =>
    members.filter((member) => member['@odata.type'] === `#microsoft.graph.${type}`);
  return {
    id,
    name,
    users: typed('user').map(userOf),
    nested: typed('group').map(({ displayName }) => textOf(displayName)),
  };
}

/** Members come with their ids alone where the caller may not read users. @throws HiddenError */
function userOf(user: Properties): DirectoryUser {
  if (textOf(user['userPrincipalName']) === '') throw new HiddenError('User.Read.All');
  return { id: readId(ObjectId, user['id']), ...valuesIn(USER_PROPERTIES, user) };
}

/**
 * Reads a group with its owners; undefined where it is not there.
 *
 * @throws GraphError, HiddenError where the names of owners are not shown
 */
export async function readGroup(graph: Graph, id: string): Promise<DirectoryGroup | undefined> {
  const group = await graph.find(`/v1.0/groups/${id}`, { $select: selected(GROUP_PROPERTIES) });
  if (group === undefined) return undefined;
  // v1.0 leaves service principals out ('List group owners').
  const query = { $select: 'id,displayName,userPrincipalName' };
  const owners = await graph.list(`/beta/groups/${id}/owners`, { query });
  const people = owners.filter((owner) => owner['@odata.type'] === '#microsoft.graph.user');
  if (people.some((owner) => textOf(owner['userPrincipalName']) === '')) throw new HiddenError('User.ReadBasic.All');
  const sorted = (names: readonly unknown[]): readonly string[] => names.map(textOf).toSorted(compareText);
  return {
    ...{ id: readId(ObjectId, group['id']), ...valuesIn(GROUP_PROPERTIES, group) },
    owners: sorted(people.map((owner) => owner['userPrincipalName'])),
    owningApplications: sorted(owners.filter((one) => !people.includes(one)).map((one) => one['displayName'])),
  };
}

interface Named {
  /** Display names of groups that the estate has. */
  readonly groups: readonly string[];
  /** Policies whose exclusions are read. */
  readonly policies: readonly SignInPolicy[];
  readonly concurrency: number;
}

/** Policies that say something about an application; none where policies were not read. */
export function policiesAbout(
  policies: Reading<readonly SignInPolicy[]>,
  appId: ClientId | undefined,
): readonly SignInPolicy[] {
  if (policies.state !== 'known' || appId === undefined) return [];
  return policies.value.filter(({ applications }) => applications.includes('All') || applications.includes(appId));
}

/** Reads the groups that go by some names, and whom policies leave out. @throws GraphError */
export async function readNamed({ context: { graph } }: Directory, wanted: Named): Promise<NamedObjects> {
  const { concurrency, policies } = wanted;
  const at = { concurrency };
  const groupIds = [...new Set(policies.flatMap(({ excludedGroups }) => excludedGroups))];
  const userIds = [...new Set(policies.flatMap(({ excludedUsers }) => excludedUsers))];
  const groups = await pMap(
    new Set(wanted.groups),
    async (name) => [name, await readGroupIds(graph, name)] as const,
    at,
  );
  const names = await pMap(
    [...groupIds.map((id) => `groups/${id}`), ...userIds.map((id) => `users/${id}`)],
    async (path) => [path.split('/')[1] ?? path, await readName(graph, path)] as const,
    at,
  );
  const there = new Map(names.flatMap(([id, name]) => (name === undefined ? [] : [[id, name] as const])));
  const members = await pMap(
    groupIds.filter((id) => there.has(id)),
    async (id) => [id, await readMemberIds(graph, id)] as const,
    at,
  );
  return { groups: new Map(groups), names: there, members: new Map(members) };
}

/** Groups of a display name: Entra ID takes several of one name. */
async function readGroupIds(graph: Graph, name: string): Promise<readonly ObjectId[]> {
  const found = await graph.list('/v1.0/groups', { query: { $filter: isNamed(name), $select: 'id,displayName' } });
  return found.map(({ id }) => readId(ObjectId, id)).toSorted();
}

/** Undefined of what is not there: a policy keeps the ids of groups that were deleted, and words such as `All`. */
async function readName(graph: Graph, path: string): Promise<string | undefined> {
  if (!/\/[0-9a-f-]{36}$/i.test(path)) return undefined;
  const found = await graph.find(`/v1.0/${path}`, { $select: 'id,displayName' });
  return found && textOf(found['displayName']);
}

async function readMemberIds(graph: Graph, id: string): Promise<readonly string[]> {
  const members = await graph.list(`/v1.0/groups/${id}/members`, { query: { $select: 'id', $top: '999' } });
  return members.map((member) => textOf(member['id']));
}
