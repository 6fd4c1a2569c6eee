import type { ReportPlace } from '../report-place';

/** A grant to a single user. */
export interface ReportException {
  readonly user: string;
  readonly reason: string;
  /** Last day. */
  readonly until: string;
  /** True once the last day is over: then it gives nothing. */
  readonly hasEnded: boolean;
  /** True while the snapshot does not have the user. */
  readonly isPending: boolean;
  readonly permissionSets: readonly string[];
  /** Accounts in which it gives them, sorted by id. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly place: ReportPlace;
}
