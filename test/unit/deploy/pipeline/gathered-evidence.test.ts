import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type EvidenceRecord, type KeptRecord, packed, planDigest } from '../../../../src/deploy/pipeline/evidence';
import { gatherEvidence } from '../../../../src/deploy/pipeline/gathered-evidence';
import { answering } from '../../../support/answering-client';

const home = {
  ...{ bucket: 'sandbox-evidence', account: '210000000001', region: 'eu-west-1' },
  ...{ keepDays: 90, mode: 'governance' as const },
};
const plan = { engines: [], images: {} };
const run = (number: number): string => `https://github.localhost/insurance/identity/actions/runs/${number}`;
const commit = (number: number): string => String(number).repeat(40);

/** A record of a deployment that ended at a time. */
function kept(ended: string, number = 1, other: Partial<EvidenceRecord> = {}): KeptRecord {
  return packed({
    ...{ program: '0.1.0', estate: 'sandbox', commit: commit(number), forge: 'github', run: run(number) },
    ...{ began: ended, ended, result: 'succeeded', steps: [] },
    changes: { state: 'known', value: [] },
    approvals: { state: 'known', value: [] },
    plan: { sha256: planDigest(plan), ...plan },
    ...other,
  });
}

interface Version extends KeptRecord {
  /** Time at which it was put. */
  readonly at: string;
  readonly size?: number;
  readonly isMark?: boolean;
}

interface Parameter {
  readonly at: string;
  readonly value: string;
  readonly version: number;
}

/** What the bucket and the parameter have, each with the newest first. */
function deployed(versions: readonly Version[], parameters: readonly Parameter[] = []): readonly string[] {
  const all = versions.map(({ key, at, body, size = body.length, isMark }, index) => {
    const one = { Key: key, VersionId: `v${index}`, LastModified: new Date(at) };
    return isMark === true ? one : { ...one, ETag: `"${body.toString('hex')}"`, Size: size };
  });
  const [texts, marks] = [all.filter((one) => 'ETag' in one), all.filter((one) => !('ETag' in one))];
  const { calls } = answering(S3Client.prototype, {
    ListObjectVersionsCommand: () => ({ Versions: texts, DeleteMarkers: marks }),
    GetObjectCommand: ({ VersionId }) => {
      const found = versions[all.findIndex((one) => one.VersionId === VersionId)];
      return { Body: { transformToByteArray: () => Promise.resolve(found?.body) } };
    },
  });
  answering(SSMClient.prototype, {
    GetParameterHistoryCommand: () => ({
      Parameters: parameters.map(({ at, value, version }) => {
        return { Value: value, Version: version, LastModifiedDate: new Date(at) };
      }),
    }),
  });
  return calls;
}

const begun = (number: number, at: string, version = 1): Parameter => {
  return { at, version, value: JSON.stringify({ unfinished: [{ commit: commit(number), url: run(number) }] }) };
};
const days = { from: '2026-11-01', to: '2026-11-30' };
const gather = (asked = days) =>
  gatherEvidence({ estate: 'sandbox', home, days: asked, now: new Date('2026-12-01T12:00:00Z') });
const ENDED = '2026-11-24T09:30:00.000Z';

test('a record that was put when its deployment ended is no fault', async () => {
  deployed([{ ...kept(ENDED), at: '2026-11-24T10:29:00Z' }], [begun(1, '2026-11-24T09:00:00Z')]);
  expect(await gather({ ...days, from: '2026-11-24' })).toEqual({
    ...{ estate: 'sandbox', bucket: home.bucket, from: '2026-11-24', to: '2026-11-30', faults: [] },
    records: [expect.objectContaining({ commit: commit(1), failed: [] })],
  });
});

test('a record that was put long before or after its end is a fault', async () => {
  deployed([
    { ...kept(ENDED), at: '2026-11-26T09:30:00Z' },
    { ...kept(ENDED, 2), at: '2026-11-24T08:00:00Z' },
  ]);
  const { faults } = await gather();
  expect(faults).toEqual([
    expect.stringContaining('was put at 2026-11-26T09:30:00.000Z'),
    expect.stringContaining('was put at 2026-11-24T08:00:00.000Z'),
  ]);
});

