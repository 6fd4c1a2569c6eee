import { holderText } from '../../estate/sections/access/holder';
import {
  type Assignment,
  exchangeOf,
  holdingsOf,
  permissionSetsByName,
} from '../../estate/sections/access/plan/expand';
import { isAdministrator } from '../../estate/sections/access/policy-power';
import type { Estate } from '../../estate/sections/estate';
import {
  type Bounded,
  BOUNDED,
  boundOf,
  type ChangeLimits,
  DEFAULT_LIMITS,
  MASS_CHANGE_LABEL,
  stricterLimits,
} from '../../estate/sections/pipeline/change-limits';
import { compareText, type Issue } from '../../estate/source/finding';
import type { AbilityChange, AbilityChanges } from './abilities';
import { type ApplicationChange, compareApplications } from './applications';
import { ChangeReasons, type Reason } from './change-reasons';
import { type AssignmentState, type BriefAccounts, briefAccounts, stateOf } from './describe-access';
import { count, formatNumber } from '../../text/amounts';
import { cellKey, type ComparedSide, type Places, type ReportCause } from '../compared-side';
import type { AccessCounts, Risk } from '../labels';
import { ASSIGNMENTS_AT_ONCE } from '../../estate/sections/limits';

/** A group or user gains or loses a permission set in accounts, for one and the same reason. */
export interface AccessChange {
  /** The group; a user who has it as an exception is called one: `user jane@example.com`. */
  readonly group: string;
  readonly permissionSet: string;
  /** `pending`: a gain takes effect as soon as the group is synchronized; a loss is of what never took effect. */
  readonly state: AssignmentState;
  readonly risks: readonly Risk[];
  /** Sorted by id. */
  readonly accounts: BriefAccounts;
  readonly reasons: readonly Reason[];
  /** Grants and selectors that give the access: at head for a gain, at the base for a loss. */
  readonly causes: readonly ReportCause[];
}

interface AccessChanges {
  readonly gained: readonly AccessChange[];
  readonly lost: readonly AccessChange[];
}

/** Compares access: who gains and who loses what, and why. */
export function compareAccess(base: ComparedSide, head: ComparedSide): AccessChanges {
  const before = cellsOf(base);
  const after = cellsOf(head);
  const gains = new ChangeReasons(base, head, 'gained');
  const losses = new ChangeReasons(head, base, 'lost');
  return {
    gained: groupChanges(appeared(before, after), head, gains),
    lost: groupChanges(appeared(after, before), base, losses),
  };
}

/** Counts every assignment that is gained, and marks those that wait for their group. */
export function countChanges({ gained, lost }: AccessChanges): AccessCounts {
  const gainedPending = countIn(gained, 'pending');
  return {
    gained: countIn(gained, 'granted') + gainedPending,
    gainedPending,
    lost: countIn(lost, 'granted'),
    withdrawn: countIn(lost, 'pending'),
  };
}

function countIn(changes: readonly AccessChange[], state: AssignmentState): number {
  return changes.reduce((sum, change) => sum + (change.state === state ? change.accounts.length : 0), 0);
}

type Cells = ReadonlyMap<string, Assignment>;

function cellsOf(side: ComparedSide): Cells {
  return new Map((side.access?.expansion.assignments ?? []).map((assignment) => [cellKey(assignment), assignment]));
}

/**
 * Cells that `there` has more of than `here`: absent, or pending, where `there` has it granted. What is only pending
 * `there` counts if `here` lacks it altogether. A group that was renamed, in the Identity Store and in the estate, is the
 * same principal: it neither gains nor loses.
 */
function appeared(here: Cells, there: Cells): readonly Assignment[] {
  const principals = new Set([...here.values()].map(principalCell));
  return [...there].flatMap(([key, assignment]) => {
    const other = here.get(key);
    if (other === undefined)
      return stateOf(assignment) === 'granted' && principals.has(principalCell(assignment)) ? [] : [assignment];
    return stateOf(other) === 'pending' && stateOf(assignment) === 'granted' ? [assignment] : [];
  });
}

function principalCell({ principalId, permissionSet, account }: Assignment): string {
  return JSON.stringify([principalId, permissionSet, account.id]);
}

/** Joins cells that differ in the account alone: one line for a reader instead of three hundred. */
function groupChanges(
  cells: readonly Assignment[],
  side: ComparedSide,
  reasons: ChangeReasons,
): readonly AccessChange[] {
  const risksOf = riskFinder(side);
  const explained = cells.map((assignment) => ({
    assignment,
    group: holderText(assignment.holder),
    state: stateOf(assignment),
    risks: risksOf(assignment),
    reasons: reasons.explain(assignment),
  }));
  const groups = Map.groupBy(explained, ({ assignment: { permissionSet, causes }, ...shared }) => {
    const places = causes.map(({ grant, selectors }) => [grant, ...selectors].map(({ at }) => at.join('.')));
    return JSON.stringify([permissionSet, shared, places]);
  });
  return [...groups.values()].flatMap(joinCells(side.places)).toSorted(compareChanges);
}

