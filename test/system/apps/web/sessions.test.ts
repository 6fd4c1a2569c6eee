import { randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SessionTable, Stored } from '../../../../apps/web/sessions/session-table';
import {
  MAX_PENDING,
  PENDING_MS,
  addPending,
  changePerson,
  findPending,
  removePending,
  signIn,
  type Pending,
  type SessionState,
} from '../../../../apps/web/sessions/state';
import { DATABASE_CREDENTIALS, startDynalite, type Dynalite } from '../../../support/dynalite';
import { SESSIONS, clockFrom, createSessionsTable, tableOf } from '../../../support/apps/web/system';

const START = Date.parse('2026-06-02T12:00:00Z');
const MINUTE = 60_000;
const STATE: SessionState = { startedAt: START, csrfToken: 'token', pending: [] };

const pendingOf = (state: string, startedAt = START): Pending => ({
  flow: 'sign-in',
  state,
  nonce: 'n',
  verifier: 'v',
  startedAt,
  returnTo: '/',
  cancelTo: '/',
  isRetry: false,
});

const signedInAs = (oid: string) => ({ oid, claims: {}, idToken: 't', tokens: { accessToken: 'a', expiresAt: 0 } });

describe('what a session knows', () => {
  test('a bounded number of sign-ins is under way; the oldest goes first', () => {
    const states = Array.from({ length: MAX_PENDING + 3 }, (_, index) => `s${index}`);
    const state = states.reduce((before, name) => addPending(before, pendingOf(name)), STATE);
    expect(state.pending.map((pending) => pending.state)).toEqual(states.slice(3));
  });

  test('a sign-in is found once, and only within the hour', () => {
    const state = addPending(STATE, pendingOf('mine'));
    expect(findPending(state, 'mine', START + PENDING_MS - 1)).toBeDefined();
    expect(findPending(state, 'mine', START + PENDING_MS)).toBeUndefined();
    expect(findPending(state, 'other', START)).toBeUndefined();
    expect(findPending(removePending(state, 'mine'), 'mine', START)).toBeUndefined();
    expect(addPending(state, pendingOf('next', START + PENDING_MS)).pending).toHaveLength(1);
  });

  test('a sign-in forgets the person before, and keeps a draft for its own author alone', () => {
    const before: SessionState = {
      ...addPending(STATE, pendingOf('tab')),
      notice: 'cancelled',
      signedIn: { ...signedInAs('ada'), stepUp: { oid: 'ada', at: 0, accessToken: 'w', expiresAt: 0 } },
      draft: { oid: 'ada', beneficiary: 'Byron', etag: '"1"', key: 'k' },
    };
    const bob = signIn(before, signedInAs('bob'), START + 1);
    expect(JSON.stringify(bob)).not.toMatch(/ada|Byron|cancelled/);
    expect(bob.startedAt).toBe(START + 1);
    expect(bob.pending).toHaveLength(1);
    expect(signIn(before, signedInAs('ada'), START + 1)).toMatchObject({
      draft: before.draft,
      signedIn: signedInAs('ada'),
    });
    expect(signIn(before, signedInAs('ada'), START).signedIn?.stepUp).toBeUndefined();
  });

  test('what comes too late for a person changes nothing of the next one', () => {
    const bob = signIn(STATE, signedInAs('bob'), START);
    expect(changePerson(bob, 'ada', { idToken: 'late' })).toBe(bob);
  });
});

