import type { ReportedProperties } from '../estate/sections/access/sets/set-properties';
import type { Finding } from '../estate/source/finding';
import type { EntraChanges, EntraReport, ReportClouds } from './entra/report-types';
import type { EmergencyChange, EmergencyReport } from './emergency/report-types';
import type { HostingChange, HostingReport } from './hosting/report-types';
import type { Extent } from './access/extent-types';
import type { PlacementOutcome } from './facts';
import type { ReportPlace, Risk } from './report-place';
import type { ApplicationChange, ReportApplication } from './access/application-types';
import type { ReportException } from './access/exception-types';
import type { PolicyChange } from './access/policy-types';
import type { SetChange } from './access/set-types';
import type { Replacement, Revocations } from './replaced-types';
import type { ReportServiceStack, ReportStack, StackOperation } from './stacks/stack-types';

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

/** A grant and those of its selectors that name the account. */
export interface ReportCause {
  readonly grant: ReportPlace;
  readonly selectors: readonly { readonly place: ReportPlace; readonly text: string }[];
}

export type AssignmentState =
  | 'granted'
  /** The group is not in the Identity Store yet. */
  | 'pending';

export interface ReportAssignment {
  /** The group; a user who has it as an exception is called one: `user jane@example.com`. */
  readonly group: string;
  readonly permissionSet: string;
  /** Twelve digits. */
  readonly account: string;
  readonly state: AssignmentState;
  /** Positions in `causes`. */
  readonly causes: readonly number[];
}

export interface ReportAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: string;
  readonly ou: string;
  /** `key=value`, sorted. */
  readonly tags: readonly string[];
  readonly isManagement: boolean;
}

export interface ReportGroup {
  readonly name: string;
  /** Identity Store id; absent while the group is not synchronized. */
  readonly id?: string;
  /** Sorted by name. */
  readonly permissionSets: readonly { readonly name: string; readonly accounts: number }[];
  /** Accounts that the group reaches with any set. */
  readonly accounts: number;
  readonly reachesManagement: boolean;
}

export interface ReportSet extends ReportedProperties {
  readonly name: string;
  readonly place: ReportPlace;
  /** True if it allows everything, or may give itself everything. */
  readonly isAdministrator: boolean;
  /** Grants and their places, in the order of the file. */
  readonly grants: readonly { readonly group: string; readonly place: ReportPlace; readonly accounts: number }[];
}

export interface ReportLeftOut {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly group: string;
  readonly place: ReportPlace;
}

/** An account that the estate takes out of every grant. */
export interface ReportExclusion {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  /** Groups whose grants name the account. */
  readonly groups: readonly string[];
  readonly place: ReportPlace;
}

export interface ReportAcknowledgement {
  readonly rule: string;
  readonly reason: string;
  /** `permission set SecurityAdmin`, `grant to Auditors` */
  readonly subject: string;
  readonly place: ReportPlace;
  /** True if the base lacks it. Absent without `--base`. */
  readonly isNew?: boolean;
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
  /** Absent where nothing could be compared. */
  /** Absent too where the estate has errors, since what is faulty is left out and would count as lost. */
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

/** Assignments in `gained` and `lost`. */
export interface AccessCounts {
  /** All of `gained`, with those of groups that are not synchronized yet. */
  readonly gained: number;
  /** Those of `gained` that take effect as soon as their group is synchronized. */
  readonly gainedPending: number;
  /** Those of `lost` that people have. */
  readonly lost: number;
  /** Those of `lost` that were pending: the group was never synchronized, so no person had them. */
  readonly withdrawn: number;
}

/** A group or user gains or loses a permission set in accounts, for one and the same reason. */
export interface AccessChange {
  /** The group; a user who has it as an exception is called one: `user jane@example.com`. */
  readonly group: string;
  readonly permissionSet: string;
  /** `pending`: a gain takes effect as soon as the group is synchronized; a loss is of what never took effect. */
  readonly state: AssignmentState;
  readonly risks: readonly Risk[];
  /** Sorted by id. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  readonly reasons: readonly Reason[];
  /** Grants and selectors that give the access: at head for a gain, at the base for a loss. */
  readonly causes: readonly ReportCause[];
}

/** Cause of a change. */
export interface Reason {
  /** Stable, kebab-case: `grant-added`, `account-moved`, … */
  readonly code: string;
  readonly text: string;
  /** The line that did it, where there is one beyond the causes. */
  readonly place?: ReportPlace;
}
