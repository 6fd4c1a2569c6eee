import fc from 'fast-check';
import { exampleHandoff, handoffIds, handoffOf, type NamedHandoff, versionOf } from '../../../src/handoff/handoff';
import { findChanges, writeChanges } from '../../../src/handoff/handoff-changes';
import { parameterName } from '../../../src/estate/sections/hosting/handoff';
import { Killed, MemoryStore } from './memory-store';
import { CLIENT_SECRET, outputsOf } from '../../support/handoff/outputs';

const VERSION = '/sandbox/customers/version';
const SECRET = 'sandbox/customers/web-client-secret';
const ids = handoffIds('b2c').map((id) => parameterName('sandbox', id));

const named = (changes: Parameters<typeof outputsOf>[0] = {}): NamedHandoff => ({
  ...exampleHandoff('sandbox', handoffOf(outputsOf(changes))),
  version: VERSION,
});

async function write(store: MemoryStore, what: NamedHandoff): Promise<readonly string[]> {
  const before = store.writes.length;
  await writeChanges(store, what, () => undefined);
  return store.writes.slice(before);
}

async function killed(store: MemoryStore, what: NamedHandoff): Promise<boolean> {
  return writeChanges(store, what, () => undefined).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true;
      throw error;
    },
  );
}

/** Whether what is stored is what the version says, if it says anything about this handoff. */
function isWhole(store: MemoryStore, { parameters: handed, secrets }: NamedHandoff): boolean {
  const { secret, parameters } = store;
  const ids = Object.fromEntries(handed.map(({ id, value }) => [id, value]));
  return (
    secret.state === 'present' &&
    secret.value === secrets[0]?.value &&
    handoffIds('b2c').every((id) => parameters.get(parameterName('sandbox', id)) === ids[id]) &&
    parameters.get(VERSION) === versionOf(ids, secret.version)
  );
}

test('writes the ids, then the secret, then the version', async () => {
  expect(await write(new MemoryStore(), named())).toEqual([...ids, SECRET, VERSION]);
});

test('writes nothing the second time', async () => {
  const store = new MemoryStore();
  await write(store, named());
  expect(await findChanges(store, named())).toEqual([]);
  expect(await write(store, named())).toEqual([]);
});

test('writes what differs alone, and the version for it', async () => {
  const store = new MemoryStore();
  await write(store, named());
  expect(await write(store, named({ webClientId: '11111111-2222-4333-8444-555555555555' }))).toEqual([
    '/sandbox/customers/web-client-id',
    VERSION,
  ]);
  expect(await write(store, named({ webClientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'n' }))).toEqual(
    [SECRET, VERSION],
  );
});

test('finds a secret that somebody wrote anew with the same value, since the services run with the old version', async () => {
  const store = new MemoryStore();
  await write(store, named());
  await store.writeSecret(SECRET, CLIENT_SECRET);
  expect(await findChanges(store, named())).toEqual([{ kind: 'update', what: 'version', name: VERSION }]);
});

test('puts right what somebody changed by hand', async () => {
  const store = new MemoryStore();
  await write(store, named());
  store.parameters.set('/sandbox/customers/tenant-id', 'by hand');
  store.parameters.delete('/sandbox/customers/api-client-id');
  expect(await findChanges(store, named())).toEqual([
    { kind: 'update', what: 'parameter', name: '/sandbox/customers/tenant-id' },
    { kind: 'create', what: 'parameter', name: '/sandbox/customers/api-client-id' },
    { kind: 'update', what: 'version', name: VERSION },
  ]);
});

test('ended at any write, of any two handoffs, the version never lies and the next run makes it whole', async () => {
  const kills = fc.array(fc.record({ writes: fc.nat(14), takesEffect: fc.boolean() }), { maxLength: 4 });
  const change = fc.record({ clientSecret: fc.constantFrom('a', 'b'), scopes: fc.constant(outputsOf().scopes) });
  await fc.assert(
    fc.asyncProperty(kills, change, change, async (deaths, first, second) => {
      const store = new MemoryStore();
      await write(store, named(first));
      const wanted = named({ ...second, apiClientId: '99999999-2222-4333-8444-555555555555' });
      const before = store.parameters.get(VERSION);
      for (const { writes, takesEffect } of deaths) {
        store.killAfter(writes, takesEffect);
        await killed(store, wanted);
        const isTold = store.parameters.get(VERSION) !== before;
        if (isTold) expect(isWhole(store, wanted)).toBe(true);
      }
      store.killAfter(Number.POSITIVE_INFINITY, true);
      await write(store, wanted);
      expect(isWhole(store, wanted)).toBe(true);
      expect(await findChanges(store, wanted)).toEqual([]);
    }),
  );
});
