import type { ExternalId, Group, User } from '@aws-sdk/client-identitystore';
import { paginateListGroupMemberships, paginateListGroups, paginateListUsers } from '@aws-sdk/client-identitystore';
import pMap from 'p-map';
import { ObjectId, PrincipalId, readId } from '../../estate/source/ids';
import { readPages, required } from './aws-call';
import type { StoreGroup, StoreUser } from '../facts/access-facts';
import type { IdentityCenterClients } from './aws-clients';

/** Most that the Identity Store answers in one page. */
const PAGE = 100;

/** All users of an identity store. @throws AwsCallError */
export async function readUsers(
  { identityStore: client, onProgress }: IdentityCenterClients,
  IdentityStoreId: string,
): Promise<readonly StoreUser[]> {
  const call = { action: 'identitystore:ListUsers', subject: 'the users of the identity store' };
  let count = 0;
  const pages = paginateListUsers({ client, pageSize: PAGE }, { IdentityStoreId });
  const users = await readPages(call, pages, (page): readonly User[] | undefined => {
    count += page.Users?.length ?? 0;
    onProgress(`${count} users of the identity store`);
    return page.Users;
  });
  return users.map((user) => ({
    id: readId(PrincipalId, user.UserId),
    name: user.UserName ?? '',
    displayName: user.DisplayName ?? '',
    isEnabled: user.UserStatus === undefined ? undefined : user.UserStatus === 'ENABLED',
    ...externalIdOf(user.ExternalIds),
  }));
}

/** All groups of an identity store with their members. @throws AwsCallError */
export async function readGroups(
  clients: IdentityCenterClients,
  IdentityStoreId: string,
): Promise<readonly StoreGroup[]> {
  const { concurrency, onProgress } = clients;
  const groups = await listGroups(clients, IdentityStoreId);
  let done = 0;
  const readOne = async (group: Group): Promise<StoreGroup> => {
    const id = required(group.GroupId, LIST_GROUPS, 'GroupId');
    const members = await readMembers(clients, IdentityStoreId, id);
    done += 1;
    onProgress(`members of ${done} of ${groups.length} groups`);
    return { id: readId(PrincipalId, id), name: group.DisplayName ?? '', members, ...externalIdOf(group.ExternalIds) };
  };
  return pMap(groups, readOne, { concurrency });
}

/** Ids of all groups. @throws AwsCallError */
export async function readGroupIds(
  clients: Pick<IdentityCenterClients, 'identityStore'>,
  IdentityStoreId: string,
): Promise<ReadonlySet<PrincipalId>> {
  const groups = await listGroups(clients, IdentityStoreId);
  return new Set(groups.map(({ GroupId }) => readId(PrincipalId, required(GroupId, LIST_GROUPS, 'GroupId'))));
}

const LIST_GROUPS = { action: 'identitystore:ListGroups', subject: 'the groups of the identity store' };

function listGroups(
  { identityStore: client }: Pick<IdentityCenterClients, 'identityStore'>,
  IdentityStoreId: string,
): Promise<readonly Group[]> {
  const pages = paginateListGroups({ client, pageSize: PAGE }, { IdentityStoreId });
  return readPages(LIST_GROUPS, pages, (page) => page.Groups);
}

async function readMembers(
  { identityStore: client }: IdentityCenterClients,
  IdentityStoreId: string,
  GroupId: string,
): Promise<readonly PrincipalId[]> {
  const call = { action: 'identitystore:ListGroupMemberships', subject: `the members of group ${GroupId}` };
  const pages = paginateListGroupMemberships({ client, pageSize: PAGE }, { IdentityStoreId, GroupId });
  const memberships = await readPages(call, pages, (page) => page.GroupMemberships);
  return memberships.flatMap(({ MemberId }) =>
    MemberId?.UserId === undefined ? [] : readId(PrincipalId, MemberId.UserId),
  );
}

function externalIdOf(ids: readonly ExternalId[] | undefined): { readonly externalId?: ObjectId } {
  const id = ids?.[0]?.Id;
  return id === undefined ? {} : { externalId: readId(ObjectId, id) };
}
