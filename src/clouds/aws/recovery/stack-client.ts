import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { cdkRoleName, readCaller, roleCredentials } from '../account-credentials';
import { AwsCallError, callAws } from '../aws-call';
import { awsConfig } from '../aws-config';

/** The place of a stack of CloudFormation. */
export interface StackPlace {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

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
    const caller = await readCaller(sts);
    const [, partition = 'aws'] = caller.arn.split(':');
    const RoleArn = `arn:${partition}:iam::${account}:role/${cdkRoleName('deploy', { account, region })}`;
    const call = { action: 'sts:AssumeRole', subject: `the stacks of account ${account} by ${RoleArn}` };
    // A session of a role that another role takes on ends after an hour; a recovery may wait for longer. The client keeps what its
    // provider gives, and asks again before that expires.
    const credentials = roleCredentials(RoleArn, { region, sessionName: 'entra-aws' });
    const client = new CloudFormationClient({ ...config, credentials });
    try {
      await callAws(call, () => client.config.credentials());
      return client;
    } catch (error) {
      client.destroy();
      if (caller.account === account) return new CloudFormationClient(config);
      const why = error instanceof AwsCallError ? error.fault.message : String(error);
      throw new Error(
        `${name} is in account ${account}, and these AWS credentials are of ${caller.account}, which may not take on ` +
          `${RoleArn} (${why}). Choose the profile of account ${account}, or name a stack of account ${caller.account}: --stack`,
      );
    }
  } finally {
    sts.destroy();
  }
}
