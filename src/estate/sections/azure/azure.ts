import type { Output } from '../../source/located';
import type { AzureEntry } from './schema';

export type Azure = Output<typeof AzureEntry>;

/** The environment in which a pull request asks Pulumi; undefined where every pull request may, without an approval. */
export function previewEnvironment({ previewTrust }: Azure): string | undefined {
  return /^environment:(.+)$/.exec(previewTrust)?.[1];
}
