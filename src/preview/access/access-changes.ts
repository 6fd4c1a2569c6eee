import { type Assignment, permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { holderText } from '../../estate/sections/access/holder';
import { compareText } from '../../estate/source/finding';
import { ChangeReasons, type Reason } from './change-reasons';
import { cellKey, type ComparedSide } from '../compared-side';
import { type AssignmentState, type BriefAccounts, briefAccounts, stateOf } from './describe-access';
import type { Places, ReportCause } from '../places';
import type { AccessCounts, Risk } from '../labels';
import { isAdministrator } from '../../estate/sections/access/policy-power';

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

export interface AccessChanges {
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
export function administratorsOf({ estate: { access } }: ComparedSide): ReadonlySet<string> {
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
