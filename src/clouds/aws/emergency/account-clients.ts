import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import { callAws, required } from '../aws-call';
import { awsConfig } from '../aws-clients';

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

type Config = ReturnType<typeof awsConfig> & { readonly credentials?: Credentials };

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The role that `cdk bootstrap` makes to read an account in us-east-1. */
function lookupRole(account: string): string {
  return `cdk-hnb659fds-lookup-role-${account}-${EMERGENCY_HOME_REGION}`;
}

/** Reaches accounts: that of the credentials by them, others by a role of theirs. Asks once for each. */
export class Accounts {
  private readonly sts = new STSClient(awsConfig(EMERGENCY_HOME_REGION));
  private readonly credentials = new Map<string, Promise<Credentials | undefined>>();
  private caller: Promise<string> | undefined;

  constructor(private readonly options: AccountOptions) {}

  /** @throws AwsCallError where the account can't be reached */
  async clients(account: string, region: string): Promise<AccountClients> {
    const known = this.credentials.get(account) ?? this.reach(account);
    this.credentials.set(account, known);
    const credentials = await known;
    const config: Config = { ...awsConfig(region), ...(credentials && { credentials }) };
    return {
      iam: new IAMClient(config),
      events: new EventBridgeClient(config),
      sns: new SNSClient(config),
      cloudTrail: new CloudTrailClient(config),
    };
  }

  /** Undefined for the account of the credentials themselves. */
  private async reach(account: string): Promise<Credentials | undefined> {
    this.caller ??= this.readCaller();
    if ((await this.caller) === account) return undefined;
    const { partition, accountRole = lookupRole(account) } = this.options;
    const RoleArn = `arn:${partition}:iam::${account}:role/${accountRole}`;
    const call = { action: `sts:AssumeRole on ${RoleArn}`, subject: `the account ${account}` };
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'emergency-access-drill' });
    const answer = await callAws(call, () => this.sts.send(command));
    const { AccessKeyId, SecretAccessKey, SessionToken } = required(answer.Credentials, call, 'Credentials');
    return {
      accessKeyId: AccessKeyId ?? '',
      secretAccessKey: SecretAccessKey ?? '',
      sessionToken: SessionToken ?? '',
    };
  }

  private async readCaller(): Promise<string> {
    const call = { action: 'sts:GetCallerIdentity', subject: 'whose credentials these are' };
    const { Account = '' } = await callAws(call, () => this.sts.send(new GetCallerIdentityCommand({})));
    return Account;
  }
}
