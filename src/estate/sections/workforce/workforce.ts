import type { ConditionalAccess, ManagedElsewhere } from './conditional-access';
import type { Path } from '../../source/finding';
import type { Leavers } from '../leavers/leavers';

/** The organization's own people: their groups in Entra ID, and the application that takes them to AWS. */
export interface Workforce {
  /** The Entra tenant. Needed for the AWS application. */
  readonly tenantId?: string;
  readonly groups: readonly WorkforceGroup[];
  readonly awsApplication?: AwsApplication;
  /** Absent where nothing watches. */
  readonly alarms?: WorkforceAlarms;
  /** Absent where nothing is done about people who have left. */
  readonly leavers?: Leavers;
}

/** Who is told of what needs a person. */
export interface WorkforceAlarms {
  readonly at: Path;
  readonly emails: readonly string[];
}

/** A group of the organization's own people. */
export interface WorkforceGroup {
  readonly at: Path;
  /** Display name, the same in Entra ID and, once synchronized, in the Identity Store. */
  readonly name: string;
  readonly description?: string;
  /** Whether the group exists already and is only looked up. */
  readonly adopt: boolean;
}

/** The enterprise application for AWS IAM Identity Center. */
export interface AwsApplication {
  readonly at: Path;
  readonly displayName: string;
  /** Whether it is made from the gallery's template for AWS IAM Identity Center, or from the non-gallery one. */
  readonly template: 'gallery' | 'non-gallery';
  readonly saml: SamlSettings;
  /** Names of the groups that are assigned to the application, and so provisioned. */
  readonly assignedGroups: readonly AssignedGroup[];
  /** Absent where users and groups are not provisioned by SCIM. */
  readonly scim?: ScimSettings;
  /** What people must give to sign in. Absent where no policy of the estate says so. */
  readonly conditionalAccess?: ConditionalAccess;
  /** Set where a policy outside of the estate covers the application. */
  readonly signInManagedElsewhere?: ManagedElsewhere;
}

export interface AssignedGroup {
  readonly at: Path;
  readonly name: string;
}

export interface SamlSettings {
  readonly at: Path;
  /** Identity Center's issuer URL: `https://<region>.signin.aws.amazon.com/platform/saml/<directory id>`. */
  readonly identifier: string;
  /** Identity Center's ACS URL: `https://<region>.signin.aws.amazon.com/platform/saml/acs/<id>`. */
  readonly replyUrl: string;
  /** The AWS access portal: `https://d-1234567890.awsapps.com/start`. */
  readonly signOnUrl: string;
  /** Which attribute becomes the NameID; it must be what provisioning writes as AWS user name. */
  readonly nameId: 'userPrincipalName' | 'mail';
  /** Who is told before a signing certificate expires. */
  readonly notificationEmails: readonly string[];
  /** Certificates with overlap; the one with the latest `activeFrom` that has come signs. */
  readonly signingCertificates: readonly SigningCertificate[];
}

/** A certificate that signs SAML answers. */
export interface SigningCertificate {
  readonly at: Path;
  /** Subject without `CN=`; unique in the application. */
  readonly name: string;
  /** Day in UTC on which it begins to sign. */
  readonly activeFrom: string;
  /** Day in UTC on which it ends; at most three years after it is made. */
  readonly expires: string;
}

/** Automatic provisioning to Identity Center. The token is secret configuration of the stack; when it ends is no secret. */
export interface ScimSettings {
  readonly at: Path;
  /** `https://scim.<region>.amazonaws.com/<tenant>/scim/v2`. */
  readonly endpoint: string;
  /** Day in UTC on which the token ends: the one place that says so. */
  readonly tokenExpires: string;
  /** Whether the job runs. */
  readonly running: boolean;
  /** Attributes of Identity Center that are mapped otherwise than the template does. */
  readonly attributeMappings: readonly AttributeMapping[];
  /** Absent where a quarantine for too many deletions stays. */
  readonly acceptDeletions?: AcceptedDeletions;
}

/** Deletions that Entra ID held back, and that were accepted: those of one quarantine, and of no other. */
export interface AcceptedDeletions {
  readonly at: Path;
  /** Moment in UTC at which the quarantine was imposed, as the error of the deployment says it. */
  readonly quarantinedSince: string;
  /** Day on which it was decided. */
  readonly decidedOn: string;
  /** Who decided, and why. */
  readonly reason: string;
}

export interface AttributeMapping {
  readonly at: Path;
  /** Attribute at Identity Center: `externalId`. */
  readonly target: string;
  /** Attribute of the directory: `objectId`. */
  readonly source: string;
}
