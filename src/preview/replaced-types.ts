import type { HostingDanger } from './hosting/report-types';
import type { ReportPlace } from './report-place';

/** Assignments that are taken away, and how. */
export interface Revocations {
  /** Those that are removed before the stacks change. */
  readonly assignments: number;
  readonly accounts: number;
  /** Rounds that they take at least: so many at once, and one at a time in each account. */
  readonly rounds: number;
  /** Those in place of which others come by the same deployment; they go after these. */
  readonly exchanged: number;
  /** Permission sets that go after their assignments. */
  readonly sets: readonly { readonly name: string; readonly assignments: number }[];
}

/** Something that is replaced, or that CloudFormation can't do in place. */
export interface Replacement {
  readonly kind:
    | 'permission-set-renamed'
    | 'permission-set-moved'
    | 'assignment-moved'
    | 'group-recreated'
    | 'instance-changed'
    | 'stack-abandoned'
    | 'stack-moved'
    | 'resource-replaced'
    | 'emergency-abandoned'
    | HostingDanger;
  readonly subject: string;
  /** Event and what follows from it, in sentences. */
  readonly detail: string;
  /** Deployed assignments that it touches. */
  readonly assignments: number;
  readonly place?: ReportPlace;
}
