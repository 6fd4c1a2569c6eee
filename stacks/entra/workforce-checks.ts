import * as pulumi from '@pulumi/pulumi';
import { dayOf } from '../../constructs/entra/day';
import { checkSigning } from '../../constructs/entra/saml-schedule';
import type { AwsApplication } from '../../model/workforce';
import type { ProgramContext } from './program';
import { checkScimToken, checkTokenExpiry, readScimTokenConfig } from './scim-token';

/**
 * Checks what depends on the day and on the stack: signing certificates and the SCIM token.
 *
 * @throws RunError with all that is wrong
 */
export function checkWorkforce(awsApplication: AwsApplication | undefined, { now, warn }: ProgramContext): void {
  if (awsApplication === undefined) return;
  const { saml, scim } = awsApplication;
  const day = dayOf(now);
  const signing = checkSigning(saml, day);
  const warnings = [...signing.warnings, ...(scim === undefined ? [] : checkTokenExpiry(scim, day))];
  for (const warning of warnings) warn(warning);
  const token = scim === undefined ? [] : checkScimToken(readScimTokenConfig(new pulumi.Config()));
  const errors = [...signing.errors, ...token];
  if (errors.length > 0) throw new pulumi.RunError(['Nothing was deployed:', ...errors].join('\n'));
}