describe('the table', () => {
  let database: Dynalite;
  const clock = clockFrom(() => START);
  const open = (keys?: readonly Buffer[]): SessionTable =>
    tableOf({ endpoint: database.endpoint, now: clock.now, maxMs: 60 * MINUTE, ...(keys && { keys }) });

  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: DATABASE_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: DATABASE_CREDENTIALS.secretAccessKey,
    });
    database = await startDynalite();
    await createSessionsTable(database);
  });
  beforeEach(() => {
    clock.forward(START - clock.now());
    database.clearFaults();
  });
  afterAll(() => database.stop());

  const begin = async (table: SessionTable, id: string, state = STATE): Promise<Stored> => {
    const stored = await table.put(id, state, 0);
    if (stored === undefined) throw new Error(`the session ${id} is there already`);
    return stored;
  };

  test('of parallel writes of one version one wins, and the others are told', async () => {
    const table = open();
    await table.put('race', STATE, 0);
    const writes = Array.from({ length: 20 }, (_, index) => table.put('race', { ...STATE, csrfToken: `${index}` }, 1));
    const lost = (await Promise.all(writes)).filter((stored) => stored === undefined);
    expect(lost).toHaveLength(19);
    expect((await table.find('race'))?.version).toBe(2);
  });

  test('a session that has ended is not written again', async () => {
    const table = open();
    const stored = await begin(table, 'ended');
    await table.remove('ended');
    expect(await table.put('ended', STATE, stored.version)).toBeUndefined();
    clock.forward(10 * MINUTE);
    await table.touch('ended', stored);
    expect(await table.find('ended')).toBeUndefined();
  });

  test('a write whose answer is lost stands, and is no conflict', async () => {
    const table = open();
    await table.put('lost', STATE, 0);
    database.fail('PutItem', 'lose-answer', { times: 1 });
    expect((await table.put('lost', { ...STATE, csrfToken: 'second' }, 1))?.version).toBe(2);
    expect((await table.find('lost'))?.state.csrfToken).toBe('second');
  });

  test('it ends when nobody uses it, and at its absolute limit however much it is used', async () => {
    const table = open();
    const stored = await begin(table, 'limits');
    clock.forward(29 * MINUTE);
    await table.touch('limits', stored);
    expect((await table.find('limits'))?.expiresAt).toBe(START + 59 * MINUTE);
    clock.forward(29 * MINUTE);
    await table.touch('limits', (await table.find('limits')) ?? stored);
    expect(await table.find('limits')).toBeDefined();
    clock.forward(2 * MINUTE);
    expect(await table.find('limits')).toBeUndefined();
    await table.put('idle', { ...STATE, startedAt: clock.now() }, 0);
    clock.forward(30 * MINUTE);
    expect(await table.find('idle')).toBeUndefined();
  });

  test('reading often seldom writes that it is in use, and DynamoDB gets whole seconds for its TTL', async () => {
    const table = open();
    const stored = await begin(table, 'touch');
    database.resetCalls();
    clock.forward(MINUTE - 1);
    await table.touch('touch', stored);
    expect(database.calls.get('UpdateItem')).toBeUndefined();
    clock.forward(1);
    await table.touch('touch', stored);
    expect(database.calls.get('UpdateItem')).toBe(1);
    for (const { expiresAt } of await database.items(SESSIONS)) expect(Number.isInteger(expiresAt)).toBe(true);
  });

  test('a row that is put in another’s place opens nothing, and neither does a damaged one', async () => {
    const table = open();
    await table.put('attacker', STATE, 0);
    const before = new Set((await database.items(SESSIONS)).map(({ id }) => id));
    await table.put('victim', STATE, 0);
    const items = await database.items(SESSIONS);
    const victim = items.find(({ id }) => !before.has(id));
    const attacker = items.find(({ id }) => before.has(id));
    for (const sealed of [attacker?.['sealed'], 'junk', undefined]) {
      const Item = marshall({ ...victim, sealed }, { removeUndefinedValues: true });
      await database.client.send(new PutItemCommand({ TableName: SESSIONS, Item }));
      expect(await table.find('victim')).toBeUndefined();
    }
  });

  test('what one key sealed opens while the key is among them, and no write looks like another', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    await open([old]).put('rotated', STATE, 0);
    await open([next, old]).put('new', STATE, 0);
    expect((await open([next, old]).find('rotated'))?.state).toEqual(STATE);
    expect(await open([next]).find('rotated')).toBeUndefined();
    expect(await open([old]).find('new')).toBeUndefined();
    const sealed = (await database.items(SESSIONS)).map((item) => item['sealed']);
    expect(new Set(sealed).size).toBe(sealed.length);
  });
});
