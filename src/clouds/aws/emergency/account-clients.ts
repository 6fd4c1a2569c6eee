import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import { AccountCredentials } from '../account-credentials';
import { awsConfig } from '../aws-config';

/** Clients of one account and Region. */
export interface AccountClients {
  readonly iam: IAMClient;
  readonly events: EventBridgeClient;
  readonly sns: SNSClient;
  readonly cloudTrail: CloudTrailClient;
}

export interface AccountOptions {
  readonly partition: string;
  /** Role that is taken on in accounts other than that of the credentials. @default the one by which the CDK looks things up */
  readonly accountRole?: string;
}

/** The role that `cdk bootstrap` makes to read an account in us-east-1. */
function lookupRole(account: string): string {
  return `cdk-hnb659fds-lookup-role-${account}-${EMERGENCY_HOME_REGION}`;
}

/** Reaches accounts: that of the credentials by them, others by a role of theirs. Asks once for each. */
export class Accounts {
  private readonly credentials: AccountCredentials;

  constructor({ partition, accountRole }: AccountOptions) {
    this.credentials = new AccountCredentials({
      partition,
      region: EMERGENCY_HOME_REGION,
      roleIn: (account) => accountRole ?? lookupRole(account),
      sessionName: 'emergency-access-drill',
    });
  }

  /** @throws AwsCallError where the account can't be reached */
  async clients(account: string, region: string): Promise<AccountClients> {
    const config = { ...awsConfig(region), credentials: await this.credentials.of(account) };
    return {
      iam: new IAMClient(config),
      events: new EventBridgeClient(config),
      sns: new SNSClient(config),
      cloudTrail: new CloudTrailClient(config),
    };
  }
}
