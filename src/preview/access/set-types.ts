import type { ReportPlace } from '../report-place';

/** `either`: wider in one respect and narrower in another, or not to be known from here. */
export type Effect = 'widened' | 'narrowed' | 'either' | 'neutral';

export interface SetChange {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly effect: Effect;
  /** Assignments of the set at head, with the pending ones. */
  readonly assignments: number;
  /** Those of `assignments` that wait for their group to be synchronized. */
  readonly pending: number;
  readonly place: ReportPlace;
  readonly details: readonly { readonly effect: Effect; readonly text: string }[];
}
