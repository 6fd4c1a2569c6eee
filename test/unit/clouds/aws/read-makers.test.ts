import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createIdentityCenterClients } from '../../../../src/clouds/aws/aws-clients';
import { readMakers, readSince } from '../../../../src/clouds/aws/read-makers';
import { assignment } from '../../../support/fake-identity-center';

const NOW = new Date('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const before = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR_MS);
const BY = { arn: 'arn:aws:iam::210000000001:user/mallory' };

/** An event `CreateAccountAssignment` so many hours ago, with this in its record. */
function event(hours: number, record: object = {}) {
  const { set, account, principalType, principalId } = assignment('1', 'a', 1);
  const made = {
    ...{ eventTime: before(hours).toISOString(), userIdentity: BY },
    requestParameters: { permissionSetArn: set, targetId: account, principalType, principalId },
    ...record,
  };
  return { EventTime: before(hours).getTime() / 1000, CloudTrailEvent: JSON.stringify(made) };
}

/** Reads from a CloudTrail whose every page has these events, and another one where it is endless. */
async function read(Events: readonly object[], isEndless = false) {
  const body = Buffer.from(JSON.stringify({ Events, ...(isEndless && { NextToken: 'more' }) }));
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const handle = () => Promise.resolve({ response: { statusCode: 200, headers, body } });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const cloudTrail = new CloudTrailClient({ region: 'eu-west-1', credentials, requestHandler: { handle } });
  const clients = createIdentityCenterClients({ region: 'eu-west-1', concurrency: 1, onProgress: () => undefined });
  return readMakers({ ...clients, cloudTrail });
}

const since = async (...asked: Parameters<typeof read>) => readSince(await read(...asked), before(48), NOW);

test('whoever made an assignment is read, one without an ARN too, and no attempt that was refused', async () => {
  const service = { userIdentity: { type: 'AWSService', invokedBy: 'sso.amazonaws.com' } };
  const { makers } = await read([event(1), event(2, service), event(3, { errorCode: 'AccessDenied' })]);
  expect(makers.map(({ by }) => by)).toEqual([BY.arn, 'AWSService']);
});

test('all of a time are read where CloudTrail has no more', async () => {
  expect(await since([event(1)])).toEqual({ state: 'known', value: before(48) });
});

test('where CloudTrail has more, those since the oldest event are read, though it was refused', async () => {
  const refused = event(5, { errorCode: 'AccessDenied' });
  expect(await since([event(2), refused], true)).toEqual({ state: 'known', value: before(5) });
  expect(await since([refused], true)).toEqual({ state: 'known', value: before(5) });
});

test('so many attempts that a run each hour would leave a gap are no reading', async () => {
  expect(await since([event(2)], true)).toMatchObject({ state: 'known' });
  expect(await since([event(1.9, { errorCode: 'AccessDenied' })], true)).toMatchObject({ state: 'failed' });
  const empty = readSince(await read([], true), before(48), new Date());
  expect(empty).toMatchObject({ state: 'failed' });
});
