import {
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  paginateListAccountAssignmentsForPrincipal,
  ResourceNotFoundException,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { setTimeout as pause } from 'node:timers/promises';
import { MAX_ATTEMPTS } from './identity-store';

/** Access to an account that a person has directly, not by a group. */
export interface DirectAssignment {
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
      if (!(error instanceof ResourceNotFoundException)) throw error;
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
