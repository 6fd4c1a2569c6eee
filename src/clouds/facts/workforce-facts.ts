import type { JobStatus } from '../../../provider/synchronization/job';
import type { GroupValues, UserValues } from '../../estate/records/group-properties';
import type { ClientId, ObjectId } from '../../estate/source/ids';
import type { SamlMetadata } from '../../estate/source/saml-metadata';
import type { Reading } from '../reading';
import type { ApplicationTrust, ClaimsPolicy, SamlApplication } from './trust-facts';

/** Entra's federation metadata, as IAM Identity Center reads it. */
export interface FederationMetadata extends SamlMetadata {
  readonly url: string;
}

export interface DirectoryUser extends UserValues {
  readonly id: ObjectId;
}

/** A group of Entra ID, with those who may put anybody in. */
export interface DirectoryGroup extends GroupValues {
  readonly id: ObjectId;
  /** User principal names, sorted. */
  readonly owners: readonly string[];
  /** Names of the applications that own it, sorted. */
  readonly owningApplications: readonly string[];
}

/** A group that is assigned to the application. */
export interface AssignedGroup {
  readonly id: ObjectId;
  readonly name: string;
  /** Direct members: provisioning knows no others. */
  readonly users: readonly DirectoryUser[];
  /** Names of the groups in it. */
  readonly nested: readonly string[];
}

/** Groups and people that are assigned to the application, and so provisioned. */
export interface Assigned {
  readonly groups: readonly AssignedGroup[];
  /** People who are assigned by themselves. */
  readonly users: readonly DirectoryUser[];
}

/** An assignment to an application. */
export interface RoleAssignment {
  readonly id: string;
  readonly principalType: string;
  readonly principalId: ObjectId;
  readonly principalName: string;
  readonly roleId: string;
}

export interface ProvisioningJob extends JobStatus {
  readonly id: string;
  readonly templateId: string;
  /** End of its last successful cycle; undefined before the first. */
  readonly lastSuccess: Date | undefined;
}

/** An attribute of users that provisioning writes. */
export interface UserMapping {
  readonly target: string;
  /** Expression: `[objectId]`. */
  readonly source: string;
  /** The attribute of the directory. @default it comes from an expression or a constant */
  readonly attribute?: string | undefined;
}

/** Every setting of a Conditional Access policy that says something, by its place: `conditions.users.excludeGroups`. */
export type PolicySettings = Readonly<Record<string, readonly string[]>>;

/** A Conditional Access policy. */
export interface SignInPolicy {
  readonly id: string;
  readonly name: string;
  readonly settings: PolicySettings;
  readonly isEnforced: boolean;
  /** Client ids, or `All`. */
  readonly applications: readonly string[];
  readonly excludedApplications: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly excludedGroups: readonly string[];
  readonly excludedUsers: readonly string[];
  readonly asksForMfa: boolean;
  /** Other controls that it asks for: `block`, `compliantDevice` and others. */
  readonly otherControls: readonly string[];
  /** Reasons why it does not always ask everyone whom it includes, as ends of a sentence about it. */
  readonly exceptions: readonly string[];
}

/** Groups and people that policies name. */
export interface NamedObjects {
  /** All groups of a display name, by the names that the estate has. */
  readonly groups: ReadonlyMap<string, readonly ObjectId[]>;
  /** Names of groups and people that policies leave out, by object id; an id that could not be read is absent. */
  readonly names: ReadonlyMap<string, string>;
  /** Object ids of the direct members of the groups that policies leave out. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Resources that the stack of the workforce program remembers. */
export interface MadeByPulumi {
  /** The AWS application; undefined before the first deployment. */
  readonly applicationId: ClientId | undefined;
  /** SHA-1 of each signing certificate, upper-case hex, by name. */
  readonly certificates: ReadonlyMap<string, string>;
  /** By display name. */
  readonly groups: ReadonlyMap<string, ObjectId>;
}

/** State in Entra ID of an enterprise application that signs people in by SAML. */
export interface SamlFacts {
  /** `undefined` where there is no such application. */
  readonly application: Reading<SamlApplication | undefined>;
  readonly trust: ApplicationTrust;
  readonly claims: Reading<readonly ClaimsPolicy[]>;
  readonly assigned: Reading<Assigned>;
  readonly signInPolicies: Reading<readonly SignInPolicy[]>;
  readonly named: Reading<NamedObjects>;
}

/** State in Entra ID of an estate's way to AWS. */
export interface WorkforceFacts extends SamlFacts {
  readonly metadata: Reading<FederationMetadata>;
  /** Answer of the sign-in page to a SAML request of IAM Identity Center: a code of Entra ID, or undefined if it asks who signs in. */
  readonly signInError: Reading<string | undefined>;
  /** Those that are assigned, by object id. */
  readonly groups: Reading<ReadonlyMap<ObjectId, DirectoryGroup>>;
  readonly jobs: Reading<readonly ProvisioningJob[]>;
  readonly userMappings: Reading<readonly UserMapping[]>;
}
