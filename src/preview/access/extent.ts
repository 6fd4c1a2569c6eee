import {
  type Bounded,
  BOUNDED,
  boundOf,
  type ChangeLimits,
  DEFAULT_LIMITS,
  MASS_CHANGE_LABEL,
  stricterLimits,
} from '../../estate/sections/pipeline/change-limits';
import type { Estate } from '../../estate/sections/estate';
import type { Issue } from '../../estate/source/finding';
import { cellKey, type ComparedSide } from '../compared-side';
import { count, formatNumber } from '../blocks/text';
import { type AccessChange, type AccessChanges, administratorsOf, countChanges } from './access-changes';
import { type ApplicationChange, compareApplications } from './applications';

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
export function extentOf(base: ComparedSide, head: ComparedSide, access: AccessChanges): readonly Extent[] {
  const before = (base.access?.expansion.assignments.length ?? 0) + (base.access?.applications.length ?? 0);
  const limits = limitsOf(base, head);
  const { gained, lost } = countChanges(access);
  const applications = compareApplications(base, head);
  const moved = (kind: ApplicationChange['kind']): number =>
    applications.filter((one) => one.kind === kind && (kind === 'gained' || !one.isPending)).length;
  const counts: Readonly<Record<Bounded, number>> = {
    lost: lost + moved('lost'),
    gained: gained + moved('gained'),
    administrators: gainedBy(access.gained) + raised(base, head),
  };
  return BOUNDED.map((of) => {
    const bound = boundOf(limits[of], before);
    return { of, assignments: counts[of], before, bound, isExceeded: counts[of] > bound };
  });
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
