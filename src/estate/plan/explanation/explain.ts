import type { EstatePlan } from '../planner';
import { type Holder, holderText, isSameHolder } from '../../sections/access/holder';
import type { StackRole } from '../../sections/access/placement/placement';
import { type AccessPlan, assignmentKey } from '../../sections/access/plan/access-plan';
import { type Assignment, knownGroups } from '../../sections/access/plan/expand';
import { isOfSet } from '../../sections/access/plan/management-copies';
import { AccountFinder, nearMiss } from '../../sections/access/plan/select';
import { describeSelector } from '../../sections/access/grant-schema';
import type { Access, Grant, Selector } from '../../sections/estate';
import { PLACEMENT_FILE } from '../../source/estate-folder';
import { type Finding, formatPlace, hasErrors, type Place } from '../../source/finding';
import type { Account, AccountState, Organization } from '../../source/organization';
import { visible } from '../../source/visible';
import { count } from '../../../text/amounts';
import { quotedList, suggestionOrList, suggestName } from '../../../text/suggest';
import { type FactsOfSet, powerLines, roleText, type SetFacts } from './set-facts';

/** Codes of the schema: an item with such a fault is set aside, and an answer without it could be wrong. */
const SCHEMA_CODES = ['invalid-value', 'missing-key', 'unknown-key'];

/** Errors because of which the plan lacks parts that an answer may depend on. */
export function preventingErrors(plan: EstatePlan): readonly Finding[] {
  const errors = plan.findings.filter((finding) => finding.severity === 'error');
  if (plan.access === undefined) return errors;
  const { file } = plan.placeOf([]);
  const placement = placementFile(plan);
  return errors.filter((finding) =>
    finding.file === file ? SCHEMA_CODES.includes(finding.code) : finding.file !== placement,
  );
}

/** Says what a group has in an account and why, or the nearest reason why not. */
export function explain(plan: EstatePlan, question: Question, factsOf?: FactsOfSet): Explanation {
  const { estate, access } = plan;
  const nothing = { question, given: [], isPending: false, otherSets: [] };
  if (estate.access === undefined || access === undefined) {
    return {
      ...nothing,
      reasons: [reason('no-access-section', 'The estate grants nothing: it has no access section.')],
    };
  }
  const { organization, expansion } = access;
  const accounts = findAccounts(organization, question.account);
  const [account] = accounts;
  const unknown = unknownNames(plan, { ...question, holder: holderOf(question) });
  if (account === undefined || unknown.length > 0) {
    return { ...nothing, ...(accounts.length === 1 && account && { account: summary(account) }), reasons: unknown };
  }
  const asker = holderOf(question);
  const all = expansion.assignments.filter((one) => isSameHolder(one.holder, asker) && one.account === account);
  const asked = all.filter((one) => isOfSet(one, question.permissionSet));
  return {
    question,
    account: summary(account),
    given: asked.map((assignment) => ({
      ...givenSet(plan, access, assignment),
      ...factsOf?.(assignment.permissionSet, account.id),
    })),
    isPending: asked.some((assignment) => assignment.principalId === undefined),
    reasons: asked.length > 0 ? [] : reasonsWhyNot(plan, question, { access: estate.access, organization, account }),
    otherSets: all.filter((one) => !asked.includes(one)).map((one) => one.permissionSet),
  };
}

function summary({ id, name, state, ou }: Account): NonNullable<Explanation['account']> {
  return { id, name, state, ou: ou.path };
}

export function findAccounts(organization: Organization, idOrName: string): readonly Account[] {
  const byId = organization.accountById.get(idOrName);
  return byId === undefined ? organization.accounts.filter(({ name }) => name === idOrName) : [byId];
}

function reason(code: ReasonCode, text: string, evidence: readonly Evidence[] = []): ExplainedReason {
  return { code, text, evidence };
}

