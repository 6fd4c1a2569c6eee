import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetUserIdCommand,
  ListGroupMembershipsCommand,
} from '@aws-sdk/client-identitystore';
import { readId, PrincipalId } from '../../estate/source/ids';
import { groupName, type Principals, userName } from './marked-access';
import type { AccountClients } from './account-clients';

interface Store {
  readonly identityStore: AccountClients['identityStore'];
  readonly identityStoreId: string;
  readonly mark: string;
}

/** Refusals of an identity store that takes no users and groups this way, or of a caller who may not write to it. */
const REFUSALS: ReadonlySet<string> = new Set(['ValidationException', 'AccessDeniedException', 'ConflictException']);

/**
 * Makes a group, and a user in it who has neither an address nor a password.
 *
 * @returns the name of the error where the identity store takes none
 */
export async function createPrincipals(store: Store): Promise<Principals | string> {
  const { identityStore: client, identityStoreId: IdentityStoreId, mark } = store;
  try {
    const DisplayName = groupName(mark);
    const made = { IdentityStoreId, DisplayName, Description: 'Made by npx tsx scripts/prove.ts.' };
    const group = readId(PrincipalId, (await client.send(new CreateGroupCommand(made))).GroupId);
    const name = { GivenName: 'Made', FamilyName: 'To be proven' };
    const named = { UserName: userName(mark), DisplayName: userName(mark), Name: name };
    const { UserId } = await client.send(new CreateUserCommand({ IdentityStoreId, ...named }));
    const user = readId(PrincipalId, UserId);
    await client.send(
      new CreateGroupMembershipCommand({ IdentityStoreId, GroupId: group, MemberId: { UserId: user } }),
    );
    return { group, user };
  } catch (error) {
    if (!(error instanceof Error) || !REFUSALS.has(error.name)) throw error;
    // A group may have been taken, and a user not.
    await deletePrincipals(store, await findPrincipals(store));
    return error.name;
  }
}

/** Reads the group and the user as a snapshot and the doctor do. @returns true if they are as they were made */
export async function arePrincipalsThere(store: Store, { group, user }: Principals): Promise<boolean> {
  const { identityStore: client, identityStoreId: IdentityStoreId } = store;
  const found = await findPrincipals(store);
  const members = await client.send(new ListGroupMembershipsCommand({ IdentityStoreId, GroupId: group }));
  const { UserName } = await client.send(new DescribeUserCommand({ IdentityStoreId, UserId: user }));
  return (
    found.group?.toLowerCase() === group &&
    found.user?.toLowerCase() === user &&
    UserName === userName(store.mark) &&
    members.GroupMemberships?.some(({ MemberId }) => MemberId?.UserId?.toLowerCase() === user) === true
  );
}

/** Finds the group and the user of a run by their names, which have the mark. */
export async function findPrincipals(store: Store): Promise<Partial<Principals>> {
  const { identityStore: client, identityStoreId: IdentityStoreId, mark } = store;
  const asked = (AttributePath: string, AttributeValue: string) => ({
    IdentityStoreId,
    AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
  });
  const group = await unlessMissing(client.send(new GetGroupIdCommand(asked('displayName', groupName(mark)))));
  const user = await unlessMissing(client.send(new GetUserIdCommand(asked('userName', userName(mark)))));
  return {
    ...(group?.GroupId !== undefined && { group: group.GroupId }),
    ...(user?.UserId !== undefined && { user: user.UserId }),
  };
}

/** Deletes a group and a user, and with them that one is in the other. */
export async function deletePrincipals(store: Store, { group, user }: Partial<Principals>): Promise<void> {
  const { identityStore: client, identityStoreId: IdentityStoreId } = store;
  if (user !== undefined) await unlessMissing(client.send(new DeleteUserCommand({ IdentityStoreId, UserId: user })));
  if (group !== undefined)
    await unlessMissing(client.send(new DeleteGroupCommand({ IdentityStoreId, GroupId: group })));
}

async function unlessMissing<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
