import type { DeployedProperties } from '../../estate/sections/access/sets/set-properties';
import type { AccountId, ObjectId, PermissionSetArn, PrincipalId } from '../../estate/source/ids';
import type { OrganizationFile } from '../../estate/source/organization';
import type { Reading } from '../reading';

/** A permission set as the service has it. */
export interface DeployedSet extends DeployedProperties {
  readonly arn: PermissionSetArn;
  readonly name: string;
  /** Accounts in which its role is not yet that of the set. */
  readonly outdatedIn: readonly AccountId[];
}

/** Somebody has a permission set in an account. */
export interface DeployedAssignment {
  readonly set: PermissionSetArn;
  readonly account: AccountId;
  readonly principalType: string;
  readonly principalId: PrincipalId;
}

/** An application that the estate declares, as IAM Identity Center has it. */
export interface DeployedApplication {
  readonly arn: string;
  /** False if everybody of the identity store may use it, whoever is assigned. */
  readonly needsAssignment: boolean;
  readonly assignments: readonly ApplicationPrincipal[];
}

/** Somebody who is assigned to an application. */
export interface ApplicationPrincipal {
  readonly principalType: string;
  readonly principalId: PrincipalId;
}

/** An account whose assignments could not be read. */
export interface UnreadAccount {
  readonly account: AccountId;
  /** AWS's answer, in one line. */
  readonly reason: string;
}

/** Groups and users who were asked about, in place of accounts and permission sets. */
export interface AskedPrincipals {
  readonly groups: number;
  readonly users: number;
  /** Users to whom CloudTrail has an assignment since then are among them. */
  readonly since: Reading<Date>;
}

/** Failed attempt at giving accounts the latest version of a permission set. */
export interface FailedProvisioning {
  readonly set: PermissionSetArn;
  /** Absent where it was for all accounts that have the set. */
  readonly account?: AccountId;
  readonly reason: string;
}

/** Maker of an assignment, from CloudTrail. */
export interface AssignmentMaker extends DeployedAssignment {
  /** ARN of the identity, or its kind where CloudTrail has no ARN. */
  readonly by: string;
  readonly at: string;
}

/** Makers of assignments, as far as CloudTrail was read. */
export interface FoundMakers {
  /** The latest first. */
  readonly makers: readonly AssignmentMaker[];
  /** Number of the latest events that were read, where there are more; absent where all of the last 90 days were. */
  readonly readEvents?: number;
  /** Time of the oldest of these, refused attempts included. */
  readonly since?: Date;
}

/** The last that CloudFormation did to a permission set or an assignment, by the events of the estate's stacks. */
export interface StackRecord {
  /** Name of the stack, nested or not. */
  readonly stack: string;
  readonly set: PermissionSetArn;
  /** Absent where the record is of the set itself. */
  readonly assignment?: DeployedAssignment;
  /** `DELETE_FAILED` */
  readonly status: string;
  readonly reason?: string;
}

/** Resources of the estate's access stacks that CloudFormation has not given up, nested stacks included. */
export interface OwnedResources {
  readonly sets: readonly PermissionSetArn[];
  readonly assignments: readonly DeployedAssignment[];
  readonly applications: readonly OwnedApplication[];
  /** Names of the stacks that are in another account than the credentials: their resources are unknown. */
  readonly unread: readonly string[];
}

/** Somebody whom a stack has assigned to an application. */
export interface OwnedApplication extends ApplicationPrincipal {
  /** ARN of the application. */
  readonly arn: string;
}

/** A record of a user or group in the Identity Store. */
export interface StoreRecord {
  readonly id: PrincipalId;
  /** Display name of a group, user name of a user. */
  readonly name: string;
  /** Entra object id that provisioning wrote. Absent where it was made by hand. */
  readonly externalId?: ObjectId;
}

export interface StoreUser extends StoreRecord {
  readonly displayName: string;
  /** Undefined where the service does not tell. */
  readonly isEnabled: boolean | undefined;
}

export interface StoreGroup extends StoreRecord {
  /** The users in it, as far as the area `scim` is asked about. */
  readonly members: readonly PrincipalId[];
}

/** Somebody signed in to the access portal. */
export interface PortalSignIn {
  readonly at: Date;
  /** `EXTERNAL_IDP`, `PASSWORD` and others ('IAM Identity Center sign-in events'). */
  readonly credentialType: string;
}

