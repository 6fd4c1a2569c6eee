import type { Place } from '../estate/source/finding';

/** A line of a file of the estate; with `revision` it is that file at the git revision of `--base`. */
export interface ReportPlace extends Place {
  readonly revision?: string;
}

/** Reason for which a change of access asks for attention. */
export type Risk = 'management-account' | 'administrator' | 'exception';
