/**
 * SHA-256 of Pulumi's archives, by version: Formula/pulumi.rb in github.com/pulumi/homebrew-tap, Pulumi's own tap, at commit
 * 7dd5dff282f7752b30c85edb095233cc2c9e2b1f. A new version takes its lines from the commit of its own release there.
 */
const PULUMI_ARCHIVES = {
  '3.248.0': {
    'linux-x64': 'a13732d8921f99d70b9ae270d79c3b575bb37707fce7486e64fef333afc11ae0',
    'linux-arm64': 'c0287edf11cac0f0f77378b17b843ef6cb7f39252c9fcc1d2ba62145d6d96d58',
    'darwin-x64': 'c0ddbbdf20dcee54b5c542106956fedb0c61b9b11f103a6e2a6d4df4bb64bc5a',
    'darwin-arm64': '1c42c8e4c504c12e8cdce42a638ff47a4786afbaebf2f381563bb01f2fadbe48',
  },
} as const;

/** Version that the pipelines install: one without hashes does not compile. */
export const PULUMI_VERSION: keyof typeof PULUMI_ARCHIVES = '3.248.0';

/** An archive, and the hash that it must have. */
export interface Archive {
  readonly address: string;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Archive of the Pulumi CLI for a platform, named as Node names it: `linux-x64`.
 *
 * @throws Error if its hash is not known
 */
export function pulumiArchive(platform: string): Archive {
  const hashes: Readonly<Record<string, string>> = PULUMI_ARCHIVES[PULUMI_VERSION];
  const sha256 = Object.hasOwn(hashes, platform) ? hashes[platform] : undefined;
  if (sha256 === undefined) {
    const known = Object.keys(hashes).join(', ');
    throw new Error(
      `Pulumi ${PULUMI_VERSION} can't be installed on ${platform}: hashes are known for ${known}. Put the Pulumi CLI on the PATH`,
    );
  }
  const release = `https://github.com/pulumi/pulumi/releases/download/v${PULUMI_VERSION}`;
  return { address: `${release}/pulumi-v${PULUMI_VERSION}-${platform}.tar.gz`, sha256 };
}
