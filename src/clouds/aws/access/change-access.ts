import {
  type AccountAssignmentOperationStatus,
  CreateAccountAssignmentCommand,
  CreateApplicationAssignmentCommand,
  DeleteAccountAssignmentCommand,
  DeleteApplicationAssignmentCommand,
  DeletePermissionSetCommand,
  DescribeAccountAssignmentCreationStatusCommand,
  DescribeAccountAssignmentDeletionStatusCommand,
  DescribePermissionSetProvisioningStatusCommand,
  type PrincipalType,
  ProvisionPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { ASSIGNMENTS_AT_ONCE } from '../../../estate/sections/limits';
import type { AccountId, PermissionSetArn } from '../../../estate/source/ids';
import type { AssignedPrincipal } from '../../facts/access-drift';
import type { DeployedAssignment } from '../../facts/access-facts';
import { AwsCallError, callAws, isKeyFault, required, unlessGone } from '../aws-call';
import type { AwsSource } from '../aws-clients';
import { readExisting } from '../read-assignments';
import { backOffSeconds, lookSeconds, type Waiting, WAITING } from '../waiting';

type Source = Pick<AwsSource, 'ssoAdmin'>;

/** Attempts at a change that is refused, as for a conflict: some four minutes in all. */
const ATTEMPTS = 12;
/** Attempts at an assignment whose operation begins and then fails: that is mostly the account's own fault, and stays. */
const FAILED_ATTEMPTS = 3;
/** Looks at the operation of an assignment: some ten minutes. */
const LOOKS = 120;
/** Looks at a provisioning, which goes through all accounts: some twenty minutes. */
const PROVISIONING_LOOKS = 240;
const NO_REASON = 'IAM Identity Center gives no reason';

export type Change = 'create' | 'delete';

/**
 * Result of one change. `already`: there was nothing to do. `left`: the caller may not change this account, and CloudFormation, which
 * has a role of its own, may.
 */
export type Result =
  { readonly outcome: 'done' | 'already' | 'left' } | { readonly outcome: 'failed'; readonly reason: string };

/** Result of one attempt; another one follows unless there were so many. */
type Tried = Result | { readonly outcome: 'again'; readonly attempts: number; readonly reason: string };

export interface ChangeOptions {
  readonly instanceArn: string;
  readonly change: Change;
  /** Tells of an account whether a permission may be refused in it; see `left`. @default of none */
  readonly mayBeRefusedIn?: (account: AccountId) => boolean;
  /** Told of each assignment when it is through. */
  readonly onResult: (one: DeployedAssignment, result: Result) => void;
  /** @default a timer, and chance */
  readonly waiting?: Waiting;
}

/**
 * Deletes or creates assignments, and waits for each until IAM Identity Center has done it: at most ten at once, and one at a time in
 * each account, where it updates one IAM role at a time (IAM Identity Center quotas). Accounts begin in the order in which they come
 * first. What is throttled or conflicts is tried again, later each time. One account that fails does not hold up the others.
 *
 * Killed at any point it may be called again: each assignment is looked for before it is changed.
 *
 * @throws AwsCallError if the caller lacks a permission, or there is no answer at all
 */
export async function changeAssignments(
  source: Source,
  assignments: readonly DeployedAssignment[],
  options: ChangeOptions,
): Promise<void> {
  const changer = new Changer(source.ssoAdmin, options);
  const accounts = Map.groupBy(assignments, ({ account }) => account);
  await pMap(accounts.values(), (all) => changer.changeInTurn(all), { concurrency: ASSIGNMENTS_AT_ONCE });
}

class Changer {
  private readonly waiting: Waiting;
  private readonly isCreation: boolean;

  constructor(
    private readonly client: AwsSource['ssoAdmin'],
    private readonly options: ChangeOptions,
  ) {
    this.waiting = options.waiting ?? WAITING;
    this.isCreation = options.change === 'create';
  }

  async changeInTurn(assignments: readonly DeployedAssignment[]): Promise<void> {
    for (const one of assignments) this.options.onResult(one, await this.change(one));
  }

  private async change(one: DeployedAssignment): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await this.attempt(one).catch((error: unknown) => this.judge(error, one));
      if (tried.outcome !== 'again') return tried;
      if (attempt >= tried.attempts) {
        return { outcome: 'failed', reason: `${tried.reason} (after ${attempt} attempts)` };
      }
      await this.waiting.pause(backOffSeconds(attempt, this.waiting.random));
    }
  }

  private async attempt(one: DeployedAssignment): Promise<Tried> {
    const source = { ssoAdmin: this.client, concurrency: 1 };
    const there = await readExisting(source, this.options.instanceArn, [one]);
    if (there.length > 0 === this.isCreation) return { outcome: 'already' };
    const requestId = await this.start(one);
    for (let look = 1; look <= LOOKS; look += 1) {
      const { Status, FailureReason: reason = NO_REASON } = (await this.look(requestId, one)) ?? {};
      if (Status === 'SUCCEEDED') return { outcome: 'done' };
      if (Status === 'FAILED') return { outcome: 'again', attempts: FAILED_ATTEMPTS, reason };
      await this.waiting.pause(lookSeconds(look));
    }
    return { outcome: 'failed', reason: 'IAM Identity Center has not ended it after ten minutes' };
  }

  /** Begins, and answers the id by which the operation is looked at. */
  private async start(one: DeployedAssignment): Promise<string> {
    const input = {
      InstanceArn: this.options.instanceArn,
      PermissionSetArn: one.set,
      PrincipalId: one.principalId,
      PrincipalType: one.principalType === 'USER' ? ('USER' as const) : ('GROUP' as const),
      TargetId: one.account,
      TargetType: 'AWS_ACCOUNT' as const,
    };
    const operation = this.isCreation ? 'CreateAccountAssignment' : 'DeleteAccountAssignment';
    const call = { action: `sso:${operation}`, subject: nameOf(one), writes: true };
    const status = await callAws(call, async () =>
      this.isCreation
        ? (await this.client.send(new CreateAccountAssignmentCommand(input))).AccountAssignmentCreationStatus
        : (await this.client.send(new DeleteAccountAssignmentCommand(input))).AccountAssignmentDeletionStatus,
    );
    return required(status?.RequestId, call, 'RequestId');
  }

  private look(id: string, one: DeployedAssignment): Promise<AccountAssignmentOperationStatus | undefined> {
    const { client, isCreation } = this;
    const InstanceArn = this.options.instanceArn;
    const action = `sso:DescribeAccountAssignment${isCreation ? 'Creation' : 'Deletion'}Status`;
    return callAws({ action, subject: `the change of ${nameOf(one)}` }, async () => {
      if (isCreation) {
        const input = { InstanceArn, AccountAssignmentCreationRequestId: id };
        const answer = await client.send(new DescribeAccountAssignmentCreationStatusCommand(input));
        return answer.AccountAssignmentCreationStatus;
      }
      const input = { InstanceArn, AccountAssignmentDeletionRequestId: id };
      const answer = await client.send(new DescribeAccountAssignmentDeletionStatusCommand(input));
      return answer.AccountAssignmentDeletionStatus;
    });
  }

  private judge(error: unknown, { account }: DeployedAssignment): Tried {
    if (!(error instanceof AwsCallError) || isKeyFault(error.fault)) throw error;
    const { name, message } = error.fault;
    if (AGAIN.has(name)) return { outcome: 'again', attempts: ATTEMPTS, reason: `${name}: ${message}` };
    // The account, the set or the principal is gone, and with it the assignment.
    if (name === 'ResourceNotFoundException' && !this.isCreation) return { outcome: 'already' };
    if (OF_THIS_ONE.has(name)) return { outcome: 'failed', reason: `${name}: ${message}` };
    if (name === 'AccessDeniedException' && this.options.mayBeRefusedIn?.(account) === true) return { outcome: 'left' };
    throw error;
  }
}

