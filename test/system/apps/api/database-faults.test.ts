import { startDynalite, type DatabaseFault, type Dynalite } from '../../../support/dynalite';
import { TABLE, ask, putBeneficiary, startApi, tokensOf, type Api } from './api';

const QUICK = { credentials: 5_000, attempt: 200 };

let database: Dynalite;
let api: Api;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
});

beforeEach(async () => {
  api = await startApi({ database: database.endpoint, timeouts: QUICK });
});

afterEach(async () => {
  database.clearFaults();
  await api.stop();
});

afterAll(() => database.stop());

/** Items that the table holds of a person. */
async function itemsOf(oid: string): Promise<readonly string[]> {
  const items = await database.items(TABLE);
  return items
    .filter((item) => item['oid'] === oid)
    .map(({ pk }) => String(pk).replace(/#.*/, ''))
    .toSorted();
}

describe.each<DatabaseFault>(['throttle', 'error', 'reset'])('the database answers: %s', (fault) => {
  test('once: the SDK tries again, and nobody notices', async () => {
    const { oid, signIn, stepUp } = await tokensOf(api);
    for (const operation of ['GetItem', 'PutItem', 'UpdateItem']) database.fail(operation, fault, { times: 1 });
    expect((await ask(`${api.url}/policy`, signIn)).status).toBe(200);
    expect((await putBeneficiary(api, stepUp, { beneficiary: 'Bob', tag: '*' })).status).toBe(200);
    expect(await itemsOf(oid)).toEqual(['NUMBER', 'POLICY']);
  });

  test('for long: 503 with Retry-After, a line in the log, and it works again after', async () => {
    const { signIn } = await tokensOf(api);
    database.fail('*', fault, {});
    const { status, headers, body } = await ask(`${api.url}/policy`, signIn);
    expect([status, headers.get('retry-after'), body['code']]).toEqual([503, '2', 'unavailable']);
    expect(JSON.stringify(body)).not.toMatch(/dynamo|amazon|Throttling|ECONN/i);
    expect(api.log().filter(({ level }) => level === 50)).toHaveLength(1);
    database.clearFaults();
    expect((await ask(`${api.url}/policy`, signIn)).status).toBe(200);
  });
});

test('a database that never answers costs a bounded time', async () => {
  const { signIn } = await tokensOf(api);
  database.fail('*', 'hang', {});
  expect((await ask(`${api.url}/policy`, signIn)).status).toBe(503);
});

test('a database that is not there: 503, and not ready', async () => {
  const lonely = await startApi({ database: 'http://127.0.0.1:1', timeouts: QUICK });
  const { signIn } = await tokensOf(lonely);
  expect((await ask(`${lonely.url}/policy`, signIn)).status).toBe(503);
  expect(await ask(`${lonely.url}/readyz`)).toMatchObject({ status: 503, body: { checks: { table: false } } });
  expect((await ask(`${lonely.url}/healthz`)).status).toBe(200);
  await lonely.stop();
});

test('a write whose answer is lost is done once, and the client hears so', async () => {
  const { oid, signIn, stepUp } = await tokensOf(api);
  database.fail('PutItem', 'lose-answer', { times: 1 });
  const created = await ask(`${api.url}/policy`, signIn);
  expect(created.status).toBe(200);
  expect(await itemsOf(oid)).toEqual(['NUMBER', 'POLICY']);

  database.fail('UpdateItem', 'lose-answer', { times: 1 });
  const tag = created.headers.get('etag') ?? '';
  const { status, body } = await putBeneficiary(api, stepUp, { beneficiary: 'Bob', tag });
  expect([status, body['history']]).toEqual([200, [expect.objectContaining({ beneficiary: 'Bob' })]]);
});

test('a policy whose answer is lost keeps its number', async () => {
  await api.stop();
  let draws = 0;
  api = await startApi({
    database: database.endpoint,
    timeouts: QUICK,
    drawNumber: () => {
      draws++;
      return '5555555555';
    },
  });
  const { oid, signIn } = await tokensOf(api);
  // The first put is the number's.
  database.fail('PutItem', 'lose-answer', { times: 1, after: 1 });
  const { status, body } = await ask(`${api.url}/policy`, signIn);
  expect([status, body['policyNumber'], draws]).toEqual([200, '5555555555', 1]);
  expect(await itemsOf(oid)).toEqual(['NUMBER', 'POLICY']);
});

test('a number that is taken is drawn again', async () => {
  await api.stop();
  const numbers = ['7777777777', '7777777777', '8888888888'];
  api = await startApi({ database: database.endpoint, drawNumber: () => numbers.shift() ?? '0000000000' });
  const [ada, bob] = [await tokensOf(api), await tokensOf(api)];
  expect((await ask(`${api.url}/policy`, ada.signIn)).body['policyNumber']).toBe('7777777777');
  expect((await ask(`${api.url}/policy`, bob.signIn)).body['policyNumber']).toBe('8888888888');
});

test('a table that is missing is a fault of its own, of which the client hears nothing', async () => {
  const other = await startDynalite();
  const lonely = await startApi({ database: other.endpoint });
  const { signIn } = await tokensOf(lonely);
  const { status, body } = await ask(`${lonely.url}/policy`, signIn);
  expect([status, body['code'], body['detail']]).toEqual([500, 'unexpected', 'Something failed that should not.']);
  expect(JSON.stringify(lonely.log())).toContain('ResourceNotFoundException');
  await lonely.stop();
  await other.stop();
});
