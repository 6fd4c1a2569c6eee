import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { callAws, required } from './aws-call';

/** The account of the credentials. @throws AwsCallError */
export async function callerAccount(sts: STSClient): Promise<string> {
  const call = { action: 'sts:GetCallerIdentity', subject: 'whose credentials these are' };
  const { Account } = await callAws(call, () => sts.send(new GetCallerIdentityCommand({})));
  return required(Account, call, 'Account');
}