/** Faults that pass. The SDK itself has tried ten times where it was throttled. */
const AGAIN = new Set(['ConflictException', 'ThrottlingException', 'InternalServerException']);
/** Faults that are of one assignment, and say nothing of the others. */
const OF_THIS_ONE = new Set(['ResourceNotFoundException', 'ValidationException', 'ServiceQuotaExceededException']);

function nameOf({ set, account, principalType, principalId }: DeployedAssignment): string {
  return `the assignment of ${set} to ${principalType} ${principalId} in ${account}`;
}

/** Lets somebody use an application. AWS answers when it is done; what is there already stays. @throws AwsCallError */
export async function assignApplication({ ssoAdmin }: Source, one: AssignedPrincipal): Promise<void> {
  const { call, input } = ofApplication('sso:CreateApplicationAssignment', one);
  await callAws(call, () => ssoAdmin.send(new CreateApplicationAssignmentCommand(input)));
}

/** Takes an application from somebody. AWS answers when it is done. @throws AwsCallError */
export async function unassignApplication({ ssoAdmin }: Source, one: AssignedPrincipal): Promise<void> {
  const { call, input } = ofApplication('sso:DeleteApplicationAssignment', one);
  await callAws(call, () => ssoAdmin.send(new DeleteApplicationAssignmentCommand(input)));
}

