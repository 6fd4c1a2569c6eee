import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsCallError, callAws, required } from '../aws-call';
import { awsConfig } from '../aws-config';

/** The place of a stack of CloudFormation. */
export interface StackPlace {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** The qualifier of `cdk bootstrap`, unless somebody chose another. */
const QUALIFIER = 'hnb659fds';
const SESSION = 'entra-aws';

/**
 * A client that acts on a stack as the CDK does: by the role for deployments of the stack's account, or by the credentials
 * themselves where they may not take it on and are of that account.
 *
 * @throws Error if they are of another account, and may not take on its role
 */
export async function createStackClient({ name, account, region }: StackPlace): Promise<CloudFormationClient> {
  const config = awsConfig(region);
  const sts = new STSClient(config);
  try {
    const caller = await callerOf(sts);
    const RoleArn = `arn:${caller.partition}:iam::${account}:role/cdk-${QUALIFIER}-deploy-role-${account}-${region}`;
    const call = { action: 'sts:AssumeRole', subject: `the stacks of account ${account} by ${RoleArn}` };
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: SESSION });
    const assumed = await callAws(call, () => sts.send(assume)).catch((error: unknown) => {
      if (caller.account === account) return undefined;
      const why = error instanceof AwsCallError ? error.fault.message : String(error);
      throw new Error(
        `${name} is in account ${account}, and these AWS credentials are of ${caller.account}, which may not take on ` +
          `${RoleArn} (${why}). Choose the profile of account ${account}, or name a stack of account ${caller.account}: --stack`,
      );
    });
    if (assumed === undefined) return new CloudFormationClient(config);
    const { AccessKeyId, SecretAccessKey, SessionToken } = required(assumed.Credentials, call, 'Credentials');
    const credentials = {
      accessKeyId: required(AccessKeyId, call, 'AccessKeyId'),
      secretAccessKey: required(SecretAccessKey, call, 'SecretAccessKey'),
      sessionToken: required(SessionToken, call, 'SessionToken'),
    };
    return new CloudFormationClient({ ...config, credentials });
  } finally {
    sts.destroy();
  }
}

async function callerOf(sts: STSClient): Promise<{ readonly account: string; readonly partition: string }> {
  const call = { action: 'sts:GetCallerIdentity', subject: 'whose credentials these are' };
  const { Account, Arn } = await callAws(call, () => sts.send(new GetCallerIdentityCommand({})));
  const [, partition = 'aws'] = required(Arn, call, 'Arn').split(':');
  return { account: required(Account, call, 'Account'), partition };
}
