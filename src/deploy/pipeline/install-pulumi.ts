import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { USER_AGENT } from '../../clouds/user-agent';

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
interface Archive {
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

/** Machine and network as an installation needs them. */
export interface Installer {
  /** Output of `pulumi version`, if there is a Pulumi CLI on the PATH. */
  readonly versionOnPath: () => string | undefined;
  readonly archive: () => Archive;
  readonly download: (address: string) => Promise<Uint8Array>;
  /** Unpacks an archive, in which everything is in a folder `pulumi`. */
  readonly unpack: (archive: Uint8Array, into: string) => void;
}

/**
 * Takes the Pulumi CLI on the PATH if its version fits, and installs it below a folder of the job otherwise.
 *
 * @returns the folder to put first on the PATH, if it was installed
 * @throws Error if it can't be downloaded, has another hash than this package knows, or can't be unpacked; nothing is left then
 */
export async function installPulumi(into: string, installer: Installer = INSTALLER): Promise<string | undefined> {
  if (fits(installer.versionOnPath())) return undefined;
  const { address, sha256 } = installer.archive();
  const archive = await installer.download(address);
  const got = createHash('sha256').update(archive).digest('hex');
  if (got !== sha256)
    throw new Error(
      `${address}: the SHA-256 must be ${sha256}, got ${got}. Nothing was unpacked: find out what changed the archive on its way (a proxy?), or put Pulumi ${PULUMI_VERSION} on the PATH`,
    );
  // Whatever an interrupted run left has another name, so that it is never taken for a whole installation.
  const folder = mkdtempSync(join(into, 'pulumi-'));
  try {
    installer.unpack(archive, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return join(folder, 'pulumi');
}

/** Tells a version that the programs run with: the one that they are tested with, or a newer one of the same major version. */
function fits(version: string | undefined): boolean {
  const [major, ...rest] = numbersOf(version ?? '');
  const [testedMajor, ...tested] = numbersOf(PULUMI_VERSION);
  if (major === undefined || major !== testedMajor) return false;
  const difference = tested.map((number, index) => (rest[index] ?? 0) - number).find((by) => by !== 0);
  return (difference ?? 0) >= 0;
}

const numbersOf = (version: string): readonly number[] =>
  (/^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim()) ?? []).slice(1).map(Number);

export const INSTALLER: Installer = {
  versionOnPath: () => {
    // Whatever is on the PATH gets nothing else of the job: its variables have all that it may ask for.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PULUMI_SKIP_UPDATE_CHECK: 'true' };
    const { status, stdout } = spawnSync('pulumi', ['version'], { encoding: 'utf8', env });
    return status === 0 ? stdout : undefined;
  },
  archive: () => pulumiArchive(`${process.platform}-${process.arch}`),
  download,
  unpack: (archive, into) => {
    const { error, status, stderr } = spawnSync('tar', ['--extract', '--gzip', '--directory', into], {
      input: archive,
      encoding: 'utf8',
    });
    if (error !== undefined || status !== 0)
      throw new Error(`tar can't unpack the archive of Pulumi: ${error?.message ?? stderr.trim()}`);
  },
};

async function download(address: string): Promise<Uint8Array> {
  try {
    const response = await fetch(address, { headers: { 'user-agent': USER_AGENT.join('/') } });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new Error(
      `${address} can't be downloaded: ${reasonOf(error)}. Let the job reach it, or put Pulumi ${PULUMI_VERSION} on the PATH`,
      { cause: error },
    );
  }
}

/** Message of an error of `fetch`, with the cause behind its 'fetch failed'. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
