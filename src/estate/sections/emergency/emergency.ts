import type { ConditionalAccess, ManagedElsewhere } from '../workforce/conditional-access';
import type { CustomerManagedPolicy, PermissionsBoundary } from '../estate';
import type { Path } from '../../source/finding';
import type { SigningCertificate } from '../workforce/workforce';

/**
 * A way to AWS that does without IAM Identity Center: an identity provider signs people in to one account, from which they
 * switch to roles that are there before they are needed. Source: IAM Identity Center User Guide, 'Set up emergency access to
 * the AWS Management Console'.
 */
export interface Emergency {
  readonly at: Path;
  /** The account that people sign in to, by name or id. */
  readonly account: Placed;
  /** Regions whose sign-in is used, the preferred one first. */
  readonly signInRegions: readonly Placed[];
  /** ISO 8601: how long a sign-in lasts. */
  readonly sessionDuration: string;
  /** SAML metadata of the identity provider, relative to the estate's folder. */
  readonly metadataFile: string;
  /** Absent where the identity provider is another one than Entra ID. */
  readonly application?: EmergencyApplication;
  readonly roles: readonly EmergencyRole[];
  readonly alarms: EmergencyAlarms;
}

/** A text of the estate file and where it stands. */
export interface Placed {
  readonly at: Path;
  readonly text: string;
}

/** The enterprise application in Entra ID, beside the one for IAM Identity Center. */
export interface EmergencyApplication {
  readonly at: Path;
  readonly displayName: string;
  /** The group whose members may sign in. */
  readonly group: Placed;
  readonly members: EmergencyMembers;
  readonly notificationEmails: readonly string[];
  readonly signingCertificates: readonly SigningCertificate[];
  /** Absent where no policy of the estate asks for a second factor. */
  readonly conditionalAccess?: ConditionalAccess;
  readonly signInManagedElsewhere?: ManagedElsewhere;
}

/** Whether the group has its members at all times, or gets them when the emergency is there. */
export type EmergencyMembers = 'standing' | 'onDemand';

/** A role in each of some accounts. */
export interface EmergencyRole {
  readonly at: Path;
  readonly name: string;
  readonly description?: string;
  /** Accounts by name or id. */
  readonly accounts: readonly Placed[];
  /** Names or ARNs of AWS managed policies, as written. */
  readonly managedPolicies: readonly string[];
  readonly customerManagedPolicies: readonly CustomerManagedPolicy[];
  readonly permissionsBoundary?: PermissionsBoundary;
  /** Regions in which it may act; empty where it may in all. */
  readonly regions: readonly Placed[];
}

export interface EmergencyAlarms {
  readonly at: Path;
  readonly emails: readonly string[];
  /** Regions in which uses are listened for besides those of the sign-in. */
  readonly regions: readonly Placed[];
}

export const EMERGENCY_DEFAULTS = {
  sessionDuration: 'PT1H',
  metadataFile: 'emergency-idp-metadata.xml',
  members: 'standing',
} as const;

/** AWS STS API, AssumeRoleWithSAML: 15 minutes at least; a chained role lasts for one hour at most. */
export const EMERGENCY_SESSION_SECONDS = { min: 900, max: 3600 } as const;

/** IAM User Guide, 'Switch from a user to an IAM role (console)': path and name together. */
export const EMERGENCY_ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
export const EMERGENCY_ROLE_DESCRIPTION_LENGTH = 1000;

/** Roles times accounts: the policy of the role that switches names each, in at most 10,240 characters (IAM quotas). */
export const EMERGENCY_TARGETS = 100;

/** IAM API, CreateSAMLProvider takes more than a template: one megabyte. */
export const METADATA_CHARACTERS = { min: 1000, max: 500_000 } as const;

/** IAM's own events come to this Region alone (CloudTrail User Guide, 'Global service events'). */
export const EMERGENCY_HOME_REGION = 'us-east-1';

/** Entity id of AWS in its own SAML metadata: https://signin.aws.amazon.com/static/saml-metadata.xml */
export const AWS_ENTITY_ID = 'urn:amazon:webservices';

/** AWS STS API, AssumeRoleWithSAML: RoleSessionName and SourceIdentity, for which user principal names are taken. */
export const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Names of the attributes that AWS reads (IAM User Guide, 'Configure SAML assertions for the authentication response'). */
export const AWS_ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes';

/** Name of the role that people sign in to, and of the identity provider in IAM: `sandbox-emergency`. */
export function emergencyName(estateName: string): string {
  return `${estateName}-emergency`;
}

/** AWS General Reference, 'AWS Sign-In endpoints': the one of us-east-1 has no Region in its name. */
export function signInUrl(region: string): string {
  return region === EMERGENCY_HOME_REGION
    ? 'https://signin.aws.amazon.com/saml'
    : `https://${region}.signin.aws.amazon.com/saml`;
}
