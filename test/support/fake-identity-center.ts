import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { AccountId, PermissionSetArn, PrincipalId } from '../../src/estate/source/ids';
import type { DeployedAssignment } from '../../src/clouds/facts/access-facts';

type Input = Readonly<Record<string, string | undefined>>;

/** An error as the service gives it. */
export interface Refusal {
  readonly error: string;
  readonly message: string;
  /** Member `Reason` of the exception. */
  readonly reason?: string;
}

const INSTANCE = 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6';

export function assignment(account: string, set: string, group: number): DeployedAssignment {
  return {
    account: AccountId.parse(account.padStart(12, '2')),
    set: PermissionSetArn.parse(`arn:aws:sso:::permissionSet/ssoins-6804a1b2c3d4e5f6/ps-${set.padStart(16, '0')}`),
    principalType: 'GROUP',
    principalId: PrincipalId.parse(`00000000-0000-0000-0000-${String(group).padStart(12, '0')}`),
  };
}

/** Assignments of one instance in this process: without a port, and as slow as the test says. */
export class FakeIdentityCenter {
  readonly instanceArn = INSTANCE;
  readonly there: Set<string>;
  /** Operations in the order in which they came, with the account where they name one. */
  readonly calls: string[] = [];
  mostUnderWay = 0;
  mostInAnAccount = 0;
  /** Looks until an operation is through. */
  looks = 1;
  /** Answers of the next calls of an operation instead of the service's own. */
  readonly refusals = new Map<string, Refusal[]>();
  /** Ids of the groups that users are in. */
  readonly groupsOf = new Map<string, readonly string[]>();
  /** Reasons by which the next operations fail that began well. */
  readonly failures: string[] = [];
  private readonly underWay = new Map<string, { looks: number; input: Input; isDeletion: boolean; reason?: string }>();

  constructor(assignments: readonly DeployedAssignment[]) {
    this.there = new Set(assignments.map(keyOf));
  }

  readonly ssoAdmin = new SSOAdminClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
        return Promise.resolve({
          response: this.answer(operation, JSON.parse(new TextDecoder().decode(request.body)) as Input),
        });
      },
    },
  });

  private answer(operation: string, input: Input) {
    const subject = input['TargetId'] ?? input['AccountId'] ?? input['PrincipalId'] ?? '';
    this.calls.push([operation, subject].join(' ').trim());
    const refusal = this.refusals.get(operation)?.shift();
    if (refusal !== undefined)
      return response(400, { __type: refusal.error, message: refusal.message, Reason: refusal.reason });
    switch (operation) {
      case 'ListAccountAssignments':
        return response(200, { AccountAssignments: this.list(input) });
      case 'ListAccountAssignmentsForPrincipal':
        return response(200, this.page(input));
      case 'CreateAccountAssignment':
        return response(200, { AccountAssignmentCreationStatus: this.begin(input, false) });
      case 'DeleteAccountAssignment':
        return response(200, { AccountAssignmentDeletionStatus: this.begin(input, true) });
      case 'DescribeAccountAssignmentCreationStatus':
        return response(200, {
          AccountAssignmentCreationStatus: this.look(input['AccountAssignmentCreationRequestId']),
        });
      case 'DescribeAccountAssignmentDeletionStatus':
        return response(200, {
          AccountAssignmentDeletionStatus: this.look(input['AccountAssignmentDeletionRequestId']),
        });
      default:
        throw new Error(`unexpected: ${operation}`);
    }
  }

  private list({ AccountId: account = '', PermissionSetArn: set = '' }: Input): readonly object[] {
    return [...this.there]
      .map((key) => key.split(' '))
      .filter((parts) => parts[0] === account && parts[1] === set)
      .map(([, , PrincipalType, PrincipalId]) => ({ PrincipalType, PrincipalId }));
  }

  /** Assignments of a principal, of a user those by groups too. */
  private page({ PrincipalId: id = '', MaxResults: size = '100', NextToken: start = '0' }: Input): object {
    const ids = [id, ...(this.groupsOf.get(id) ?? [])];
    const all = [...this.there]
      .map((key) => key.split(' '))
      .filter(([, , , principal = '']) => ids.includes(principal))
      .map(([AccountId, PermissionSetArn, PrincipalType, PrincipalId]) => ({
        ...{ AccountId, PermissionSetArn, PrincipalType, PrincipalId },
      }));
    const end = Number(start) + Number(size);
    const AccountAssignments = all.slice(Number(start), end);
    return { AccountAssignments, ...(end < all.length && { NextToken: String(end) }) };
  }

  private begin(input: Input, isDeletion: boolean): object {
    const id = `request-${this.calls.length}`;
    const reason = this.failures.shift();
    this.underWay.set(id, { looks: this.looks, input, isDeletion, ...(reason !== undefined && { reason }) });
    const accounts = [...this.underWay.values()].map(({ input: one }) => one['TargetId']);
    this.mostUnderWay = Math.max(this.mostUnderWay, accounts.length);
    const here = accounts.filter((account) => account === input['TargetId']).length;
    this.mostInAnAccount = Math.max(this.mostInAnAccount, here);
    return { Status: 'IN_PROGRESS', RequestId: id };
  }

  private look(id = ''): object {
    const operation = this.underWay.get(id);
    if (operation === undefined) throw new Error(`no operation ${id}`);
    operation.looks -= 1;
    if (operation.looks > 0) return { Status: 'IN_PROGRESS', RequestId: id };
    this.underWay.delete(id);
    if (operation.reason !== undefined) return { Status: 'FAILED', RequestId: id, FailureReason: operation.reason };
    const {
      TargetId = '',
      PermissionSetArn: set = '',
      PrincipalType = '',
      PrincipalId: principal = '',
    } = operation.input;
    const key = [TargetId, set, PrincipalType, principal].join(' ');
    if (operation.isDeletion) this.there.delete(key);
    else this.there.add(key);
    return { Status: 'SUCCEEDED', RequestId: id };
  }
}

function keyOf({ account, set, principalType, principalId }: DeployedAssignment): string {
  return [account, set, principalType, principalId].join(' ');
}

function response(statusCode: number, body: object) {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
