import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';

/** Attempts a call, the first included. Organizations throttles ListTagsForResource long before the others. */
const MAX_ATTEMPTS = 10;

/** Where a snapshot is read from, and how. */
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

/** Clients with the SDK's own credentials, endpoints and standard retries (exponential, with jitter). */
export function createAwsSource(options: AwsSourceOptions): AwsSource {
  const { region, concurrency, onProgress } = options;
  const config = { ...(region === undefined ? {} : { region }), retryMode: 'standard', maxAttempts: MAX_ATTEMPTS };
  return {
    organizations: new OrganizationsClient(config),
    ssoAdmin: new SSOAdminClient(config),
    identityStore: new IdentitystoreClient(config),
    concurrency,
    onProgress,
  };
}
