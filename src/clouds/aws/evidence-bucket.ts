import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { EvidenceHome } from '../../estate/sections/pipeline/pipeline';
import { callAws, readPages, required } from './aws-call';
import { awsConfig } from './aws-config';

/** Bucket that keeps records. */
export type RecordBucket = Pick<EvidenceHome, 'bucket' | 'account' | 'region'>;

/** At a stand-in (AWS_ENDPOINT_URL), a bucket has no host of its own. */
const openS3 = (region: string): S3Client =>
  new S3Client({ ...awsConfig(region), forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });

/** Puts a record, which the bucket's default keeps for its time. @throws AwsCallError */
export async function putRecord(
  { bucket, account, region }: RecordBucket,
  { key, body }: { readonly key: string; readonly body: Uint8Array },
): Promise<void> {
  const call = { action: 's3:PutObject', subject: `the record s3://${bucket}/${key}`, writes: true };
  const s3 = openS3(region);
  // What a lock keeps needs one (Amazon S3 API, PutObject).
  const ContentMD5 = createHash('md5').update(body).digest('base64');
  const input = { Bucket: bucket, Key: key, Body: body, ContentMD5, ExpectedBucketOwner: account };
  await callAws(call, () => s3.send(new PutObjectCommand({ ...input, ContentType: 'application/gzip' })));
}

/** A bucket whose records end by themselves. */
interface KeepingBucket extends RecordBucket {
  /** Days after which the bucket deletes what was put. */
  readonly keepDays: number;
}

/** A record as the bucket has it. */
export interface StoredRecord {
  readonly key: string;
  /** True if somebody wrote something else over it, or deleted it before its time: what was there first is kept. */
  readonly isReplaced: boolean;
  /** Its first version; absent where marks of a deletion are all there is. */
  readonly first?: StoredText;
}

/** Text of a record. */
interface StoredText {
  /** Time at which it was put. */
  readonly at: Date;
  readonly bytes: number;
  /** @throws AwsCallError */
  readonly read: () => Promise<Uint8Array>;
}

/** Records of some days, in whose names the days stand first. */
export interface Days {
  /** The first day, in UTC: `2026-01-31`. */
  readonly from: string;
  /** The last day. */
  readonly to: string;
}

const DAY_MS = 86_400_000;

/** Lists the records of some days, the oldest first, without marks of those that had their time. @throws AwsCallError */
export async function listRecords(home: KeepingBucket, days: Days): Promise<readonly StoredRecord[]> {
  const call = { action: 's3:ListBucketVersions', subject: `the records in s3://${home.bucket}` };
  const s3 = openS3(home.region);
  const versions = await readPages(call, versionPages(s3, home, days), (page) => page);
  const byKey = Map.groupBy(versions, ({ Key }) => required(Key, call, 'Key'));
  return [...byKey].flatMap(([key, all]): readonly StoredRecord[] => {
    // S3 lists the newest version of a key first; their times have no more than seconds.
    const first = all.findLast(({ ETag }) => ETag !== undefined);
    const put = first?.LastModified ?? new Date(key.slice(0, days.to.length));
    const end = put.getTime() + home.keepDays * DAY_MS;
    const isExpiry = ({ ETag, LastModified }: ObjectVersion): boolean =>
      ETag === undefined && LastModified !== undefined && LastModified.getTime() >= end;
    if (first === undefined) return all.every(isExpiry) ? [] : [{ key, isReplaced: true }];
    const isReplaced = all.some((one) => one.ETag !== first.ETag && !isExpiry(one));
    return [{ key, isReplaced, first: textOf(first, home, s3) }];
  });
}

function textOf({ Key, VersionId, LastModified, Size }: ObjectVersion, home: RecordBucket, s3: S3Client): StoredText {
  const call = { action: 's3:GetObjectVersion', subject: `the record s3://${home.bucket}/${Key}` };
  const owner = { Bucket: home.bucket, ExpectedBucketOwner: home.account };
  const input = { ...owner, Key, VersionId: required(VersionId, call, 'VersionId') };
  return {
    at: required(LastModified, call, 'LastModified'),
    bytes: required(Size, call, 'Size'),
    read: async () => {
      const { Body } = await callAws(call, () => s3.send(new GetObjectCommand(input)));
      return required(Body, call, 'Body').transformToByteArray();
    },
  };
}

/** The SDK has no pages of this list. A mark of a deletion is a version without an ETag. */
async function* versionPages(
  s3: S3Client,
  { bucket, account }: RecordBucket,
  { from, to }: Days,
): AsyncGenerator<readonly ObjectVersion[]> {
  const isBefore = ({ Key = '' }: ObjectVersion): boolean => Key.slice(0, to.length) <= to;
  let marks: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
  while (marks !== undefined) {
    const input = { Bucket: bucket, ExpectedBucketOwner: account, ...marks };
    const page: ListObjectVersionsCommandOutput = await s3.send(new ListObjectVersionsCommand(input));
    const all: readonly ObjectVersion[] = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    yield all.filter((one) => isBefore(one) && (one.Key ?? '') >= from);
    const isLast = page.IsTruncated !== true || !all.every(isBefore);
    marks = isLast ? undefined : { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}
