import pMap from 'p-map';
import { ASSIGNMENTS_AT_ONCE } from '../../../estate/sections/limits';
import type { AccountId } from '../../../estate/source/ids';
import type { DeployedAssignment } from '../../facts/access-facts';
import { AwsCallError } from '../aws-call';
import { isKeyFault } from '../key-fault';
import type { AwsSource } from '../aws-source';
import { AssignmentCalls, type Change } from './assignment-calls';
import { backOffSeconds, lookSeconds, type Waiting, WAITING } from './back-off';

/** Attempts at one assignment that is refused, as for a conflict: some four minutes in all. */
const ATTEMPTS = 12;
/** Attempts at one whose operation begins and then fails: that is mostly the account's own fault, and stays. */
const FAILED_ATTEMPTS = 3;
/** Looks at one operation: some ten minutes. */
const LOOKS = 120;

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
  source: Pick<AwsSource, 'ssoAdmin'>,
  assignments: readonly DeployedAssignment[],
  options: ChangeOptions,
): Promise<void> {
  const changer = new Changer(new AssignmentCalls(source.ssoAdmin, options.instanceArn, options.change), options);
  const accounts = Map.groupBy(assignments, ({ account }) => account);
  await pMap(accounts.values(), (all) => changer.changeInTurn(all), { concurrency: ASSIGNMENTS_AT_ONCE });
}

class Changer {
  private readonly waiting: Waiting;

  constructor(
    private readonly calls: AssignmentCalls,
    private readonly options: ChangeOptions,
  ) {
    this.waiting = options.waiting ?? WAITING;
  }

  async changeInTurn(assignments: readonly DeployedAssignment[]): Promise<void> {
    for (const one of assignments) this.options.onResult(one, await this.change(one));
  }

  private async change(one: DeployedAssignment): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await this.attempt(one);
      if (tried.outcome !== 'again') return tried;
      if (attempt >= tried.attempts) {
        return { outcome: 'failed', reason: `${tried.reason} (after ${attempt} attempts)` };
      }
      await this.waiting.pause(backOffSeconds(attempt, this.waiting.random));
    }
  }

  private async attempt(one: DeployedAssignment): Promise<Tried> {
    try {
      if (await this.calls.isDone(one)) return { outcome: 'already' };
      return await this.ended(await this.calls.start(one), one);
    } catch (error) {
      return this.judge(error, one);
    }
  }

  /** Waits for an operation. */
  private async ended(requestId: string, one: DeployedAssignment): Promise<Tried> {
    for (let look = 1; look <= LOOKS; look += 1) {
      const { status, reason = 'IAM Identity Center gives no reason' } = await this.calls.look(requestId, one);
      if (status === 'SUCCEEDED') return { outcome: 'done' };
      if (status === 'FAILED') return { outcome: 'again', attempts: FAILED_ATTEMPTS, reason };
      await this.waiting.pause(lookSeconds(look));
    }
    return { outcome: 'failed', reason: 'IAM Identity Center has not ended it after ten minutes' };
  }

  private judge(error: unknown, { account }: DeployedAssignment): Tried {
    if (!(error instanceof AwsCallError) || isKeyFault(error.fault)) throw error;
    const { name, message } = error.fault;
    if (AGAIN.has(name)) return { outcome: 'again', attempts: ATTEMPTS, reason: `${name}: ${message}` };
    // The account, the set or the principal is gone, and with it the assignment.
    if (name === 'ResourceNotFoundException' && this.options.change === 'delete') return { outcome: 'already' };
    if (OF_THIS_ONE.has(name)) return { outcome: 'failed', reason: `${name}: ${message}` };
    if (name === 'AccessDeniedException' && this.options.mayBeRefusedIn?.(account) === true) return { outcome: 'left' };
    throw error;
  }
}

/** Faults that pass. The SDK itself has tried ten times where it was throttled. */
const AGAIN = new Set(['ConflictException', 'ThrottlingException', 'InternalServerException']);
/** Faults that are of one assignment, and say nothing of the others. */
const OF_THIS_ONE = new Set(['ResourceNotFoundException', 'ValidationException', 'ServiceQuotaExceededException']);
