import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type Installer,
  installPulumi,
  PULUMI_VERSION,
  pulumiArchive,
} from '../../../../src/deploy/pipeline/install-pulumi';
import lock from '../../../../package-lock.json';

const ARCHIVE = Buffer.from('what Pulumi published');
const ADDRESS = 'https://archives.example/pulumi.tar.gz';

let job: string;
beforeEach(() => {
  job = mkdtempSync(join(tmpdir(), 'job-'));
});
afterEach(() => {
  rmSync(job, { recursive: true });
});

/** Installs what comes over the network and records what was asked for and unpacked. */
async function install(given: Partial<Installer> = {}) {
  const done: string[] = [];
  const folder = await installPulumi(job, {
    versionOnPath: () => undefined,
    archive: () => ({ address: ADDRESS, sha256: createHash('sha256').update(ARCHIVE).digest('hex') }),
    download: async (address) => {
      done.push(`download ${address}`);
      return Promise.resolve(ARCHIVE);
    },
    unpack: (archive, into) => {
      done.push(`unpack ${Buffer.from(archive).toString()}`);
      writeFileSync(join(into, 'half'), '');
    },
    ...given,
  });
  return { folder, done };
}

test.each([PULUMI_VERSION, `v${PULUMI_VERSION}\n`, 'v3.248.1', 'v3.300.0-alpha.1'])(
  'takes the CLI on the PATH whose version is %j',
  async (version) => {
    expect(await install({ versionOnPath: () => version })).toEqual({ folder: undefined, done: [] });
  },
);

test.each([undefined, 'v3.247.9', 'v2.300.0', 'v4.0.0', 'not a version'])(
  'installs its own where the version on the PATH is %j',
  async (version) => {
    const { folder, done } = await install({ versionOnPath: () => version });
    expect(done).toEqual([`download ${ADDRESS}`, `unpack ${ARCHIVE.toString()}`]);
    expect([dirname(dirname(folder ?? '')), folder?.endsWith('/pulumi')]).toEqual([job, true]);
  },
);

test('unpacks no archive with another hash, says which came, and leaves nothing', async () => {
  const changed = Buffer.from(`${ARCHIVE.toString()} and a stranger`);
  const unpacked: unknown[] = [];
  const unpack = (archive: Uint8Array): void => void unpacked.push(archive);
  const attempt = install({ download: async () => Promise.resolve(changed), unpack });
  await expect(attempt).rejects.toThrow(createHash('sha256').update(changed).digest('hex'));
  await expect(attempt).rejects.toThrow(createHash('sha256').update(ARCHIVE).digest('hex'));
  expect([unpacked, readdirSync(job)]).toEqual([[], []]);
});

test('leaves nothing of an archive that could be unpacked only in part', async () => {
  const unpack = (_: Uint8Array, into: string): never => {
    writeFileSync(join(into, 'half'), '');
    throw new Error('no space left');
  };
  await expect(install({ unpack })).rejects.toThrow('no space left');
  expect(readdirSync(job)).toEqual([]);
});

test('takes nothing that an interrupted run unpacked', async () => {
  const [first, second] = [await install(), await install()];
  expect(first.folder).not.toBe(second.folder);
});

test('has a hash of its own for each platform, of the version that the programs are tested with', () => {
  const archives = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].map(pulumiArchive);
  expect(new Set(archives.map(({ sha256 }) => sha256)).size).toBe(4);
  for (const { sha256 } of archives) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(PULUMI_VERSION).toBe(lock.packages['node_modules/@pulumi/pulumi'].version);
});

test.each(['win32-x64', 'constructor'])('knows no archive for %s', (platform) => {
  expect(() => pulumiArchive(platform)).toThrow(platform);
});
