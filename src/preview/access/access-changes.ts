import type { Assignment, Cause } from '../../estate/sections/access/plan/expand';
import { holderText } from '../../estate/sections/access/holder';
import { permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import { ChangeReasons } from './change-reasons';
import type { ComparedSide } from '../compared-side';
import { cellKey } from '../compared-side';
import { briefAccounts, stateOf } from './describe-access';
import type { Places } from '../places';
import type { Risk } from '../report-place';
import type { AccessChange, AccessCounts, AssignmentState, ReportCause, Reason } from '../report-types';
import { isAdministrator } from '../../estate/sections/access/policy-power';

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

interface ExplainedCell {
  readonly assignment: Assignment;
  readonly risks: readonly Risk[];
  readonly reasons: readonly Reason[];
}

/** Joins cells that differ in the account alone: one line for a reader instead of three hundred. */
function groupChanges(
  cells: readonly Assignment[],
  side: ComparedSide,
  reasons: ChangeReasons,
): readonly AccessChange[] {
  const risksOf = riskFinder(side);
  const causes = new CauseKeys(side.places);
  const explained = cells.map((assignment): ExplainedCell => ({
    assignment,
    risks: risksOf(assignment),
    reasons: reasons.explain(assignment),
  }));
  const groups = Map.groupBy(explained, ({ assignment, risks, reasons: why }) => {
    const { holder, permissionSet } = assignment;
    return JSON.stringify([holder, permissionSet, stateOf(assignment), risks, why, causes.keyOf(assignment.causes)]);
  });
  return [...groups.values()].flatMap((group) => joinCells(group, causes)).toSorted(compareChanges);
}

function joinCells(cells: readonly ExplainedCell[], causes: CauseKeys): readonly AccessChange[] {
  const [first] = cells;
  if (first === undefined) return [];
  const { assignment, risks, reasons } = first;
  const accounts: readonly Account[] = cells.map((cell) => cell.assignment.account);
  return [
    {
      group: holderText(assignment.holder),
      permissionSet: assignment.permissionSet,
      state: stateOf(assignment),
      risks,
      accounts: briefAccounts(accounts),
      reasons,
      causes: causes.describe(assignment.causes),
    },
  ];
}

class CauseKeys {
  constructor(private readonly places: Places) {}

  keyOf(causes: readonly Cause[]): string {
    return causes.map(({ grant, selectors }) => [grant, ...selectors].map(({ at }) => at.join('.')).join()).join(';');
  }

  describe(causes: readonly Cause[]): readonly ReportCause[] {
    return causes.map((cause) => this.places.ofCause(cause));
  }
}

function riskFinder({ estate, access }: ComparedSide): (assignment: Assignment) => readonly Risk[] {
  const sets = estate.access === undefined ? [] : [...permissionSetsByName(estate.access).values()];
  const administrators = new Set(
    sets.filter((set) => isAdministrator(set, estate.access?.policies)).map((set) => set.name),
  );
  const managementAccount = access?.organization.managementAccountId;
  return ({ holder, account, permissionSet }) => [
    ...(holder.kind === 'user' ? (['exception'] as const) : []),
    ...(account.id === managementAccount ? (['management-account'] as const) : []),
    ...(administrators.has(permissionSet) ? (['administrator'] as const) : []),
  ];
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