/** A SCIM token was made or deleted. */
export interface TokenEvent {
  readonly kind: 'made' | 'deleted';
  readonly at: Date;
  /** ARN of the identity. */
  readonly by: string;
}

/** A stack set, and the accounts that have its stack. */
export interface DeployedStackSet {
  readonly name: string;
  readonly instances: readonly StackSetInstance[];
  /** Reason for which a look for drift that was waited for has found nothing out. @default it has, or none was waited for */
  readonly driftUnknown?: string | undefined;
}

/** The stack of a stack set in an account. */
export interface StackSetInstance {
  readonly account: string;
  /** `CURRENT`, `OUTDATED` or `INOPERABLE`. */
  readonly status: string;
  readonly reason?: string;
  /** True if the account was suspended at the last operation. */
  readonly isSkipped: boolean;
  /** True if the last look for drift found some. */
  readonly isDrifted: boolean;
}

/** A policy of the estate in the management account. */
export interface ManagementPolicy {
  readonly arn: string;
  /** Document of the default version; absent where there is no such policy. */
  readonly document?: unknown;
}

/** The instance of IAM Identity Center as its administrators set it up. */
export interface DeployedInstance {
  readonly status: string;
  /** Region in which permission sets are administered; undefined where the service does not tell. */
  readonly primaryRegion: string | undefined;
  /** All Regions that it is in, `ACTIVE`, `ADDING` or `REMOVING`. Empty where the service does not tell. */
  readonly regions: readonly { readonly name: string; readonly status: string }[];
  /**
   * Its encryption: `ENABLED`, or `UPDATING` or `UPDATE_FAILED` where a change of the key is not done. Absent where the service does
   * not tell; without an ARN where AWS owns the key.
   */
  readonly key?: { readonly arn?: string; readonly status: string; readonly reason?: string };
}

/** State at AWS of an estate's access. */
export interface AccessFacts {
  readonly instance: Reading<DeployedInstance>;
  /** Content of a new snapshot. */
  readonly snapshot: Reading<OrganizationFile>;
  readonly permissionSets: Reading<readonly DeployedSet[]>;
  /** Stack sets of the estate's policies; absent where it rolls out none. */
  readonly stackSets?: Reading<readonly DeployedStackSet[]>;
  /** The estate's policies in the management account, by name; absent where it has none there. */
  readonly managementPolicies?: Reading<ReadonlyMap<string, ManagementPolicy>>;
  readonly assignments: Reading<readonly DeployedAssignment[]>;
  /** Those of whom alone the assignments were read. Absent where all were. */
  readonly asked?: AskedPrincipals;
  /** Applications that the estate declares; one that is not there is left out. Absent where the estate has none. */
  readonly applications?: Reading<readonly DeployedApplication[]>;
  /** Accounts of which AWS refused to tell who has what, where that holds up nothing. @default none */
  readonly unread?: readonly UnreadAccount[];
  /** Changes that IAM Identity Center is still making in accounts. */
  readonly underWay?: Reading<number>;
  /** Read only where an account lacks the latest version of a permission set. */
  readonly failedProvisioning?: Reading<readonly FailedProvisioning[]>;
  /** Sources by keys of the attributes for access control. */
  readonly attributes: Reading<Readonly<Record<string, readonly string[]>>>;
  readonly users: Reading<readonly StoreUser[]>;
  readonly groups: Reading<readonly StoreGroup[]>;
  /** Read only where an assignment is not in the estate. */
  readonly makers?: Reading<FoundMakers>;
  /** Read only where an assignment or a permission set is not in the estate. */
  readonly stackRecords?: Reading<readonly StackRecord[]>;
  /** Read only where something differs from the estate. */
  readonly owned?: Reading<OwnedResources>;
  /** The latest, from CloudTrail. */
  readonly signIns: Reading<readonly PortalSignIn[]>;
  /** Times in the last 90 days at which somebody imported a SAML certificate at AWS, from CloudTrail; the latest first. */
  readonly certificateImports: Reading<readonly Date[]>;
  /** Those of the last 90 days, from CloudTrail; the latest first. */
  readonly tokenEvents: Reading<readonly TokenEvent[]>;
}
