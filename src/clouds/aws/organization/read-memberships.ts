import { GetUserIdCommand, paginateListGroupMembershipsForMember } from '@aws-sdk/client-identitystore';
import { PrincipalId, readId } from '../../../estate/source/ids';
import { callAws, readPages } from '../aws-call';
import type { AwsSource } from '../aws-source';

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
  const call = { action: 'identitystore:GetUserId', subject: `user ${userName} of identity store ${IdentityStoreId}` };
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
