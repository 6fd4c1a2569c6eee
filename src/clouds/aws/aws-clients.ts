import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { STSClient } from '@aws-sdk/client-sts';
import { awsConfig } from './aws-config';
import { type AwsSource, type AwsSourceOptions, createAwsSource } from './aws-source';

/** Clients of the account that administers IAM Identity Center. */
export interface IdentityCenterClients extends AwsSource {
  readonly cloudTrail: CloudTrailClient;
  /** In the Region of IAM Identity Center, where the access stacks are. */
  readonly cloudFormation: CloudFormationClient;
  readonly sts: STSClient;
}

export type ClientOptions = AwsSourceOptions & { readonly region: string };

/** The clients of a snapshot, and those of logs and stacks. */
export function createIdentityCenterClients(options: ClientOptions): IdentityCenterClients {
  const config = awsConfig(options.region);
  return {
    ...createAwsSource(options),
    cloudTrail: new CloudTrailClient(config),
    cloudFormation: new CloudFormationClient(config),
    sts: new STSClient(config),
  };
}
