import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import { callAws } from '../aws-call';
import { awsConfig } from '../aws-config';
import { callerAccount } from '../caller-account';

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

/** Gives credentials, and others before they expire. */
type Credentials = STSClient['config']['credentials'];

/** The role that `cdk bootstrap` makes to read an account in us-east-1. */
function lookupRole(account: string): string {
  return `cdk-hnb659fds-lookup-role-${account}-${EMERGENCY_HOME_REGION}`;
}

/** Reaches accounts: that of the credentials by them, others by a role of theirs. Asks once for each. */
export class Accounts {
  private readonly sts = new STSClient(awsConfig(EMERGENCY_HOME_REGION));
  private readonly credentials = new Map<string, Promise<Credentials>>();
  private caller: Promise<string> | undefined;

  constructor(private readonly options: AccountOptions) {}

  /** @throws AwsCallError where the account can't be reached */
  async clients(account: string, region: string): Promise<AccountClients> {
    const reached = this.credentials.get(account) ?? this.reach(account);
    this.credentials.set(account, reached);
    const config = { ...awsConfig(region), credentials: await reached };
    return {
      iam: new IAMClient(config),
      events: new EventBridgeClient(config),
      sns: new SNSClient(config),
      cloudTrail: new CloudTrailClient(config),
    };
  }

  private async reach(account: string): Promise<Credentials> {
    this.caller ??= callerAccount(this.sts);
    if ((await this.caller) === account) return this.sts.config.credentials;
    const { partition, accountRole = lookupRole(account) } = this.options;
    const RoleArn = `arn:${partition}:iam::${account}:role/${accountRole}`;
    const config = awsConfig(EMERGENCY_HOME_REGION);
    const params = { RoleArn, RoleSessionName: 'emergency-access-drill' };
    // A client keeps what its provider gives, and asks again before that expires: one for all clients of the account.
    const { credentials } = new STSClient({
      ...config,
      credentials: fromTemporaryCredentials({ params, clientConfig: config }),
    }).config;
    await callAws({ action: `sts:AssumeRole on ${RoleArn}`, subject: `the account ${account}` }, () => credentials());
    return credentials;
  }
}