/** Names that a question may have. */
export interface AskedNames {
  readonly holder?: Holder | undefined;
  /** Id, or exact name. */
  readonly account?: string | undefined;
  readonly permissionSet?: string | undefined;
}

/** Names of a question that do not exist. */
export function unknownNames(
  plan: EstatePlan,
  { holder, account, permissionSet }: AskedNames,
): readonly ExplainedReason[] {
  const { access } = plan.estate;
  const organization = plan.access?.organization;
  if (access === undefined || organization === undefined) return [];
  const sets = access.permissionSets.map((set) => set.name);
  return [
    ...(holder === undefined ? [] : holderReasons(plan, holder, organization)),
    ...(account === undefined ? [] : accountReasons(account, organization, findAccounts(organization, account))),
    ...(permissionSet === undefined || sets.includes(permissionSet)
      ? []
      : [
          reason(
            'unknown-permission-set',
            `There is no permission set '${permissionSet}' (${suggestionOrList(permissionSet, sets, 'known permission sets')}).`,
          ),
        ]),
  ];
}

/** The estate knows every group, and of users only those that have a grant: another one is wrong if its name is nearly theirs. */
function holderReasons(
  { estate }: EstatePlan,
  { kind, name }: Holder,
  organization: Organization,
): readonly ExplainedReason[] {
  if (kind === 'group') {
    const groups = knownGroups(estate, organization);
    return groups.has(name)
      ? []
      : [reason('unknown-group', `There is no group '${name}' (${suggestionOrList(name, groups, 'known groups')}).`)];
  }
  const grants = [...(estate.access?.grants ?? []), ...(estate.access?.endedGrants ?? [])];
  const users = new Set(grants.flatMap(({ holder }) => (holder.kind === 'user' ? [holder.name] : [])));
  const near = users.has(name) ? undefined : suggestName(name, users);
  return near === undefined ? [] : [reason('unknown-user', `No grant is to user '${name}' (did you mean '${near}'?).`)];
}

function accountReasons(
  given: string,
  organization: Organization,
  accounts: readonly Account[],
): readonly ExplainedReason[] {
  if (accounts.length === 1) return [];
  if (accounts.length > 1) {
    const ids = quotedList(accounts.map(({ id }) => id));
    return [reason('ambiguous-account', `${accounts.length} accounts have the name '${given}': ask by id, ${ids}.`)];
  }
  const isId = /^\d+$/.test(given);
  const known = organization.accounts.map((account) => (isId ? account.id : account.name));
  return [reason('unknown-account', `There is no account '${given}' (${suggestionOrList(given, known, 'accounts')}).`)];
}

interface Known {
  readonly access: Access;
  readonly organization: Organization;
  readonly account: Account;
}

function reasonsWhyNot(plan: EstatePlan, question: Question, known: Known): readonly ExplainedReason[] {
  const { access } = known;
  const { permissionSet } = question;
  const holder = holderOf(question);
  const grants = access.grants.filter((grant) => isSameHolder(grant.holder, holder));
  const asked = grants.filter((grant) => permissionSet === undefined || grant.permissionSets.includes(permissionSet));
  if (asked.length > 0) {
    return asked
      .map((grant) => reasonOfGrant(plan, grant, known))
      .toSorted((a, b) => b.rank - a.rank)
      .map(({ code, text, evidence }) => ({ code, text, evidence }));
  }
  const sets = new Set(grants.flatMap((grant) => grant.permissionSets));
  const whom = holder.kind === 'user' ? `user '${holder.name}'` : `'${holder.name}'`;
  const ended = (access.endedGrants ?? []).some((grant) => isSameHolder(grant.holder, holder));
  const text =
    permissionSet === undefined || grants.length === 0
      ? `No grant is to ${whom}.${ended ? ' One that was has ended.' : ''}`
      : `No grant gives '${permissionSet}' to ${whom}; its grants give ${quotedList(sets)}.`;
  return [reason('no-grant', text)];
}

