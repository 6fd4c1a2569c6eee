import pMap from 'p-map';
import { type Properties, textOf } from '../../../provider/values';
import { ObjectId, readId } from '../../estate/source/ids';
import type { Assigned, AssignedGroup, DirectoryUser } from '../facts/workforce-facts';
import { type Directory, HiddenError } from './directory';

type Graph = Directory['context']['graph'];

const USER = 'id,displayName,userPrincipalName,mail,accountEnabled';
const PAGE = '999';

/** Reads who is assigned to an application: groups with their direct members, and people. @throws GraphError */
export async function readAssigned(
  { context: { graph } }: Directory,
  servicePrincipalId: ObjectId,
  { concurrency }: { readonly concurrency: number },
): Promise<Assigned> {
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/appRoleAssignedTo`;
  const assignments = await graph.list(path, { query: { $top: PAGE } });
  const ofType = (type: string): readonly Properties[] =>
    assignments.filter(({ principalType }) => principalType === type);
  // A principal may have several roles.
  const ids = [...new Set(ofType('User').map(({ principalId }) => readId(ObjectId, principalId)))];
  const groups = new Map(
    ofType('Group').map(({ principalId, principalDisplayName }) => [
      readId(ObjectId, principalId),
      textOf(principalDisplayName),
    ]),
  );
  const users = await pMap(
    ids,
    (id) => graph.send({ method: 'GET', path: `/v1.0/users/${id}`, query: { $select: USER } }),
    {
      concurrency,
    },
  );
  return {
    groups: await pMap([...groups], ([id, name]) => readGroup(graph, id, name), { concurrency }),
    users: users.map(userOf),
  };
}

async function readGroup(graph: Graph, id: ObjectId, name: string): Promise<AssignedGroup> {
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
  const mail = textOf(user['mail']);
  return {
    id: readId(ObjectId, user['id']),
    userPrincipalName: textOf(user['userPrincipalName']),
    mail: mail === '' ? undefined : mail,
    displayName: textOf(user['displayName']),
    isEnabled: user['accountEnabled'] !== false,
  };
}
