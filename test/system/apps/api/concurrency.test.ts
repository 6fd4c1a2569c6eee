import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { TABLE, ask, putBeneficiary, startApi, tokensOf, type Api } from './api';

// moto is left out: between the check of a condition and the write, it lets other requests in.

let database: Dynalite;
let api: Api;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  api = await startApi({ database: database.endpoint });
});

afterAll(async () => {
  await api.stop();
  await database.stop();
});

test(`100 first visits of one person make one policy, and give the other numbers back`, async () => {
  const { oid, signIn } = await tokensOf(api);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(`${api.url}/policy`, signIn)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const numbers = new Set(answers.map(({ body }) => String(body['policyNumber'])));
  expect(numbers.size).toBe(1);
  const items = (await database.items(TABLE)).filter((item) => item['oid'] === oid);
  expect(items.map(({ pk }) => pk).toSorted()).toEqual([`NUMBER#${[...numbers].join()}`, `POLICY#${oid}`]);
  const created = api.log().filter(({ audit }) => (audit as { oid?: string } | undefined)?.oid === oid);
  expect(created).toHaveLength(1);
});

test(`of 200 writes at once with the right and with a stale tag, one wins each round; the history has them all`, async () => {
  const { signIn, stepUp } = await tokensOf(api);
  let tag = (await ask(`${api.url}/policy`, signIn)).headers.get('etag') ?? '';
  let stale = tag.replace(/-1"$/, '-0"');
  const winners: string[] = [];
  for (let round = 0; round < 4; round++) {
    const writes = Array.from({ length: 200 }, async (_, index) => {
      const beneficiary = `Round ${round}, write ${index}`;
      const sent = index % 2 === 0 ? tag : stale;
      return { beneficiary, sent, answer: await putBeneficiary(api, stepUp, { beneficiary, tag: sent }) };
    });
    const results = await Promise.all(writes);
    const won = results.filter(({ answer }) => answer.status === 200);
    expect(won).toMatchObject([{ sent: tag }]);
    expect(results.filter(({ answer }) => answer.status === 412)).toHaveLength(199);
    winners.push(won[0]?.beneficiary ?? '');
    [stale, tag] = [tag, won[0]?.answer.headers.get('etag') ?? ''];
  }
  const { body } = await ask(`${api.url}/policy`, signIn);
  expect((body['history'] as { beneficiary: string }[]).map(({ beneficiary }) => beneficiary)).toEqual(winners);
});

test('writes at once that take any version are each done or told that others were quicker', async () => {
  const { signIn, stepUp } = await tokensOf(api);
  await ask(`${api.url}/policy`, signIn);
  const writes = Array.from({ length: 40 }, (_, index) =>
    putBeneficiary(api, stepUp, { beneficiary: `Name ${index}`, tag: '*' }),
  );
  const answers = await Promise.all(writes);
  const done = answers.filter(({ status }) => status === 200).length;
  const contended = answers.filter(({ status, body }) => status === 409 && body['code'] === 'contended').length;
  expect(done).toBeGreaterThan(0);
  expect(done + contended).toBe(40);
  const { body, headers } = await ask(`${api.url}/policy`, signIn);
  expect(body['history']).toHaveLength(done);
  expect(headers.get('etag')).toMatch(new RegExp(`-${done + 1}"$`));
});
