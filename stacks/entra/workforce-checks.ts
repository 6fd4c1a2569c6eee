import * as pulumi from '@pulumi/pulumi';
import { dayOf } from '../../constructs/entra/day';
import { type CertificateTrust, checkSigning } from '../../constructs/entra/saml-schedule';
import type { EmergencyApplication } from '../../src/estate/sections/emergency/emergency';
import type { AwsApplication } from '../../src/estate/sections/workforce/workforce';
import type { ProgramContext } from './program';
import { readCredentialsWay } from './credentials';
import { checkScimToken, checkTokenExpiry, readScimTokenConfig } from './scim-token';

const IAM: CertificateTrust = {
  todo: "add it to the estate's emergency.metadataFile, beside the one that signs, and deploy the emergency access",
  output: 'emergencySigningCertificates',
};

/** The applications of the program; absent where the estate has none. */
export interface WorkforceApplications {
  readonly awsApplication: AwsApplication | undefined;
  readonly emergency: EmergencyApplication | undefined;
}

/**
 * Checks what depends on the day and on the stack: signing certificates and the SCIM token.
 *
 * @throws RunError with all that is wrong
 */
export function checkWorkforce({ awsApplication, emergency }: WorkforceApplications, context: ProgramContext): void {
  const day = dayOf(context.now);
  const scim = awsApplication?.scim;
  const signing = [
    ...(awsApplication === undefined ? [] : [checkSigning(awsApplication.saml, day)]),
    ...(emergency === undefined ? [] : [checkSigning(emergency, day, IAM)]),
  ];
  const warnings = signing.flatMap((one) => one.warnings);
  for (const warning of [...warnings, ...(scim === undefined ? [] : checkTokenExpiry(scim, day))])
    context.warn(warning);
  const isManaged = scim !== undefined && readCredentialsWay() === 'managed';
  const token = isManaged ? checkScimToken(readScimTokenConfig(new pulumi.Config())) : [];
  const errors = [...signing.flatMap((one) => one.errors), ...token];
  if (errors.length > 0) throw new pulumi.RunError(['Nothing was deployed:', ...errors].join('\n'));
}
