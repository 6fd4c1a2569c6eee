import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { RESULTS_VARIABLE } from '../../../src/deploy/pipeline/evidence';
import { estateFile } from '../../support/estate-file';
import { FakeGitHub } from '../../support/fake-github';
import { makeSandboxRepository, type TestFolder } from '../../support/git-repository';
import { type Moto, startMoto } from '../../support/moto';
import { PROGRAM, UNVALIDATED } from '../../support/repository';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

const ACCOUNT = '210000000001';
const BUCKET = `sandbox-evidence-${ACCOUNT}-eu-west-1`;
const ESTATE = 'estates/sandbox/estate.yaml';

let folder: TestFolder;
let github: FakeGitHub;
let moto: Moto;
let s3: S3Client;

beforeAll(async () => {
  moto = await startMoto({ region: 'eu-west-1', accountId: ACCOUNT });
  s3 = new S3Client({ ...moto.client, region: 'eu-west-1', forcePathStyle: true });
});
afterAll(() => moto.stop());

beforeEach(async () => {
  folder = makeSandboxRepository();
  github = await FakeGitHub.start();
  await moto.reset();
  const { access, workforce } = estateFile(parse(readFileSync(join(folder.path, ESTATE), 'utf8')));
  const pipeline = { repository: 'insurance/identity', environments: ['sandbox'], evidence: { keepDays: 90 } };
  folder.write(ESTATE, stringify({ access, workforce: { groups: workforce?.groups ?? [] }, pipeline }));
  folder.commit('Keep records of deployments');
  await makeBucket();
});
afterEach(async () => {
  folder.remove();
  await github.stop();
});

/** The bucket as the stack of the records has it. */
async function makeBucket(): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await s3.send(
    new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true, CreateBucketConfiguration }),
  );
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 90 } } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket: BUCKET, ObjectLockConfiguration }));
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder.path,
    env: { PATH, ...UNVALIDATED, ...moto.env, ...github.environment, GITHUB_REF: 'refs/heads/main', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

const FORGED = { Body: 'forged', ContentMD5: createHash('md5').update('forged').digest('base64') };
const SUCCEEDED = [{ step: 'entra-aws ci apply-stack --step access', result: 'succeeded' }];

/** A deployment: it begins, is recorded as ended if it succeeds, and keeps its evidence. */
async function deploy(runId: string, steps: readonly object[] = SUCCEEDED): Promise<Finished> {
  const own = { GITHUB_RUN_ID: runId };
  expect(await run(['ci', 'deployed-commit', '--out', 'plan/shown/deployed.json'], own)).toMatchObject({ code: 0 });
  const begun = await run(['ci', 'deployed-commit', '--shown', 'plan/shown/deployed.json'], own);
  expect(begun).toMatchObject({ code: 0 });
  if (steps === SUCCEEDED) expect(await run(['ci', 'deployed-commit', '--done'], own)).toMatchObject({ code: 0 });
  return run(['ci', 'evidence', '--deployed', 'plan/shown/deployed.json'], {
    ...own,
    [RESULTS_VARIABLE]: JSON.stringify(steps),
  });
}

const gather = (...args: readonly string[]): Promise<Finished> =>
  run(['deploy', 'evidence', '--against', 'local', '--since', '2026-01-01', '--until', '2999-12-31', ...args]);

async function keys(): Promise<readonly string[]> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  return Versions.map(({ Key = '' }) => Key).toSorted();
}

test('each deployment keeps a record, well or not, and the records are listed with who approved', async () => {
  const commit = folder.git('rev-parse', 'HEAD').trim();
  github.merged = { commit, number: 7, approvedBy: ['ada'], deploymentApprovedBy: ['linus'] };
  folder.write('plan/sandbox/preview.md', '## Access of sandbox\n');
  expect(await deploy('51')).toMatchObject({ code: 0, stderr: '' });
  folder.write('notes.md', 'later');
  folder.commit('Later');
  expect(await deploy('52', [{ step: 'entra-aws ci apply-stack', result: 'failed' }])).toMatchObject({ code: 0 });
  const { code, stdout, stderr } = await gather('--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ version: 1, estate: 'sandbox', bucket: BUCKET, faults: [] },
    records: [
      {
        ...{ commit, result: 'succeeded', run: github.page(51), failed: [] },
        changes: { state: 'known', value: [{ number: 7, approvals: [{ by: 'ada' }] }] },
        approvals: { state: 'known', value: [{ by: 'linus', comment: 'looks right' }] },
      },
      { before: commit, result: 'failed', run: github.page(52), failed: ['entra-aws ci apply-stack'] },
    ],
  });
  const csv = await gather('--csv');
  expect(csv.stdout.split('\r\n')[1]).toContain(`${commit},succeeded,linus,#7 (ada),`);
  // The parameter is of today.
  expect(csv.stderr).toMatch(/ \d{4}-\d{2}-\d{2} on: /);
  expect((await gather()).stdout).toContain('Deployments of sandbox from 2026-01-01 to 2999-12-31: 2');
  expect(github.faults).toEqual([]);
});

test('a forge that refuses is unknown in the record, and no reason to keep none', async () => {
  github.next.push({ status: 403, body: { message: 'Resource not accessible by integration' } });
  expect(await deploy('51')).toMatchObject({ code: 0 });
  const { records } = JSON.parse((await gather('--json')).stdout) as { readonly records: readonly object[] };
  expect(records).toMatchObject([{ changes: { state: 'unknown' }, approvals: { state: 'known', value: [] } }]);
});

test('a record can not be deleted, and one that was written over or hidden is found', async () => {
  await deploy('51');
  const [Key = ''] = await keys();
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  const VersionId = Versions[0]?.VersionId;
  await expect(s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key, VersionId }))).rejects.toThrow();
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, ...FORGED }));
  const forged = '2026-12-24T090000Z-' + 'f'.repeat(64) + '.json.gz';
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: forged, ...FORGED }));
  const { code, stdout } = await gather('--json');
  expect(code).toBe(1);
  const { faults, records } = JSON.parse(stdout) as Readonly<Record<'faults' | 'records', readonly string[]>>;
  expect(records).toHaveLength(1);
  expect(faults.toSorted()).toEqual(
    [
      expect.stringContaining(`${Key} was replaced or deleted`),
      expect.stringContaining(`${forged} can't be trusted`),
    ].toSorted(),
  );
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  expect((await gather()).stdout).toContain('was replaced or deleted');
});

test('a deployment without a record is a gap, and a record that can not be kept makes its run red', async () => {
  await deploy('51');
  const own = { GITHUB_RUN_ID: '52' };
  await run(['ci', 'deployed-commit', '--out', 'plan/shown/deployed.json'], own);
  await run(['ci', 'deployed-commit', '--shown', 'plan/shown/deployed.json'], own);
  const { code, stdout } = await gather();
  expect(code).toBe(1);
  expect(stdout).toContain(github.page(52));
  const denied = { service: 's3', operation: '*', fail: { code: 'AccessDenied', status: 403, times: 9 } };
  await moto.orderFault(denied);
  const kept = await run(['ci', 'evidence'], { ...own, [RESULTS_VARIABLE]: JSON.stringify(SUCCEEDED) });
  await moto.clearFaults();
  expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining('s3:PutObject') as unknown });
});