function ofApplication(action: string, { application, arn, principalType, principalId }: AssignedPrincipal) {
  const subject = `the assignment of ${principalId} to the application ${application}`;
  const input = { ApplicationArn: arn, PrincipalType: principalType as PrincipalType, PrincipalId: principalId };
  return { call: { action, subject, writes: true }, input };
}

interface SetKey {
  readonly instanceArn: string;
  readonly set: PermissionSetArn;
}

/** Deletes a permission set that has no assignments; one that is gone is deleted. @throws AwsCallError */
export async function deleteSet(
  { ssoAdmin }: Source,
  { instanceArn: InstanceArn, set: PermissionSetArn }: SetKey,
  waiting = WAITING,
): Promise<void> {
  const call = { action: 'sso:DeletePermissionSet', subject: `the permission set ${PermissionSetArn}`, writes: true };
  const command = new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn });
  await unlessGone(againAfterConflicts(() => callAws(call, () => ssoAdmin.send(command)), waiting));
}

/** Gives all accounts that have a permission set its latest version, and waits for it. @throws AwsCallError; Error if it fails */
export async function provisionSet(
  { ssoAdmin }: Source,
  { instanceArn: InstanceArn, set: PermissionSetArn }: SetKey,
  waiting = WAITING,
): Promise<void> {
  const subject = `the permission set ${PermissionSetArn} to its accounts`;
  const call = { action: 'sso:ProvisionPermissionSet', subject, writes: true };
  const TargetType = 'ALL_PROVISIONED_ACCOUNTS';
  const command = new ProvisionPermissionSetCommand({ InstanceArn, PermissionSetArn, TargetType });
  const begun = await againAfterConflicts(() => callAws(call, () => ssoAdmin.send(command)), waiting);
  const id = required(begun.PermissionSetProvisioningStatus?.RequestId, call, 'RequestId');
  const look = { action: 'sso:DescribePermissionSetProvisioningStatus', subject: `the provisioning ${id}` };
  const input = { InstanceArn, ProvisionPermissionSetRequestId: id };
  const question = new DescribePermissionSetProvisioningStatusCommand(input);
  for (let looks = 1; looks <= PROVISIONING_LOOKS; looks += 1) {
    const { PermissionSetProvisioningStatus: status } = await callAws(look, () => ssoAdmin.send(question));
    if (status?.Status === 'SUCCEEDED') return;
    if (status?.Status === 'FAILED') throw new Error(status.FailureReason ?? NO_REASON);
    await waiting.pause(lookSeconds(looks));
  }
  throw new Error('IAM Identity Center has not ended it after twenty minutes');
}

async function againAfterConflicts<Answer>(send: () => Promise<Answer>, waiting: Waiting): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const isConflict = error instanceof AwsCallError && error.fault.name === 'ConflictException';
      if (!isConflict || attempt >= ATTEMPTS) throw error;
      await waiting.pause(backOffSeconds(attempt, waiting.random));
    }
  }
}
