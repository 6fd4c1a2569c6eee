import { type Holder, holderText } from '../../sections/access/holder';
import type { StackRole } from '../../sections/access/placement/placement';
import { formatPlace, type Place } from '../../source/finding';
import type { AccountState } from '../../source/organization';
import { visible } from '../../source/visible';

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

/** An explanation for people: what is given and by which lines, or the nearest reason why not. */
export function explanationText(explanation: Explanation): string {
  const parts = explanation.given.length > 0 ? givenLines(explanation) : reasonLines(explanation);
  return `${[headline(explanation), ...parts].map(visible).join('\n')}\n`;
}

function headline({ question, account, given }: Explanation): string {
  const where =
    account === undefined
      ? question.account
      : `${account.name} (${account.id}, ${account.ou}${account.state === 'ACTIVE' ? '' : `, ${account.state}`})`;
  const what = question.permissionSet ?? 'access';
  if (given.length === 0) return `${holderText(holderOf(question))} has no ${what} in ${where}.`;
  return `${holderText(holderOf(question))} has ${count(given.length, 'permission set')} in ${where}.`;
}

const PENDING = {
  group: 'the group is not synchronized to the Identity Store yet',
  user: 'organization.json does not have the user, or the Identity Store did not when it was read',
} as const;

function givenLines({ question, given, isPending, otherSets }: Explanation): readonly string[] {
  const pending = isPending ? ['', `Pending: ${PENDING[holderOf(question).kind]}, so nothing is deployed.`] : [];
  return [...pending, ...given.flatMap(setLines), ...otherLines(otherSets)];
}

function setLines({ permissionSet, shard, evidence }: GivenSet): readonly string[] {
  const where = shard === undefined ? '' : `, in shard ${shard.number} of the ${shard.stack} stack`;
  return ['', `${permissionSet}${where}`, ...evidenceLines(evidence)];
}

function reasonLines({ question, reasons, otherSets }: Explanation): readonly string[] {
  const [nearest, ...others] = reasons;
  const more =
    others.length === 0
      ? []
      : [
          '',
          `${count(others.length, 'other grant')} to the ${holderOf(question).kind} give${others.length === 1 ? 's' : ''} nothing there either:`,
        ];
  return [
    ...(nearest === undefined ? [] : ['', nearest.text, ...evidenceLines(nearest.evidence)]),
    ...more,
    ...others.flatMap(({ evidence }) => evidenceLines(evidence.slice(0, 1))),
    ...otherLines(otherSets),
  ];
}

function otherLines(otherSets: readonly string[]): readonly string[] {
  return otherSets.length === 0 ? [] : ['', `It has there: ${otherSets.join(', ')}.`];
}

function evidenceLines(evidence: readonly Evidence[]): readonly string[] {
  const width = Math.max(0, ...evidence.map(({ place }) => formatPlace(place).length));
  return evidence.map(({ place, text }) => `  ${formatPlace(place).padEnd(width)}  ${text}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
