import { Policies } from '../../../../apps/api/policies/policies';
import { PolicyStore, type Change } from '../../../../apps/api/policies/policy-store';
import { PolicyChange } from '../../../../apps/service/policy';
import type { PolicyRecord } from '../../../../apps/api/policies/policy-store';
import { startDynalite, type Dynalite } from '../../../support/dynalite';
import { TABLE, ask, putBeneficiary, startApi, tokensOf, type Answer, type Api } from './api';

const KEY = 'k'.repeat(16);
const OTHER = 'o'.repeat(64);

let database: Dynalite;
let api: Api;

beforeAll(async () => {
  database = await startDynalite();
  await database.createTable(TABLE);
  api = await startApi({ database: database.endpoint });
});
afterEach(() => {
  database.clearFaults();
});
afterAll(async () => {
  await api.stop();
  await database.stop();
});

const tagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';
const namesOf = ({ body }: Answer): readonly string[] =>
  (body['history'] as { beneficiary: string }[]).map(({ beneficiary }) => beneficiary);

/** A person with a policy, and a way to change it. */
async function customer() {
  const { oid, signIn, stepUp } = await tokensOf(api);
  const read = (): Promise<Answer> => ask(`${api.url}/policy`, signIn);
  const put = (beneficiary: string, tag: string, key?: string): Promise<Answer> =>
    putBeneficiary(api, stepUp, { beneficiary, tag, key });
  return { oid, read, put, tag: tagOf(await read()) };
}

test('after somebody’s later change a repetition says that the change was made, and undoes nothing', async () => {
  const { put, tag } = await customer();
  const later = await put('Milbanke', tagOf(await put('Byron', tag, KEY)), OTHER);
  const again = await put('Byron', tag, KEY);
  expect([again.status, again.body['beneficiary'], tagOf(again)]).toEqual([200, 'Milbanke', tagOf(later)]);
  expect(namesOf(again)).toEqual(['Byron', 'Milbanke']);
});

test('another name with the key of a change that was made is refused, and changes nothing', async () => {
  const { read, put, tag } = await customer();
  await put('Byron', tag, KEY);
  const { status, body } = await put('Milbanke', '*', KEY);
  expect([status, body['code']]).toEqual([422, 'key-reused']);
  expect(body['detail']).toBe(
    'A change to another name was made with this Idempotency-Key; send a change of its own with a new key.',
  );
  expect(namesOf(await read())).toEqual(['Byron']);
});

test('a key whose change was refused can be used again', async () => {
  const { put, tag } = await customer();
  expect((await put('', tag, KEY)).status).toBe(422);
  expect((await put('Byron', tag.replace(/-1"$/, '-0"'), KEY)).status).toBe(412);
  expect((await put('Milbanke', tag, KEY)).status).toBe(200);
});

test('a key is of one person’s policy alone', async () => {
  const [ada, bob] = [await customer(), await customer()];
  await ada.put('Byron', ada.tag, KEY);
  expect((await bob.put('Milbanke', bob.tag, KEY)).body).toMatchObject({ beneficiary: 'Milbanke' });
});

test('of twenty at once with one key one writes, and all are told that it is done', async () => {
  const { oid, put, tag } = await customer();
  const answers = await Promise.all(Array.from({ length: 20 }, () => put('Byron', tag, KEY)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(new Set(answers.map((answer) => namesOf(answer).join()))).toEqual(new Set(['Byron']));
  const entries = api.log().map(({ audit }) => audit as { oid: string; action: string } | undefined);
  expect(entries.filter((entry) => entry?.oid === oid && entry.action === 'beneficiary-changed')).toHaveLength(1);
});

/** A table that did a write and lost the answer; when the SDK sends it again, somebody else has written after it. */
class LateStore extends PolicyStore {
  #isFirst = true;

  override async change(record: PolicyRecord, change: Change): Promise<boolean> {
    if (!(await super.change(record, change))) return false;
    if (!this.#isFirst) return true;
    this.#isFirst = false;
    const named = PolicyChange.parse({ beneficiary: 'Milbanke' });
    const history = [...(change.history ?? []), { ...named, changedAt: change.updatedAt, key: OTHER }];
    const later = { ...change, ...named, history, writeId: 'later' };
    expect(await super.change({ ...record, version: record.version + 1 }, later)).toBe(true);
    return false;
  }
}

test.each([KEY, undefined])(
  'a write that the database did without an answer, then somebody else’s: not refused, with the key %s',
  async (key) => {
    const { oid, read } = await customer();
    const store = new LateStore({ table: TABLE, region: 'eu-central-1', endpoint: database.endpoint });
    const tag = tagOf(await read());
    const order = {
      oid,
      change: PolicyChange.parse({ beneficiary: 'Byron' }),
      precondition: (current: string) => current === tag,
      key,
    };
    const result = await new Policies({ store }).change(order, () => undefined);
    expect(result).toMatchObject({ beneficiary: 'Milbanke' });
    expect(namesOf(await read())).toEqual(['Byron', 'Milbanke']);
  },
);

test('a database that answers too late: 503, and the same request with its key then says that it is done', async () => {
  const { read, put, tag } = await customer();
  database.fail('UpdateItem', 'lose-answer', { times: 1 });
  database.fail('GetItem', 'error', { after: 1 });
  expect((await put('Byron', tag, KEY)).status).toBe(503);
  database.clearFaults();
  expect((await put('Byron', tag)).status).toBe(412);
  expect((await put('Byron', tag, KEY)).status).toBe(200);
  expect(namesOf(await read())).toEqual(['Byron']);
});

test.each([
  ['empty', ''],
  ['of 15 characters', 'k'.repeat(15)],
  ['of 65 characters', 'k'.repeat(65)],
  ['with a blank', `${KEY} ${KEY}`],
  ['with one quote', `"${KEY}`],
  ['with parameters', `"${KEY}"; a=1`],
  ['two keys', `"${KEY}", "${OTHER}"`],
])('refuses a key that is %s, before anything is written', async (_what, key) => {
  const { read, put, tag } = await customer();
  const { status, body } = await put('Byron', tag, key);
  expect([status, body['code']]).toEqual([400, 'malformed-request']);
  expect(body['detail']).toBe(
    'Idempotency-Key must be one key of 16 to 64 letters, digits, hyphens or underscores, in double quotes.',
  );
  expect(namesOf(await read())).toEqual([]);
});

test('a key with and without quotes is the same one', async () => {
  const { put, tag } = await customer();
  await put('Byron', tag, KEY);
  expect((await put('Byron', tag, `"${KEY}"`)).status).toBe(200);
});
