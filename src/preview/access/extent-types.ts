import type { Bounded } from '../../estate/sections/pipeline/change-limits';

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