function givenSet(plan: EstatePlan, access: AccessPlan, assignment: Assignment): GivenSet {
  const evidence = assignment.causes.flatMap(({ grant, selectors }) => evidenceOf(plan, grant, { include: selectors }));
  const shard = findShard(plan, access, assignment);
  const { permissionSet, copyOf } = assignment;
  return { permissionSet, ...(copyOf !== undefined && { copyOf }), evidence, ...(shard && { shard }) };
}

/** Places of a grant, and of some of its selectors. */
export function evidenceOf(
  plan: EstatePlan,
  grant: Grant,
  selectors: Partial<Record<'include' | 'exclude', readonly Selector[]>> = {},
): readonly Evidence[] {
  return [
    { place: plan.placeOf([...grant.at, grant.holder.kind]), text: `grant to ${holderText(grant.holder)}` },
    ...Object.entries(selectors).flatMap(([list, all]) =>
      all.map((selector) => ({ place: plan.placeOf(selector.at), text: `${list} ${describeSelector(selector)}` })),
    ),
  ];
}

/** With a faulty placement file it is not known where an assignment lives. */
function findShard(plan: EstatePlan, access: AccessPlan, assignment: Assignment): GivenSet['shard'] {
  const { principalId } = assignment;
  const faults = plan.findings.filter((finding) => finding.file === placementFile(plan));
  if (principalId === undefined || hasErrors(faults)) return undefined;
  const key = assignmentKey(assignment, principalId);
  const roles: readonly StackRole[] = ['access', 'management'];
  return roles
    .map((stack) => ({ stack, number: access.placement.placement[stack].get(key)?.shard }))
    .find((found): found is NonNullable<GivenSet['shard']> => found.number !== undefined);
}

function placementFile(plan: EstatePlan): string {
  return plan.placeOf([]).file.replace(/[^/]*$/, PLACEMENT_FILE);
}

interface RankedReason extends ExplainedReason {
  /** Nearer reasons rank higher. A selector that misses the account ranks below 1. */
  readonly rank: number;
}

/** Says why a grant gives nothing in an account. */
function reasonOfGrant(plan: EstatePlan, grant: Grant, known: Known): RankedReason {
  const { access, organization, account } = known;
  const finder = new AccountFinder(organization);
  const include = grant.accounts.include.filter((selector) => finder.accountSet(selector).has(account));
  const exclude = grant.accounts.exclude.filter((selector) => finder.excludedSet(selector).has(account));
  if (include.length === 0) return reasonOfMiss(plan, grant, known);
  if (exclude.length > 0) {
    const text = 'The grant includes the account and excludes it again.';
    return { rank: 2, ...reason('excluded', text, evidenceOf(plan, grant, { include, exclude })) };
  }
  const evidence = evidenceOf(plan, grant, { include });
  const left = access.excludedAccounts.find((one) => one.account === account.id);
  if (left !== undefined) {
    const text = `The grant includes the account, but the estate excludes it from every grant: ${left.reason}`;
    const place = { place: plan.placeOf([...left.at, 'account']), text: 'excluded account' };
    return { rank: 2.5, ...reason('excluded-account', text, [...evidence, place]) };
  }
  if (account.state !== 'ACTIVE') {
    const text = `The grant includes the account, but it is ${account.state}: only active accounts are assigned.`;
    return { rank: 3, ...reason('account-not-active', text, evidence) };
  }
  const unknown = grant.permissionSets.filter((name) => !access.permissionSets.some((set) => set.name === name));
  const text = `The grant reaches the account, but its permission sets are not in this estate: ${quotedList(unknown)}.`;
  return { rank: 4, ...reason('unknown-permission-set', text, evidence) };
}

