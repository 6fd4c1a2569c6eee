import type { User } from '@aws-sdk/client-identitystore';
import {
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  IdentitystoreClient,
  paginateListGroupMembershipsForMember,
  paginateListUsers,
  ResourceNotFoundException,
} from '@aws-sdk/client-identitystore';
import type { StoreUser } from './people';

/** Tries of one call, the first included; the SDK pauses in between. */
export const MAX_ATTEMPTS = 8;

/** Users of the Identity Store, and what belongs to them there. */
export class IdentityStore {
  private readonly client: IdentitystoreClient;

  constructor(
    private readonly id: string,
    region: string,
  ) {
    this.client = new IdentitystoreClient({ region, maxAttempts: MAX_ATTEMPTS });
  }

  /** @throws Error if a user has no status: who has left could not be told */
  async users(): Promise<readonly StoreUser[]> {
    const users: StoreUser[] = [];
    for await (const { Users } of paginateListUsers({ client: this.client }, { IdentityStoreId: this.id })) {
      users.push(...(Users ?? []).map(toUser));
    }
    return users;
  }

  /** Undefined if there is no such user any more. */
  async findUser(userId: string): Promise<StoreUser | undefined> {
    try {
      return toUser(await this.client.send(new DescribeUserCommand({ IdentityStoreId: this.id, UserId: userId })));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async memberships(userId: string): Promise<readonly string[]> {
    const input = { IdentityStoreId: this.id, MemberId: { UserId: userId } };
    const ids: string[] = [];
    for await (const { GroupMemberships } of paginateListGroupMembershipsForMember({ client: this.client }, input)) {
      ids.push(
        ...(GroupMemberships ?? []).flatMap(({ MembershipId }) => (MembershipId === undefined ? [] : [MembershipId])),
      );
    }
    return ids;
  }

  async deleteMembership(MembershipId: string): Promise<void> {
    await unlessGone(this.client.send(new DeleteGroupMembershipCommand({ IdentityStoreId: this.id, MembershipId })));
  }

  async deleteUser(UserId: string): Promise<void> {
    await unlessGone(this.client.send(new DeleteUserCommand({ IdentityStoreId: this.id, UserId })));
  }
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

function toUser({ UserId, UserName, UserStatus, ExternalIds }: Partial<User>): StoreUser {
  if (UserId === undefined || UserStatus === undefined) {
    throw new Error(`the Identity Store gives the user ${UserId ?? UserName ?? '?'} no ${UserId ? 'status' : 'id'}`);
  }
  const externalId = ExternalIds?.[0]?.Id;
  return {
    id: UserId,
    userName: UserName ?? '',
    isEnabled: UserStatus === 'ENABLED',
    ...(externalId !== undefined && { externalId }),
  };
}
