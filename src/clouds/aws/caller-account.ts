import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws, required } from './aws-call';

const WHOSE = { action: 'sts:GetCallerIdentity', subject: 'whose credentials these are' };

/** Identity of the credentials. */
export interface Caller {
  readonly account: string;
  /** ARN of the user, or of the session of a role. */
  readonly arn: string;
}

/** The account of the credentials. @throws AwsCallError */
export async function callerAccount(sts: STSClient): Promise<string> {
  return (await readCaller(sts)).account;
}

/** @throws AwsCallError */
export async function readCaller(sts: STSClient): Promise<Caller> {
  const { Account, Arn = '' } = await callAws(WHOSE, () => sts.send(new GetCallerIdentityCommand({})));
  return { account: required(Account, WHOSE, 'Account'), arn: Arn };
}

/** Name of the permission set that a session came by; undefined where it came by something else. */
export function permissionSetOfSession({ arn }: Caller): string | undefined {
  // 'Referencing permission sets in resource policies': AWSReservedSSO_<name>_<16 hexadecimal digits>.
  return /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]{16}\//.exec(arn)?.[1];
}
