import { GetUserIdCommand, paginateListGroupMembershipsForMember } from '@aws-sdk/client-identitystore';
import { callAws, readPages, required } from './aws-call';
import type { AwsSource } from './aws-source';

/** What the memberships of a user are read from. */
export interface MembershipSource {
  readonly identityStore: AwsSource['identityStore'];
  readonly identityStoreId: string;
}

/** Ids of the groups in which a user is now, by the user's name. @throws AwsCallError, also if there is no such user */
export async function readMemberships(
  { identityStore: client, identityStoreId: IdentityStoreId }: MembershipSource,
  userName: string,
): Promise<readonly string[]> {
  const user = { action: 'identitystore:GetUserId', subject: `user ${userName} of identity store ${IdentityStoreId}` };
  const UniqueAttribute = { AttributePath: 'userName', AttributeValue: userName };
  const command = new GetUserIdCommand({ IdentityStoreId, AlternateIdentifier: { UniqueAttribute } });
  const UserId = required((await callAws(user, () => client.send(command))).UserId, user, 'UserId');
  const call = { action: 'identitystore:ListGroupMembershipsForMember', subject: `the groups of user ${userName}` };
  const pages = paginateListGroupMembershipsForMember({ client }, { IdentityStoreId, MemberId: { UserId } });
  const memberships = await readPages(call, pages, (page) => page.GroupMemberships);
  return memberships.map(({ GroupId }) => required(GroupId, call, 'GroupId').toLowerCase());
}