test('a record of another estate, under another time, or of too many bytes is not valid', async () => {
  const one = kept(ENDED);
  const other = kept(ENDED, 2, { estate: 'blog' });
  const moved = { ...one, key: one.key.replace('T093000Z', 'T093100Z') };
  const calls = deployed([
    { ...other, at: ENDED },
    { ...moved, at: ENDED },
    { ...kept(ENDED, 3), at: ENDED, size: 16 * 1024 * 1024 + 1 },
  ]);
  const { records, faults } = await gather();
  expect(records).toEqual([]);
  expect(faults).toEqual([
    expect.stringContaining("of the estate 'blog'"),
    expect.stringContaining('another time'),
    expect.stringContaining('16777216'),
  ]);
  expect(calls.filter((call) => call === 'GetObjectCommand')).toHaveLength(2);
});

test('the deletion by the bucket itself is no fault, and an earlier one is', async () => {
  const [ended, early] = [kept('2026-08-01T09:00:00.000Z'), kept('2026-09-15T09:00:00.000Z', 2)];
  const gone = kept('2026-08-02T09:00:00.000Z', 3);
  const hidden = kept('2026-09-16T09:00:00.000Z', 4);
  deployed([
    { ...ended, at: '2026-10-31T00:00:00Z', isMark: true },
    { ...ended, at: '2026-08-01T09:00:00Z' },
    { ...early, at: '2026-10-31T00:00:00Z', isMark: true },
    { ...early, at: '2026-09-15T09:00:00Z' },
    { ...gone, at: '2026-11-01T00:00:00Z', isMark: true },
    { ...hidden, at: '2026-11-01T00:00:00Z', isMark: true },
  ]);
  const { records, faults } = await gather({ ...days, from: '2026-08-01' });
  expect(records).toHaveLength(2);
  expect(faults).toEqual([
    expect.stringContaining(`${early.key} was replaced or deleted`),
    expect.stringContaining(`${hidden.key} was deleted`),
  ]);
});

test('a deployment of the last day may end after it: it has a record, which is listed by its own days', async () => {
  deployed([{ ...kept('2026-12-01T01:00:00.000Z'), at: '2026-12-01T01:00:00Z' }], [begun(1, '2026-11-30T23:30:00Z')]);
  expect(await gather()).toMatchObject({ records: [], faults: [] });
  expect((await gather({ from: '2026-11-30', to: '9999-12-31' })).records).toHaveLength(1);
});

test('a deployment without a record is a gap, unless its record had its time', async () => {
  deployed([], [begun(1, '2026-08-01T09:00:00Z'), begun(2, '2026-11-24T09:00:00Z', 2)]);
  expect(await gather({ ...days, from: '2026-07-01' })).toMatchObject({
    faults: [expect.stringContaining(`${commit(2)} by ${run(2)} has no record`)],
    gapsKnownFrom: '2026-09-02',
  });
});

test('a version that is no record of deployments is a fault, and hides no other', async () => {
  const forged = { at: '2026-11-23T09:00:00Z', value: '{"unfinished":"none"}', version: 2 };
  deployed([], [begun(1, '2026-11-22T09:00:00Z'), forged, begun(2, '2026-11-24T09:00:00Z', 3)]);
  const { faults } = await gather();
  expect(faults).toEqual([
    expect.stringContaining(commit(1)),
    expect.stringContaining(commit(2)),
    expect.stringContaining('version 2 of the parameter /entra-aws/sandbox/deployed'),
  ]);
});

test.each([
  ['is not there', [], '2026-12-01'],
  ['was made again', [begun(1, '2026-11-24T09:00:00Z')], '2026-11-24'],
  ['lacks its first versions', [begun(1, '2026-11-24T09:00:00Z', 7)], '2026-11-25'],
])('where the parameter %s, earlier gaps are unknown', async (_, parameters, gapsKnownFrom) => {
  deployed([{ ...kept(ENDED), at: ENDED }], parameters);
  expect(await gather()).toMatchObject({ faults: [], gapsKnownFrom });
});
