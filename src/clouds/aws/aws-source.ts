import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { awsConfig } from './aws-config';

/** Source of a snapshot, and the way to read it. */
export interface AwsSource {
  readonly organizations: OrganizationsClient;
  readonly ssoAdmin: SSOAdminClient;
  readonly identityStore: IdentitystoreClient;
  /** Calls under way at once, 1 to 20. */
  readonly concurrency: number;
  /** Told what has been read so far, in a few words. */
  readonly onProgress: (text: string) => void;
}

export interface AwsSourceOptions {
  /** Region of IAM Identity Center. @default what the SDK finds: AWS_REGION, or the profile */
  readonly region?: string | undefined;
  readonly concurrency: number;
  readonly onProgress: (text: string) => void;
}

/** Clients of the account that administers IAM Identity Center. */
export function createAwsSource({ region, concurrency, onProgress }: AwsSourceOptions): AwsSource {
  const config = awsConfig(region);
  return {
    organizations: new OrganizationsClient(config),
    ssoAdmin: new SSOAdminClient(config),
    identityStore: new IdentitystoreClient(config),
    concurrency,
    onProgress,
  };
}
