import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { ReadingOptions } from '../reading';
import { awsConfig } from './aws-config';
import { PACES, paced } from './pace';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { STSClient } from '@aws-sdk/client-sts';

/** Clients that a snapshot is read with, and the way to read it. */
export interface AwsSource extends ReadingOptions {
  readonly organizations: OrganizationsClient;
  readonly ssoAdmin: SSOAdminClient;
  readonly identityStore: IdentitystoreClient;
}

/** Clients of the account that administers IAM Identity Center. */
export interface IdentityCenterClients extends AwsSource {
  readonly cloudTrail: CloudTrailClient;
  /** In the Region of IAM Identity Center, where the access stacks are. */
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
}

interface ClientOptions extends ReadingOptions {
  /** Region of IAM Identity Center. @default what the SDK finds: AWS_REGION, or the profile */
  readonly region?: string | undefined;
}

export function createIdentityCenterClients(options: ClientOptions): IdentityCenterClients {
  const { region, concurrency, onProgress } = options;
  const config = awsConfig(region);
  return {
    organizations: new OrganizationsClient(config),
    ssoAdmin: paced(new SSOAdminClient(config), PACES.identityCenter),
    identityStore: new IdentitystoreClient(config),
    cloudTrail: paced(new CloudTrailClient(config), PACES.lookUps),
    cloudFormation: new CloudFormationClient(config),
    sts: new STSClient(config),
    concurrency,
    onProgress,
  };
}
