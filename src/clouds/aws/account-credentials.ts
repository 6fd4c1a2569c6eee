import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { callAws, required } from './aws-call';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { awsConfig } from './aws-config';

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

/** Name of a role of `cdk bootstrap` in an account, unless somebody chose another qualifier: for deployments, or for looking up. */
export function cdkRoleName(
  kind: 'deploy' | 'lookup',
  { account, region }: { account: string; region: string },
): string {
  return `cdk-hnb659fds-${kind}-role-${account}-${region}`;
}

/** Gives credentials, and others before they expire. */
export type Credentials = STSClient['config']['credentials'];

interface RoleSession {
  /** Region whose STS is asked. */
  readonly region: string;
  /** Name of the sessions, as CloudTrail shows it. */
  readonly sessionName: string;
}

/** Credentials of a role, which is taken on when they are first needed. */
export function roleCredentials(RoleArn: string, { region, sessionName }: RoleSession) {
  const params = { RoleArn, RoleSessionName: sessionName };
  return fromTemporaryCredentials({ params, clientConfig: awsConfig(region) });
}

export interface AccountCredentialsOptions extends RoleSession {
  readonly partition: string;
  /** Name of the role that is taken on in an account other than that of the credentials. @throws Error where there is none */
  readonly roleIn: (account: string, caller: string) => string;
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
    const { partition, region, roleIn } = this.options;
    const RoleArn = `arn:${partition}:iam::${account}:role/${roleIn(account, caller)}`;
    // A client keeps what its provider gives, and asks again before that expires: one for all clients of the account.
    const session = { ...awsConfig(region), credentials: roleCredentials(RoleArn, this.options) };
    const { credentials } = new STSClient(session).config;
    await callAws({ action: `sts:AssumeRole on ${RoleArn}`, subject: `the account ${account}` }, () => credentials());
    return credentials;
  }
}
