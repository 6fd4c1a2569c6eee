import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { paced } from '../../../../src/clouds/aws/pace';

/** Tries again at once. */
const RETRY = {
  mode: 'standard',
  acquireInitialRetryToken: () => Promise.resolve(token(0)),
  refreshRetryTokenForRetry: ({ getRetryCount }: ReturnType<typeof token>) =>
    Promise.resolve(token(getRetryCount() + 1)),
  recordSuccess: () => undefined,
};

function token(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => 0 };
}

const ANSWERS = { 200: { Instances: [] }, 400: { __type: 'ThrottlingException', message: 'slow down' } };

/** A client at ten requests a second, which answers by these statuses first, with the pauses that it made in milliseconds. */
function pacedClient({ statuses = [], ...config }: { endpoint?: string; statuses?: (keyof typeof ANSWERS)[] } = {}) {
  const pauses: number[] = [];
  const clock = { time: 0 };
  const handle = () => {
    const statusCode = statuses.shift() ?? 200;
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return Promise.resolve({
      response: { statusCode, headers, body: Buffer.from(JSON.stringify(ANSWERS[statusCode])) },
    });
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const plain = { region: 'eu-west-1', credentials, retryStrategy: RETRY, requestHandler: { handle }, ...config };
  const client = paced(new SSOAdminClient(plain), 10, {
    now: () => clock.time,
    pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
  });
  return { pauses, clock, ask: () => client.send(new ListInstancesCommand({})) };
}

test('requests that are made at once leave one after the other, and one after a while at once', async () => {
  const { ask, pauses, clock } = pacedClient();
  await Promise.all([ask(), ask(), ask()]);
  expect(pauses).toEqual([100, 200]);
  clock.time = 1000;
  await Promise.all([ask(), ask()]);
  expect(pauses).toEqual([100, 200, 100]);
});

test('another attempt waits for its turn as well', async () => {
  const { ask, pauses } = pacedClient({ statuses: [400, 400] });
  await ask();
  expect(pauses).toEqual([100, 200]);
});

test('stand-ins on this machine are asked at once', async () => {
  const { ask, pauses } = pacedClient({ endpoint: 'http://localhost:5000' });
  await Promise.all([ask(), ask()]);
  expect(pauses).toEqual([]);
});
