import {
  DescribeUserCommand,
  type ExternalId,
  GetUserIdCommand,
  type Group,
  paginateListGroupMemberships,
  paginateListGroupMembershipsForMember,
  paginateListGroups,
  paginateListUsers,
  type User,
} from '@aws-sdk/client-identitystore';
import pMap from 'p-map';
import { ObjectId, PrincipalId, readId } from '../../estate/source/ids';
import { callAws, readEach, readPages, required, unlessGone } from './aws-call';
import type { StoreGroup, StoreRecord, StoreUser } from '../facts/access-facts';
import type { AwsSource, IdentityCenterClients } from './aws-clients';
import { showValue } from '../../estate/source/finding';

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

/** All groups of an identity store, with their members where these are asked for. @throws AwsCallError */
export async function readGroups(
  clients: IdentityCenterClients,
  IdentityStoreId: string,
  areMembersAsked: boolean,
): Promise<readonly StoreGroup[]> {
  const groups = await listGroups(clients, IdentityStoreId);
  if (!areMembersAsked) return groups.map((group) => ({ ...group, members: [] }));
  const read = async (group: StoreRecord) => ({
    ...group,
    members: await readMembers(clients, IdentityStoreId, group.id),
  });
  return readEach(groups, read, { ...clients, told: (done) => `members of ${done} of ${groups.length} groups` });
}

/** All groups of an identity store. @throws AwsCallError */
export async function listGroups(
  { identityStore: client, onProgress }: Pick<AwsSource, 'identityStore'> & Partial<Pick<AwsSource, 'onProgress'>>,
  IdentityStoreId: string,
): Promise<readonly StoreRecord[]> {
  const call = { action: 'identitystore:ListGroups', subject: `the groups of identity store ${IdentityStoreId}` };
  const pages = paginateListGroups({ client, pageSize: PAGE }, { IdentityStoreId });
  let count = 0;
  const groups = await readPages(call, pages, (page): readonly Group[] | undefined => {
    count += page.Groups?.length ?? 0;
    onProgress?.(`${count} groups`);
    return page.Groups;
  });
  return groups.map((group) => ({
    id: readId(PrincipalId, group.GroupId),
    name: group.DisplayName ?? '',
    ...externalIdOf(group.ExternalIds),
  }));
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

/** Source of a user's memberships. */
export interface MembershipSource {
  readonly identityStore: AwsSource['identityStore'];
  readonly identityStoreId: string;
}

/** Id of a user, by the user's name. @throws AwsCallError, also if there is no such user */
export async function findUserId(
  { identityStore: client, identityStoreId: IdentityStoreId }: MembershipSource,
  userName: string,
): Promise<PrincipalId> {
  const call = { action: 'identitystore:GetUserId', subject: `the user ${showValue(userName)}` };
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: userName };
  const command = new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute } });
  return readId(PrincipalId, (await callAws(call, () => client.send(command))).UserId);
}

/** Ids of the groups in which a user is now. @throws AwsCallError */
export async function readMemberships(
  { identityStore: client, identityStoreId: IdentityStoreId }: MembershipSource,
  UserId: PrincipalId,
): Promise<readonly PrincipalId[]> {
  const call = { action: 'identitystore:ListGroupMembershipsForMember', subject: `the groups of user ${UserId}` };
  const pages = paginateListGroupMembershipsForMember({ client }, { IdentityStoreId, MemberId: { UserId } });
  const memberships = await readPages(call, pages, (page) => page.GroupMemberships);
  return memberships.map(({ GroupId }) => readId(PrincipalId, GroupId));
}

/** A user as the snapshot has it: nothing of the person but the id. */
export interface ReadUser {
  readonly id: PrincipalId;
  readonly userName: string;
}

/** Ids of users by their user names; a name that the identity store does not have is left out. @throws AwsCallError */
export async function readNamedUsers(
  { identityStore, concurrency }: Pick<AwsSource, 'identityStore' | 'concurrency'>,
  identityStoreId: string,
  names: readonly string[],
): Promise<readonly ReadUser[]> {
  const read = async (userName: string): Promise<readonly ReadUser[]> => {
    const id = await unlessGone(findUserId({ identityStore, identityStoreId }, userName));
    return id === undefined ? [] : [{ id, userName }];
  };
  return (await pMap(names, read, { concurrency })).flat();
}

/** User names by ids; a user who is gone is left out. @throws AwsCallError */
export async function readUserNames(
  source: Pick<AwsSource, 'identityStore' | 'concurrency'>,
  identityStoreId: string,
  ids: readonly PrincipalId[],
): Promise<readonly ReadUser[]> {
  const read = async (UserId: PrincipalId): Promise<readonly ReadUser[]> => {
    const call = { action: 'identitystore:DescribeUser', subject: `the user ${UserId}` };
    const command = new DescribeUserCommand({ IdentityStoreId: identityStoreId, UserId });
    const answer = await unlessGone(callAws(call, () => source.identityStore.send(command)));
    return answer === undefined ? [] : [{ id: UserId, userName: required(answer.UserName, call, 'UserName') }];
  };
  return (await pMap(ids, read, { concurrency: source.concurrency })).flat();
}