function reasonOfMiss(plan: EstatePlan, grant: Grant, { organization, account }: Known): RankedReason {
  const { accounts, accountById, ous } = organization;
  // Selects as if the management account were an account like the others.
  const finder = new AccountFinder({ accounts, accountById, ous });
  const broad = grant.accounts.include.filter((selector) => finder.accountSet(selector).has(account));
  if (broad.length > 0) {
    const text =
      'It is the management account, which only its id or exact name reaches; the grant has broad selectors.';
    return { rank: 1.5, ...reason('management-account', text, evidenceOf(plan, grant, { include: broad })) };
  }
  const misses = grant.accounts.include.map((selector) => ({ selector, ...nearMiss(selector, account, organization) }));
  const [nearest] = misses.toSorted((a, b) => b.nearness - a.nearness);
  if (nearest === undefined) {
    return { rank: 0, ...reason('selectors-miss', 'The grant has no selector.', evidenceOf(plan, grant)) };
  }
  const text = `No selector of the grant names the account. Nearest is '${describeSelector(nearest.selector)}', but the account ${nearest.text}.`;
  const evidence = evidenceOf(plan, grant, { include: [nearest.selector] });
  return { rank: nearest.nearness, ...reason('selectors-miss', text, evidence) };
}

/** Question of the access that a group or a user has in an account. */
export type Question = ({ readonly group: string } | { readonly user: string }) & {
  /** Id, or exact name. */
  readonly account: string;
  /** @default every permission set */
  readonly permissionSet?: string | undefined;
};

/** Subject of a question. */
function holderOf(question: Question): Holder {
  return 'user' in question ? { kind: 'user', name: question.user } : { kind: 'group', name: question.group };
}

/** A line of the estate file that plays a part, and which. */
export interface Evidence {
  readonly place: Place;
  readonly text: string;
}

/** A permission set that the holder has in the account. */
interface GivenSet extends Partial<SetFacts>, Pick<Assignment, 'permissionSet' | 'copyOf'> {
  /** The grants and their selectors. */
  readonly evidence: readonly Evidence[];
  /** The nested stack in which the assignment lives; absent while it is pending, or the placement file is faulty. */
  readonly shard?: { readonly stack: StackRole; readonly number: number };
}

type ReasonCode =
  | 'unknown-group'
  | 'unknown-user'
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
  'unknown-user',
  'unknown-account',
  'ambiguous-account',
  'unknown-permission-set',
];

/** Reasons for which a question has no answer; none where it has one. */
export function faultsOf({ reasons }: Pick<Explanation, 'reasons'>): readonly ExplainedReason[] {
  return reasons.filter(({ code }) => WRONG.includes(code));
}

/** Reason why there is no access. */
export interface ExplainedReason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

interface ExplainedAccount {
  readonly id: string;
  readonly name: string;
  readonly state: AccountState;
  /** Path of its OU. */
  readonly ou: string;
}

interface Explanation {
  readonly question: Question;
  /** Absent where no account, or more than one, is meant. */
  readonly account?: ExplainedAccount;
  readonly given: readonly GivenSet[];
  /** True if the assignments wait for the holder to be synchronized to the Identity Store, or to be in the snapshot. */
  readonly isPending: boolean;
  /** Reasons where nothing is given, the nearest first. */
  readonly reasons: readonly ExplainedReason[];
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

function setLines({ permissionSet, copyOf, shard, evidence, role, ...facts }: GivenSet): readonly string[] {
  const copy = copyOf === undefined ? '' : `, copy of ${copyOf} for the management account`;
  const where = shard === undefined ? '' : `, in shard ${shard.number} of the ${shard.stack} stack`;
  const more = [...(role === undefined ? [] : [roleText(role)]), ...powerLines(facts)];
  return ['', `${permissionSet}${copy}${where}`, ...evidenceLines(evidence), ...more.map((line) => `  ${line}`)];
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

export function evidenceLines(evidence: readonly Evidence[]): readonly string[] {
  const width = Math.max(0, ...evidence.map(({ place }) => formatPlace(place).length));
  return evidence.map(({ place, text }) => `  ${formatPlace(place).padEnd(width)}  ${text}`);
}
