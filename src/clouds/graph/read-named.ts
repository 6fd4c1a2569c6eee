import pMap from 'p-map';
import { textOf } from '../../../provider/values';
import { type ClientId, ObjectId, readId } from '../../estate/source/ids';
import type { Reading } from '../reading';
import type { NamedObjects, SignInPolicy } from '../facts/workforce-facts';
import type { Directory } from './directory';

type Graph = Directory['context']['graph'];

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
  const members = await pMap(groupIds, async (id) => [id, await readMemberIds(graph, id)] as const, at);
  return {
    groups: new Map(groups),
    names: new Map(names.flatMap(([id, name]) => (name === undefined ? [] : [[id, name] as const]))),
    members: new Map(members),
  };
}

/** Groups of a display name: Entra ID takes several of one name. */
async function readGroupIds(graph: Graph, name: string): Promise<readonly ObjectId[]> {
  const $filter = `displayName eq '${name.replaceAll("'", "''")}'`;
  const found = await graph.list('/v1.0/groups', { query: { $filter, $select: 'id,displayName' } });
  return found.map(({ id }) => readId(ObjectId, id)).toSorted();
}

/** Undefined of what is not there: a policy keeps the ids of groups that were deleted, and words such as `All`. */
async function readName(graph: Graph, path: string): Promise<string | undefined> {
  if (!/\/[0-9a-f-]{36}$/i.test(path)) return undefined;
  const found = await graph.find(`/v1.0/${path}`, { $select: 'id,displayName' });
  return found && textOf(found['displayName']);
}

async function readMemberIds(graph: Graph, id: string): Promise<readonly string[]> {
  const found = await graph.find(`/v1.0/groups/${id}`, { $select: 'id' });
  if (found === undefined) return [];
  const members = await graph.list(`/v1.0/groups/${id}/members`, { query: { $select: 'id', $top: '999' } });
  return members.map((member) => textOf(member['id']));
}
