import type { ReportPlace } from '../report-place';

/** An application of IAM Identity Center, and the groups that may use it. */
export interface ReportApplication {
  readonly name: string;
  readonly arn: string;
  /** Sorted by name. */
  readonly groups: readonly { readonly name: string; readonly isPending: boolean }[];
  readonly place: ReportPlace;
}

/** A group gains or loses an application. */
export interface ApplicationChange {
  readonly kind: 'gained' | 'lost';
  readonly application: string;
  readonly group: string;
  /** True if the group is not in the Identity Store: a gain takes effect once it is, a loss is of what never took effect. */
  readonly isPending: boolean;
  readonly place: ReportPlace;
}
