import type { Output } from '../../source/located';
import type { WorkforceEntry } from './schema';

export type Workforce = Output<typeof WorkforceEntry>;
export type WorkforceGroup = Workforce['groups'][number];
export type AwsApplication = NonNullable<Workforce['awsApplication']>;
/** A Conditional Access policy for one application. It covers everybody who is not in an excluded group. */
export type ConditionalAccess = NonNullable<AwsApplication['conditionalAccess']>;
export type AssignedGroup = AwsApplication['assignedGroups'][number];
export type SamlSettings = AwsApplication['saml'];
export type SigningCertificate = SamlSettings['signingCertificates'][number];
export type ScimSettings = NonNullable<AwsApplication['scim']>;
/** A mapping with exactly one of `source`, `constant`, `expression` and `remove`. */
export type AttributeMapping = ScimSettings['attributeMappings'][number];