interface ExplainedCell extends Pick<AccessChange, 'group' | 'state' | 'risks' | 'reasons'> {
  readonly assignment: Assignment;
}

function joinCells(places: Places): (cells: readonly ExplainedCell[]) => readonly AccessChange[] {
  return (cells) =>
    cells.slice(0, 1).map(({ assignment: { permissionSet, causes }, group, state, risks, reasons }) => ({
      group,
      permissionSet,
      state,
      risks,
      accounts: briefAccounts(cells.map(({ assignment }) => assignment.account)),
      reasons,
      causes: causes.map((cause) => places.ofCause(cause)),
    }));
}

function riskFinder(side: ComparedSide): (assignment: Assignment) => readonly Risk[] {
  const administrators = administratorsOf(side);
  const managementAccount = side.access?.organization.managementAccountId;
  return ({ holder, account, permissionSet }) => [
    ...(holder.kind === 'user' ? (['exception'] as const) : []),
    ...(account.id === managementAccount ? (['management-account'] as const) : []),
    ...(administrators.has(permissionSet) ? (['administrator'] as const) : []),
  ];
}

/** Names of the sets that allow everything, or may give themselves everything. */
function administratorsOf({ estate: { access } }: ComparedSide): ReadonlySet<string> {
  const sets = access === undefined ? [] : [...permissionSetsByName(access).values()];
  return new Set(sets.filter((set) => isAdministrator(set, access?.policies)).map(({ name }) => name));
}

const WEIGHTS: Readonly<Record<Risk, number>> = { 'management-account': 4, administrator: 2, exception: 1 };
const ORDER: Readonly<Record<AssignmentState, number>> = { granted: 0, pending: 1 };

function compareChanges(a: AccessChange, b: AccessChange): number {
  return (
    weightOf(b) - weightOf(a) ||
    ORDER[a.state] - ORDER[b.state] ||
    compareText(a.group, b.group) ||
    compareText(a.permissionSet, b.permissionSet) ||
    compareText(a.accounts[0]?.id ?? '', b.accounts[0]?.id ?? '')
  );
}

function weightOf(change: AccessChange): number {
  return change.risks.reduce((sum, risk) => sum + WEIGHTS[risk], 0);
}

/** Size of a change of access of one kind. */
export interface Extent {
  readonly of: Bounded;
  readonly assignments: number;
  /** Assignments before the change, pending ones too. */
  readonly before: number;
  /** Assignments that may change without a label, by the limit's number and share. */
  readonly bound: number;
  readonly isExceeded: boolean;
}

/** Size of a change of access, that of applications too. Whatever caused it counts: a moved account or a changed tag as much as a line of the file. */
export function extentOf(base: ComparedSide, head: ComparedSide, access: MeasuredChanges): readonly Extent[] {
  const before = (base.access?.expansion.assignments.length ?? 0) + (base.access?.applications.length ?? 0);
  const limits = limitsOf(base, head);
  const { gained, lost } = countChanges(access);
  const applications = compareApplications(base, head);
  const moved = (kind: ApplicationChange['kind']): number =>
    applications.filter((one) => one.kind === kind && (kind === 'gained' || !one.isPending)).length;
  const counts: Readonly<Record<Bounded, number>> = {
    lost: lost + moved('lost'),
    gained: gained + moved('gained'),
    // A set can become one by its boundary alone.
    administrators: Math.max(gainedBy(access.gained) + raised(base, head), administratorsIn(access.abilities)),
    waysUp: accountsIn(access.abilities, ({ opensWay }) => opensWay),
  };
  return BOUNDED.map((of) => {
    const bound = boundOf(limits[of], before);
    return { of, assignments: counts[of], before, bound, isExceeded: counts[of] > bound };
  });
}

interface MeasuredChanges extends AccessChanges {
  /** @default nobody may do more or less */
  readonly abilities?: AbilityChanges | undefined;
}

function administratorsIn(abilities: AbilityChanges | undefined): number {
  return accountsIn(abilities, ({ ability }) => abilities?.abilities[ability]?.isEverything === true);
}

function accountsIn(abilities: AbilityChanges | undefined, isMeant: (change: AbilityChange) => boolean): number {
  return (abilities?.changes ?? []).filter(isMeant).reduce((sum, { accounts }) => sum + accounts.length, 0);
}

