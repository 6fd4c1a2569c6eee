import * as pulumi from '@pulumi/pulumi';
import { quotedList } from '../../src/text/suggest';

const KEY = 'credentials';
const WAYS = ['managed', 'kept'] as const;

/**
 * Way in which a stack deals with passwords that no one can read: the token of provisioning, and the client secrets. `kept`:
 * those that the directory has stay as they are, and none is made; so a stack adopts what exists without a change.
 */
export type CredentialsWay = (typeof WAYS)[number];

/** Config `credentials` of the stack that runs. @default managed @throws RunError for any other word */
export function readCredentialsWay(): CredentialsWay {
  const given = new pulumi.Config().get(KEY) ?? 'managed';
  const way = WAYS.find((one) => one === given);
  if (way !== undefined) return way;
  throw new pulumi.RunError(`config ${KEY} must be one of ${quotedList(WAYS)}, got '${given}'`);
}
