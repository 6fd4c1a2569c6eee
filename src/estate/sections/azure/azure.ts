import type { Path } from '../../source/finding';

/** What Bicep deploys before the other parts: logs, Pulumi's state, and the identity that deploys from CI. */
export interface Azure {
  readonly at: Path;
  readonly subscriptionId: string;
  /** Azure region: `westeurope`. */
  readonly location: string;
  readonly resourceGroup: string;
  readonly logs: { readonly retentionDays: number };
  readonly pulumiState: { readonly storageAccount: string; readonly keyVault: string };
  /** GitHub repository that may deploy: `owner/name`. */
  readonly repository: string;
  /** GitHub environments of the repository that may deploy. */
  readonly environments: readonly string[];
  /** Runs of a pull request that may ask Pulumi, which decrypts its secrets: `environment:NAME`, or `pull_request` for all. */
  readonly previewTrust: string;
}

/** The environment in which a pull request asks Pulumi; undefined where every pull request may, without an approval. */
export function previewEnvironment({ previewTrust }: Azure): string | undefined {
  return /^environment:(.+)$/.exec(previewTrust)?.[1];
}
