import type { Detail, Effect } from '../../estate/sections/access/sets/policy-changes';
import type { ReportPlace } from '../report-place';

export interface SetChange {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly effect: Effect;
  /** Assignments of the set at head, with the pending ones. */
  readonly assignments: number;
  /** Those of `assignments` that wait for their group to be synchronized. */
  readonly pending: number;
  readonly place: ReportPlace;
  readonly details: readonly Detail[];
}
