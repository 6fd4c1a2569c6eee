import {
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  DescribeUserCommand,
  IdentitystoreClient,
  paginateListGroupMembershipsForMember,
  paginateListUsers,
  ResourceNotFoundException as NoUser,
  type User,
} from '@aws-sdk/client-identitystore';
import {
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  paginateListAccountAssignmentsForPrincipal,
  ResourceNotFoundException as NoAssignment,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoreUser } from './people';

/** Somebody in a group. */
interface Membership {
  readonly id: string;
  readonly groupId: string;
}

/** Tries of one call, the first included; the SDK pauses in between. */
const MAX_ATTEMPTS = 8;

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
      if (error instanceof NoUser) return undefined;
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
    if (!(error instanceof NoUser)) throw error;
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

/** Access to an account that a person has directly, not by a group. */
interface DirectAssignment {
  readonly accountId: string;
  readonly permissionSetArn: string;
}

/** Looks at a deletion, and the pause between two looks. */
const LOOKS = 60;
const PAUSE_MS = 2000;

/** Direct assignments of users, in one instance of IAM Identity Center. */
export class Assignments {
  private readonly client: SSOAdminClient;

  constructor(
    private readonly instanceArn: string,
    region: string,
  ) {
    this.client = new SSOAdminClient({ region, maxAttempts: MAX_ATTEMPTS });
  }

  async of(userId: string): Promise<readonly DirectAssignment[]> {
    const input = { InstanceArn: this.instanceArn, PrincipalId: userId, PrincipalType: 'USER' as const };
    const found: DirectAssignment[] = [];
    for await (const page of paginateListAccountAssignmentsForPrincipal({ client: this.client }, input)) {
      for (const { AccountId, PermissionSetArn, PrincipalId, PrincipalType } of page.AccountAssignments ?? []) {
        // Those by way of groups are listed too; they go with the membership.
        if (PrincipalType !== 'USER' || PrincipalId !== userId || !AccountId || !PermissionSetArn) continue;
        found.push({ accountId: AccountId, permissionSetArn: PermissionSetArn });
      }
    }
    return found;
  }

  /** Deletes an assignment and waits until AWS has done it. @throws Error with AWS's reason if it fails */
  async delete(userId: string, { accountId, permissionSetArn }: DirectAssignment): Promise<void> {
    const command = new DeleteAccountAssignmentCommand({
      InstanceArn: this.instanceArn,
      PermissionSetArn: permissionSetArn,
      PrincipalId: userId,
      PrincipalType: 'USER',
      TargetId: accountId,
      TargetType: 'AWS_ACCOUNT',
    });
    try {
      const { AccountAssignmentDeletionStatus: status } = await this.client.send(command);
      await this.done(status?.RequestId, `${accountId}, ${permissionSetArn}`);
    } catch (error) {
      if (!(error instanceof NoAssignment)) throw error;
    }
  }

  private async done(requestId: string | undefined, what: string): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      const { AccountAssignmentDeletionStatus: status } = await this.client.send(
        new DescribeAccountAssignmentDeletionStatusCommand({
          InstanceArn: this.instanceArn,
          AccountAssignmentDeletionRequestId: requestId,
        }),
      );
      if (status?.Status === 'SUCCEEDED') return;
      if (status?.Status === 'FAILED')
        throw new Error(`AWS can't delete the assignment ${what}: ${status.FailureReason ?? 'it gives no reason'}`);
      await pause(PAUSE_MS);
    }
    throw new Error(`AWS has not deleted the assignment ${what} after ${(LOOKS * PAUSE_MS) / 1000} s`);
  }
}
