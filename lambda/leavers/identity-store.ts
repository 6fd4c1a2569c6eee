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

/** Somebody in a group. */
export interface Membership {
  readonly id: string;
  readonly groupId: string;
}

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

  /** Every user once, whatever the pages repeat. @throws Error if a user has no status: who has left could not be told */
  async users(): Promise<readonly StoreUser[]> {
    const users = new Map<string, StoreUser>();
    for await (const { Users } of paginateListUsers({ client: this.client }, { IdentityStoreId: this.id })) {
      for (const user of (Users ?? []).map(toUser)) users.set(user.id, user);
    }
    return [...users.values()];
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

  async memberships(userId: string): Promise<readonly Membership[]> {
    const input = { IdentityStoreId: this.id, MemberId: { UserId: userId } };
    const found: Membership[] = [];
    for await (const { GroupMemberships } of paginateListGroupMembershipsForMember({ client: this.client }, input)) {
      for (const { MembershipId: id, GroupId: groupId } of GroupMemberships ?? []) {
        if (id === undefined || groupId === undefined) throw new Error(`a membership of the user ${userId} has no id`);
        found.push({ id, groupId });
      }
    }
    return found;
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

function toUser({ UserId: id, UserName: userName, UserStatus, ExternalIds, Emails }: Partial<User>): StoreUser {
  if (id === undefined || userName === undefined || UserStatus === undefined) {
    const missing = id === undefined ? 'id' : userName === undefined ? 'name' : 'status';
    throw new Error(`the Identity Store gives the user ${id ?? userName ?? '?'} no ${missing}`);
  }
  return {
    id,
    userName,
    isEnabled: UserStatus === 'ENABLED',
    externalIds: (ExternalIds ?? []).flatMap(({ Id }) => Id ?? []),
    emails: (Emails ?? []).flatMap(({ Value }) => Value ?? []),
  };
}
