import { FlowKeys } from '../../../../apps/api/tokens/flow-keys';
import { createSigningKey, startFakeIssuer, type FakeIssuer, type IssuerFault } from '../../../support/fake-issuer';

const FLOW = 'B2C_1_signupsignin1';
const KEYS_PATH = `/${FLOW}/keys`;
const TOKEN = { payload: '', signature: '' };

let issuer: FakeIssuer;
let time: number;
let failures: unknown[];

beforeEach(async () => {
  issuer = await startFakeIssuer([FLOW]);
  time = 0;
  failures = [];
});

afterEach(() => issuer.stop());

function keysOf(options: Partial<ConstructorParameters<typeof FlowKeys>[0]> = {}): FlowKeys {
  return new FlowKeys({
    metadataUrl: new URL(issuer.metadataUrl(FLOW)),
    onFailure: (error) => failures.push(error),
    clock: () => time,
    ...options,
  });
}

const find = async (keys: FlowKeys, kid: string): Promise<unknown> => keys.find({ alg: 'RS256', kid }, TOKEN);

test('fetches once, however many tokens come at first', async () => {
  const keys = keysOf();
  const { kid } = issuer.keyOf(FLOW);
  await Promise.all(Array.from({ length: 50 }, () => find(keys, kid)));
  expect(issuer.requests.get(KEYS_PATH)).toBe(1);
  expect(await keys.issuer()).toBe(issuer.issuer);
});

test('asks for an unknown key once in the cool-down, whatever comes', async () => {
  const keys = keysOf();
  await keys.refresh();
  for (time = 0; time < 90_000; time += 100) {
    await expect(find(keys, `unknown-${time}`)).rejects.toThrow('no applicable key found');
  }
  expect(issuer.requests.get(KEYS_PATH)).toBe(3);
});

test('also while the issuer is down', async () => {
  const keys = keysOf();
  await keys.refresh();
  issuer.fail('error');
  for (time = 0; time < 90_000; time += 100) await find(keys, 'unknown').catch(() => undefined);
  expect(issuer.requestCount()).toBe(2 + 2);
});

test('finds a new key as soon as the cool-down is over, and keeps the old one', async () => {
  const keys = keysOf();
  const old = issuer.keyOf(FLOW);
  await keys.refresh();
  const next = await issuer.rotate(FLOW);
  await expect(find(keys, next.kid)).rejects.toThrow('no applicable key found');
  time = 30_000;
  await expect(find(keys, next.kid)).resolves.toBeDefined();
  await expect(find(keys, old.kid)).resolves.toBeDefined();
});

test.each<IssuerFault>(['error', 'page', 'empty', 'silent'])(
  'goes on with the keys that it has while the issuer answers: %s',
  async (fault) => {
    const keys = keysOf();
    await keys.refresh();
    issuer.fail(fault);
    await expect(keys.refresh()).rejects.toThrow();
    await expect(find(keys, issuer.keyOf(FLOW).kid)).resolves.toBeDefined();
    expect(keys.isReady).toBe(true);
    expect(failures).toHaveLength(1);
  },
);

test('never waits for a slow issuer with a key that it has', async () => {
  const keys = keysOf();
  await keys.refresh();
  issuer.fail('silent');
  const pending = keys.refresh().catch(() => undefined);
  await expect(find(keys, issuer.keyOf(FLOW).kid)).resolves.toBeDefined();
  issuer.fail(undefined);
  await issuer.stop();
  await pending;
  issuer = await startFakeIssuer([FLOW]);
});

test('has no keys until the issuer is up, asks at most once a second, and then works by itself', async () => {
  issuer.fail('error');
  const keys = keysOf();
  for (time = 0; time < 3_000; time += 100) {
    await expect(find(keys, issuer.keyOf(FLOW).kid)).rejects.toMatchObject({ code: 'unavailable' });
  }
  expect(issuer.requestCount()).toBe(3);
  expect(keys.isReady).toBe(false);
  issuer.fail(undefined);
  time += 1_000;
  await expect(find(keys, issuer.keyOf(FLOW).kid)).resolves.toBeDefined();
});

test('recovers from wrong keys at the next refresh', async () => {
  issuer.fail('wrong-keys');
  const keys = keysOf();
  await keys.refresh();
  const wrong = await find(keys, issuer.keyOf(FLOW).kid);
  issuer.fail(undefined);
  await keys.refresh();
  expect(await find(keys, issuer.keyOf(FLOW).kid)).not.toBe(wrong);
});

test('refreshes in the background', async () => {
  const keys = keysOf({ refreshMs: 20 });
  keys.start();
  const next = await issuer.rotate(FLOW);
  const found = async (): Promise<boolean> =>
    find(keys, next.kid)
      .then(() => true)
      .catch(() => false);
  while (!(await found())) await new Promise(setImmediate);
  keys.stop();
});

test('is ready soon after the directory is back, with no request that asks and the next refresh far away', async () => {
  issuer.fail('error');
  const keys = keysOf({ refreshMs: 3_600_000 });
  keys.start();
  while (issuer.requestCount() < 4) await new Promise(setImmediate);
  expect(keys.isReady).toBe(false);
  expect(failures).toHaveLength(1);
  issuer.fail(undefined);
  while (!keys.isReady) await new Promise(setImmediate);
  keys.stop();
});

test("refuses an issuer that is another tenant's", async () => {
  const keys = keysOf({ tenantId: '99999999-9999-4999-8999-999999999999' });
  await expect(keys.refresh()).rejects.toThrow();
  expect(String(failures[0])).toContain('is not the one of tenant 99999999-9999-4999-8999-999999999999');
  expect((await keysOf({ tenantId: issuer.tenantId }).refresh()).issuer).toBe(issuer.issuer);
});

test('does not use a key that is no RSA signing key', async () => {
  const { jwk } = await createSigningKey();
  const own = issuer.keyOf(FLOW).jwk;
  Object.assign(own, { use: 'enc', n: jwk.n });
  await expect(keysOf().refresh()).rejects.toThrow();
  expect(String(failures[0])).toContain('no RSA signing key');
});
