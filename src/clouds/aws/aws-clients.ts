import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { AwsSource } from './aws-source';

/** Attempts a call, the first included. */
const MAX_ATTEMPTS = 10;
const CONNECT_MS = 5_000;
/** Longer than any of these calls takes. */
const ANSWER_MS = 20_000;

/** Clients of the account that administers IAM Identity Center. */
export interface IdentityCenterClients extends AwsSource {
  readonly cloudTrail: CloudTrailClient;
  /** In the Region of IAM Identity Center, where the access stacks are. */
  readonly cloudFormation: CloudFormationClient;
}

export interface ClientOptions {
  readonly region: string;
  /** Calls to one service at once. */
  readonly concurrency: number;
  /** Told what has been read so far, in a few words. */
  readonly onProgress: (text: string) => void;
}

/** Clients with the SDK's own credentials, endpoints and standard retries, and with time-outs. */
export function createIdentityCenterClients({ region, ...options }: ClientOptions): IdentityCenterClients {
  const config = awsConfig(region);
  return {
    ...options,
    organizations: new OrganizationsClient(config),
    ssoAdmin: new SSOAdminClient(config),
    identityStore: new IdentitystoreClient(config),
    cloudTrail: new CloudTrailClient(config),
    cloudFormation: new CloudFormationClient(config),
  };
}

/** Configuration of every client. */
export function awsConfig(region: string) {
  return {
    region,
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
  };
}
