import type { Holder } from '../../sections/access/holder';
import type { Place } from '../../source/finding';
import type { AccountState } from '../../source/organization-file';
import type { StackRole } from '../../sections/access/placement/placement';

/** Question of the access that a group or a user has in an account. */
export type Question = ({ readonly group: string } | { readonly user: string }) & {
  /** Id, or exact name. */
  readonly account: string;
  /** @default every permission set */
  readonly permissionSet?: string | undefined;
};

/** Subject of a question. */
export function holderOf(question: Question): Holder {
  return 'user' in question ? { kind: 'user', name: question.user } : { kind: 'group', name: question.group };
}

/** A line of the estate file that plays a part, and which. */
export interface Evidence {
  readonly place: Place;
  readonly text: string;
}

/** A permission set that the holder has in the account. */
export interface GivenSet {
  readonly permissionSet: string;
  /** The grants and their selectors. */
  readonly evidence: readonly Evidence[];
  /** The nested stack in which the assignment lives; absent while it is pending, or the placement file is faulty. */
  readonly shard?: { readonly stack: StackRole; readonly number: number };
}

export type ReasonCode =
  | 'unknown-group'
  | 'unknown-account'
  | 'ambiguous-account'
  | 'unknown-permission-set'
  | 'no-access-section'
  | 'no-grant'
  | 'account-not-active'
  | 'excluded'
  | 'excluded-account'
  | 'management-account'
  | 'selectors-miss';

/** Codes of a question about what does not exist: it has no answer. */
const WRONG: readonly ReasonCode[] = [
  'unknown-group',
  'unknown-account',
  'ambiguous-account',
  'unknown-permission-set',
];

/** Reasons for which a question has no answer; none where it has one. */
export function faultsOf({ reasons }: Pick<Explanation, 'reasons'>): readonly Reason[] {
  return reasons.filter(({ code }) => WRONG.includes(code));
}

/** Reason why there is no access. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface ExplainedAccount {
  readonly id: string;
  readonly name: string;
  readonly state: AccountState;
  /** Path of its OU. */
  readonly ou: string;
}

export interface Explanation {
  readonly question: Question;
  /** Absent where no account, or more than one, is meant. */
  readonly account?: ExplainedAccount;
  readonly given: readonly GivenSet[];
  /** True if the assignments wait for the holder to be synchronized to the Identity Store, or to be in the snapshot. */
  readonly isPending: boolean;
  /** Reasons where nothing is given, the nearest first. */
  readonly reasons: readonly Reason[];
  /** Permission sets that the holder has there besides the one that was asked for. */
  readonly otherSets: readonly string[];
}
