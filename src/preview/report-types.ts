import type { Finding } from '../estate/source/finding';
import type { CdkKind } from '../estate/plan/stacks/stacks';
import type { AccessChange } from './access/access-changes';
import type { ApplicationChange, ReportApplication } from './access/applications';
import type {
  ReportAccount,
  ReportAcknowledgement,
  ReportAssignment,
  ReportExclusion,
  ReportGroup,
  ReportLeftOut,
  ReportSet,
  ReportStack,
} from './access/describe-access';
import type { ReportException } from './access/exceptions';
import type { Extent } from './access/extent';
import type { PolicyChange } from './access/policy-view';
import type { Revocations } from './access/revocations';
import type { SetChange } from './access/set-changes';
import type { EmergencyChange } from './emergency/compare-emergency';
import type { EmergencyReport } from './emergency/describe-emergency';
import type { EntraReport } from './entra/describe-programs';
import type { EntraChanges, ReportClouds } from './entra/report-types';
import type { PlacementOutcome } from './facts';
import type { HostingReport } from './hosting/describe-hosting';
import type { HostingChange } from './hosting/hosting-dangers';
import type { AccessCounts } from './labels';
import type { ReportCause } from './places';
import type { Replacement } from './replacement';
import type { StackOperation } from './stacks/stack-operations';

/** Version of `preview.json`. It grows when a field changes its meaning or goes; a new field does not change it. */
export const REPORT_VERSION = 2;

/**
 * The content of `preview.json`, and what every other format is rendered from. Lists have a stable order, and the only date
 * in it is the day of `entra`: the same estate gives the same report on the same day.
 */
export interface Report extends ReportAccess {
  readonly version: typeof REPORT_VERSION;
  readonly estate: string;
  readonly status: 'ok' | 'warnings' | 'errors';
  readonly synthesis: 'synthesized' | 'skipped';
  readonly placement?: { readonly file: string; readonly outcome: PlacementOutcome };
  readonly counts: Counts;
  readonly clouds: ReportClouds;
  /** Sorted by place. */
  readonly findings: readonly Finding[];
  /** Present with `--base`. */
  readonly changes?: Changes;
  /** Present where the estate has a section that a Pulumi program is for, and no errors. */
  readonly entra?: EntraReport;
  /** Present where the estate has a hosting section. */
  readonly hosting?: HostingReport;
  /** Present where the estate has an emergency section whose account is known. */
  readonly emergency?: EmergencyReport;
  /** Stacks that watch over the workforce, and those of the pipeline's roles. */
  readonly serviceStacks: readonly ReportServiceStack[];
}

/** A stack that no other part of the report describes: its section of the estate file says what is in it. */
export interface ReportServiceStack {
  readonly name: string;
  readonly role: CdkKind;
  readonly account: string;
  readonly region: string;
  /** Absent where it was not synthesised. */
  readonly resources?: number | undefined;
}

/** Access section of a report. */
export interface ReportAccess extends ReportExpansion {
  readonly acknowledgements: readonly ReportAcknowledgement[];
  /** Sorted by name. */
  readonly permissionSets: readonly ReportSet[];
}

/** Access of groups to accounts; all of it empty where the access could not be expanded. */
export interface ReportExpansion {
  readonly stacks: readonly ReportStack[];
  /** Sorted by name. */
  readonly groups: readonly ReportGroup[];
  /** Grants to single users, sorted by user; absent where there are none. */
  readonly exceptions?: readonly ReportException[];
  /** Applications of IAM Identity Center, in the order of the file; absent where there are none. */
  readonly applications?: readonly ReportApplication[];
  /** Paths of the root and of all organizational units, sorted. */
  readonly organizationalUnits: readonly string[];
  /** Sorted by OU path, name and id. */
  readonly accounts: readonly ReportAccount[];
  readonly leftOut: readonly ReportLeftOut[];
  /** Absent where the estate excludes no account. */
  readonly excluded?: readonly ReportExclusion[];
  /** Sorted by group, permission set and account id. */
  readonly assignments: readonly ReportAssignment[];
  /** Causes of assignments, which refer to this list by position. */
  readonly causes: readonly ReportCause[];
}

export interface Counts {
  readonly accounts: number;
  readonly groups: number;
  readonly permissionSets: number;
  /** Assignments of groups that exist in the Identity Store. */
  readonly assignments: number;
  /** Assignments that wait for their group to be synchronized. */
  readonly pending: number;
  /** Accounts that a grant names, but that are not active. */
  readonly leftOut: number;
  readonly errors: number;
  readonly warnings: number;
}

/** Differences from the base. */
export interface Changes {
  /** As given to `--base`. */
  readonly revision: string;
  /** Absent where nothing was deployed. */
  readonly commit?: string;
  /** Limits of the comparison, in sentences. */
  readonly notes: readonly string[];
  /** Reason why nothing could be compared. Then there are no counts, and the lists are empty without meaning anything. */
  readonly notCompared?: string;
  /** Absent where nothing could be compared, and where the estate has errors, since what is faulty is left out and would count as lost. */
  readonly counts?: AccessCounts;
  /** Size of the change of access against what passes without a label. Empty where nothing could be compared. */
  readonly extent: readonly Extent[];
  /** The most dangerous first. */
  readonly gained: readonly AccessChange[];
  readonly lost: readonly AccessChange[];
  /** Way in which access is taken away; absent where none is that people have. */
  readonly revocations?: Revocations;
  readonly replacements: readonly Replacement[];
  /** Changed permission sets, those that are widened first. */
  readonly permissionSets: readonly SetChange[];
  /** Changes of what is said of the instance of IAM Identity Center, in sentences; absent where there is none. */
  readonly identityCenter?: readonly string[];
  /** Groups that gain or lose an application; absent where none does. */
  readonly applications?: readonly ApplicationChange[];
  /** Exceptions that get another end or reason, in sentences; absent where there is none. */
  readonly exceptions?: readonly string[];
  /** Changes of what others manage, in sentences; absent where there is none. */
  readonly managedElsewhere?: readonly string[];
  /** Customer-managed policies that come, go or change; absent where none does. */
  readonly policies?: readonly PolicyChange[];
  /** Changes of the attributes for access control, in sentences. */
  readonly attributes: readonly string[];
  /** Stacks that change. */
  readonly operations: readonly StackOperation[];
  /** Resources of the hosting's stacks that change. */
  readonly hosting: readonly HostingChange[];
  /** Changes of who may do what in an emergency; absent where nothing of it changes. */
  readonly emergency?: readonly EmergencyChange[];
  /** Present where either side has a section that a Pulumi program is for. */
  readonly entra?: EntraChanges;
}