/** Warnings of a change that is larger than what passes without a label. */
export function extentIssues(extent: readonly Extent[], { pipeline }: Pick<Estate, 'pipeline'>): readonly Issue[] {
  return extent
    .filter(({ isExceeded }) => isExceeded)
    .map((one) => ({
      severity: 'warning',
      code: 'mass-change',
      at: pipeline === undefined ? [] : [...pipeline.at, 'limits', one.of],
      problem: `the change is a large one: ${extentText(one)}`,
      allowed: `a pull request with the label ${MASS_CHANGE_LABEL}, or several smaller ones`,
    }));
}

/** An estate that is new has no limits of before. */
function limitsOf(base: ComparedSide, head: ComparedSide): ChangeLimits {
  const [earlier, own] = [base.estate.pipeline?.limits, head.estate.pipeline?.limits];
  if (base.access === undefined && earlier === undefined) return own ?? DEFAULT_LIMITS;
  return stricterLimits(earlier ?? DEFAULT_LIMITS, own ?? DEFAULT_LIMITS);
}

function gainedBy(changes: readonly AccessChange[]): number {
  return changes
    .filter(({ risks }) => risks.includes('administrator'))
    .reduce((sum, { accounts }) => sum + accounts.length, 0);
}

/** Assignments that stay, of sets that were no administrators before. */
function raised(base: ComparedSide, head: ComparedSide): number {
  const [earlier, now] = [administratorsOf(base), administratorsOf(head)];
  const kept = new Set(base.access?.expansion.assignments.map(cellKey));
  return (head.access?.expansion.assignments ?? []).filter(
    (assignment) =>
      now.has(assignment.permissionSet) && !earlier.has(assignment.permissionSet) && kept.has(cellKey(assignment)),
  ).length;
}

const EXTENT_WORDS: Readonly<Record<Bounded, string>> = {
  lost: 'lost',
  gained: 'gained',
  administrators: 'of administrators added',
  waysUp: 'that make an administrator, or open a way up to one',
};

/** `120 assignments lost (15 % of 800); pipeline.limits.lost allows 100`. */
export function extentText({ of, assignments, before, bound }: Extent): string {
  const share = before === 0 ? '' : ` (${percent(assignments, before)} of ${formatNumber(before)})`;
  return `${count(assignments, 'assignment')} ${EXTENT_WORDS[of]}${share}; pipeline.limits.${of} allows ${formatNumber(bound)}`;
}

/** With one decimal place below ten percent. */
function percent(part: number, whole: number): string {
  const share = (part * 100) / whole;
  return `${share < 10 ? String(Math.round(share * 10) / 10) : formatNumber(Math.round(share))} %`;
}

/** Assignments that are taken away, and how. */
export type Revocations = NonNullable<ReturnType<typeof revocationsOf>>;

/** Way in which a deployment takes access away that people have; undefined where none leaves. */
export function revocationsOf(base: ComparedSide, head: ComparedSide) {
  const before = deployableOf(base);
  const after = deployableOf(head);
  const leaving = [...before].flatMap(([key, assignment]) => (after.has(key) ? [] : [assignment]));
  if (leaving.length === 0) return undefined;
  const gains = [...after].flatMap(([key, assignment]) => (before.has(key) ? [] : [assignment]));
  const isExchanged = exchangeOf({
    before: holdingsOf([...before.values()]),
    after: holdingsOf([...after.values()]),
    gains: holdingsOf(gains),
  });
  const losses = leaving.filter((one) => !holdingsOf([one]).some(isExchanged));
  const perAccount = Map.groupBy(losses, ({ account }) => account.id);
  const longest = Math.max(0, ...[...perAccount.values()].map(({ length }) => length));
  return {
    /** Those that are removed before the stacks change. */
    assignments: losses.length,
    accounts: perAccount.size,
    /** Rounds that they take at least: so many at once, and one at a time in each account. */
    rounds: Math.max(Math.ceil(losses.length / ASSIGNMENTS_AT_ONCE), longest),
    /** Those in place of which others come by the same deployment; they go after these. */
    exchanged: leaving.length - losses.length,
    sets: setsOf(leaving, head),
  };
}

function deployableOf({ access }: ComparedSide): ReadonlyMap<string, Assignment> {
  const all = (access?.expansion.assignments ?? []).filter(({ principalId }) => principalId !== undefined);
  return new Map(all.map((one) => [JSON.stringify([one.principalId, one.permissionSet, one.account.id]), one]));
}

/** Permission sets that go too, with their assignments. */
function setsOf(leaving: readonly Assignment[], { estate }: ComparedSide) {
  const kept = new Set((estate.access?.permissionSets ?? []).map(({ name }) => name));
  return [...Map.groupBy(leaving, ({ permissionSet }) => permissionSet)]
    .filter(([name]) => !kept.has(name))
    .map(([name, { length }]) => ({ name, assignments: length }))
    .toSorted((a, b) => compareText(a.name, b.name));
}
