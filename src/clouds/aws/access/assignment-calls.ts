import type { AccountAssignmentOperationStatus, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  paginateListAccountAssignments,
} from '@aws-sdk/client-sso-admin';
import type { DeployedAssignment } from '../../facts/access-facts';
import { callAws, readPages, required } from '../aws-call';

export type Change = 'create' | 'delete';

/** State of an operation of IAM Identity Center. */
export interface Operation {
  readonly status: AccountAssignmentOperationStatus['Status'];
  readonly reason: string | undefined;
}

/** Calls that change assignments one way, in one instance. Each throws AwsCallError. */
export class AssignmentCalls {
  constructor(
    private readonly client: SSOAdminClient,
    private readonly InstanceArn: string,
    private readonly change: Change,
  ) {}

  /** Tells whether there is nothing to do. */
  async isDone({ set, account, principalType, principalId }: DeployedAssignment): Promise<boolean> {
    const { InstanceArn } = this;
    const call = { action: 'sso:ListAccountAssignments', subject: `who has ${set} in ${account}` };
    const cell = { InstanceArn, PermissionSetArn: set, AccountId: account };
    const pages = paginateListAccountAssignments({ client: this.client, pageSize: 100 }, cell);
    const found = await readPages(call, pages, (page) => page.AccountAssignments);
    const isThere = found.some(
      ({ PrincipalType, PrincipalId }) => PrincipalType === principalType && PrincipalId?.toLowerCase() === principalId,
    );
    return isThere === (this.change === 'create');
  }

  /** Begins, and answers the id by which the operation is looked at. */
  async start(one: DeployedAssignment): Promise<string> {
    const { set, account, principalType, principalId } = one;
    const input = {
      InstanceArn: this.InstanceArn,
      PermissionSetArn: set,
      PrincipalId: principalId,
      PrincipalType: principalType === 'USER' ? ('USER' as const) : ('GROUP' as const),
      TargetId: account,
      TargetType: 'AWS_ACCOUNT' as const,
    };
    const operation = this.change === 'create' ? 'CreateAccountAssignment' : 'DeleteAccountAssignment';
    const call = { action: `sso:${operation}`, subject: nameOf(one), writes: true };
    const status = await callAws(call, () => this.send(input));
    return required(status?.RequestId, call, 'RequestId');
  }

  async look(requestId: string, one: DeployedAssignment): Promise<Operation> {
    const { client, InstanceArn } = this;
    const status = await callAws({ action: this.lookAction(), subject: `the change of ${nameOf(one)}` }, async () => {
      if (this.change === 'create') {
        const command = { InstanceArn, AccountAssignmentCreationRequestId: requestId };
        return (await client.send(new DescribeAccountAssignmentCreationStatusCommand(command)))
          .AccountAssignmentCreationStatus;
      }
      const command = { InstanceArn, AccountAssignmentDeletionRequestId: requestId };
      return (await client.send(new DescribeAccountAssignmentDeletionStatusCommand(command)))
        .AccountAssignmentDeletionStatus;
    });
    return { status: status?.Status, reason: status?.FailureReason };
  }

  private async send(
    input: ConstructorParameters<typeof DeleteAccountAssignmentCommand>[0],
  ): Promise<AccountAssignmentOperationStatus | undefined> {
    const { client } = this;
    if (this.change === 'create') {
      return (await client.send(new CreateAccountAssignmentCommand(input))).AccountAssignmentCreationStatus;
    }
    return (await client.send(new DeleteAccountAssignmentCommand(input))).AccountAssignmentDeletionStatus;
  }

  private lookAction(): string {
    const kind = this.change === 'create' ? 'Creation' : 'Deletion';
    return `sso:DescribeAccountAssignment${kind}Status`;
  }
}

function nameOf({ set, account, principalType, principalId }: DeployedAssignment): string {
  return `the assignment of ${set} to ${principalType} ${principalId} in ${account}`;
}
