import * as pulumi from '@pulumi/pulumi';
import { dayOf } from '../../constructs/entra/day';
import { checkSigning } from '../../constructs/entra/saml-schedule';
import type { AwsApplication } from '../../model/workforce';
import type { ProgramContext } from './program';
import { checkScimToken, readScimTokenConfig } from './scim-token';

/**
 * Checks what depends on the day and on the stack: signing certificates and the SCIM token.
 *
 * @throws RunError with all that is wrong
 */
export function checkWorkforce(awsApplication: AwsApplication | undefined, { now, warn }: ProgramContext): void {
  if (awsApplication === undefined) return;
  const { saml, scim } = awsApplication;
  const day = dayOf(now);
  const findings = [
    checkSigning(saml, day),
    ...(scim === undefined ? [] : [checkScimToken(readScimTokenConfig(new pulumi.Config()), day)]),
  ];
  for (const warning of findings.flatMap(({ warnings }) => warnings)) warn(warning);
  const errors = findings.flatMap((found) => found.errors);
  if (errors.length > 0) throw new pulumi.RunError(['Nothing was deployed:', ...errors].join('\n'));
}
