import { STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { callAws } from './aws-call';
import { awsConfig } from './aws-config';
import { callerAccount } from './caller-account';

/** Gives credentials, and others before they expire. */
export type Credentials = STSClient['config']['credentials'];

export interface AccountCredentialsOptions {
  readonly partition: string;
  /** Region whose STS is asked. */
  readonly region: string;
  /** Name of the role that is taken on in an account other than that of the credentials. @throws Error where there is none */
  readonly roleIn: (account: string, caller: string) => string;
  /** Name of the sessions, as CloudTrail shows it. */
  readonly sessionName: string;
}

/** Credentials of accounts: that of the caller as they are, others by a role of theirs. Each is asked for once. */
export class AccountCredentials {
  private readonly sts: STSClient;
  private readonly reached = new Map<string, Promise<Credentials>>();
  private caller: Promise<string> | undefined;

  constructor(private readonly options: AccountCredentialsOptions) {
    this.sts = new STSClient(awsConfig(options.region));
  }

  /** @throws AwsCallError where the account can't be reached */
  of(account: string): Promise<Credentials> {
    const reached = this.reached.get(account) ?? this.reach(account);
    this.reached.set(account, reached);
    return reached;
  }

  /** Tells whether the credentials are those of the account. @throws AwsCallError */
  async isCaller(account: string): Promise<boolean> {
    this.caller ??= callerAccount(this.sts);
    return (await this.caller) === account;
  }

  private async reach(account: string): Promise<Credentials> {
    this.caller ??= callerAccount(this.sts);
    const caller = await this.caller;
    if (caller === account) return this.sts.config.credentials;
    const { partition, region, roleIn, sessionName } = this.options;
    const RoleArn = `arn:${partition}:iam::${account}:role/${roleIn(account, caller)}`;
    const config = awsConfig(region);
    const params = { RoleArn, RoleSessionName: sessionName };
    // A client keeps what its provider gives, and asks again before that expires: one for all clients of the account.
    const { credentials } = new STSClient({
      ...config,
      credentials: fromTemporaryCredentials({ params, clientConfig: config }),
    }).config;
    await callAws({ action: `sts:AssumeRole on ${RoleArn}`, subject: `the account ${account}` }, () => credentials());
    return credentials;
  }
}
