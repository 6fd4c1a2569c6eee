import type { Output } from '../../source/located';
import type { EmergencyEntry } from './schema';

export type Emergency = Output<typeof EmergencyEntry>;
export type EmergencyApplication = NonNullable<Emergency['application']>;
export type EmergencyMembers = EmergencyApplication['members'];
export type EmergencyRole = Emergency['roles'][number];
/** A text of the estate file and where it stands. */
export type Placed = Emergency['account'];

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
