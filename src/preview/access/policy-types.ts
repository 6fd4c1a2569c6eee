import type { Detail } from '../../estate/sections/access/sets/policy-changes';
import type { ReportPlace } from '../report-place';

/** Accounts by id and name, sorted by id. */
export type BriefAccounts = readonly { readonly id: string; readonly name: string }[];

/** A customer-managed policy that comes, goes or changes. */
export interface PolicyChange {
  /** Path and name: `/identity/WorkforceBoundary`. */
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Accounts that the estate brings it to, and did not before. */
  readonly gains: BriefAccounts;
  /** Accounts that it is taken away from. */
  readonly loses: BriefAccounts;
  readonly details: readonly Detail[];
  readonly place: ReportPlace;
}
