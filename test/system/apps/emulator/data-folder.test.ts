import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { startGraphEmulator } from '../../../../apps/emulator/graph';
import { Records, Store } from '../../../../apps/emulator/graph/store/store';
import { clientOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { create, group } from './support/use-emulator';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(): { readonly store: Store; readonly records: Records } {
  const records = new Records(folder);
  return { records, store: new Store(records.state, records) };
}

/** Changes the file as no emulator does. */
function spoil(sql: string): void {
  const database = new DatabaseSync(join(folder, 'graph.sqlite'));
  database.exec(sql);
  database.close();
}

const put = (store: Store, ...ids: string[]): void => {
  store.transaction(() => {
    for (const id of ids) store.put('groups', { id });
  });
};
const idsOf = (store: Store): readonly string[] => [...store.list('groups')].map(({ id }) => id);

test('what was changed is there after a restart', async () => {
  const first = await startGraphEmulator({ data: folder });
  const call = clientOf(first);
  await create(call, '/v1.0/groups', group('kept'));
  await first.stop();
  const second = await startGraphEmulator({ data: folder });
  const listed = await clientOf(second)('GET /v1.0/groups');
  await second.stop();
  expect(valuesOf(listed, 'displayName')).toEqual(['kept']);
});

test('objects keep their order through changes and a restart', () => {
  const { store, records } = open();
  put(store, 'b', 'a', 'c');
  put(store, 'b');
  records.close();
  const again = open();
  again.records.close();
  expect(idsOf(again.store)).toEqual(['b', 'a', 'c']);
});

test('what another program wrote is not passed over in silence', () => {
  const { store, records } = open();
  put(store, 'a');
  records.close();
  spoil(`UPDATE entities SET entity = '{"id": 1}'`);
  expect(() => new Records(folder)).toThrow(
    /^entity in the data folder: .*at id; restore the folder, or use another$/s,
  );
  spoil(`UPDATE entities SET entity = 'half an obj'`);
  expect(() => new Records(folder)).toThrow('restore the folder, or use another');
  writeFileSync(join(folder, 'graph.sqlite'), 'not a database, but long enough to be looked at'.repeat(100));
  expect(() => new Records(folder)).toThrow(
    `${folder}: file is not a database; restore the file, or use another folder`,
  );
});

test('a collection of another program is named', () => {
  const { store, records } = open();
  put(store, 'a');
  records.close();
  spoil(`UPDATE entities SET collection = 'devices'`);
  expect(() => new Records(folder)).toThrow(
    "graph.sqlite in the data folder: unknown collection 'devices'; restore the folder, or use another",
  );
});

test.each(['ca.pem', 'ca-key.pem', 'token-key.pem'])('a spoilt %s is named, with what to do', async (name) => {
  await (await startGraphEmulator({ data: folder })).stop();
  writeFileSync(join(folder, name), 'half a cert');
  await expect(startGraphEmulator({ data: folder })).rejects.toThrow(
    /(ca|ca-key|token-key)\.pem: .*; restore the file, or delete it and the other \.pem files of the folder and let clients trust/,
  );
});

test('an authority is not used with the key of another', async () => {
  const other = mkdtempSync(join(tmpdir(), 'data-'));
  for (const data of [folder, other]) await (await startGraphEmulator({ data })).stop();
  copyFileSync(join(other, 'ca-key.pem'), join(folder, 'ca-key.pem'));
  rmSync(other, { recursive: true });
  await expect(startGraphEmulator({ data: folder })).rejects.toThrow('ca.pem: does not belong to ca-key.pem; restore');
});

test('a folder of a later version is not overwritten', () => {
  open().records.close();
  spoil('PRAGMA user_version = 99');
  expect(() => new Records(folder)).toThrow(`${folder}: has format 99, but this version reads 1; use another folder`);
});

test('two emulators cannot share a folder', () => {
  const { records } = open();
  expect(() => new Records(folder)).toThrow(`${folder}: is in use by another emulator; stop it, or use another folder`);
  records.close();
  open().records.close();
});

test('a failed transaction leaves nothing, in memory or on disk', () => {
  const { store, records } = open();
  put(store, 'a');
  const fail = (): void => {
    store.transaction(() => {
      store.put('groups', { id: 'b' });
      store.remove('groups', 'a');
      throw new Error('refused');
    });
  };
  expect(fail).toThrow('refused');
  records.close();
  const again = open();
  again.records.close();
  expect([idsOf(store), idsOf(again.store)]).toEqual([['a'], ['a']]);
});

test('what cannot be written down is not in memory either', () => {
  const { store, records } = open();
  put(store, 'a');
  records.close();
  expect(() => {
    put(store, 'b');
  }).toThrow('database is not open');
  expect(idsOf(store)).toEqual(['a']);
});

test('the file is for its owner alone, in any folder', () => {
  chmodSync(folder, 0o755);
  const { store, records } = open();
  put(store, 'a');
  const modes = ['graph.sqlite', 'graph.sqlite-wal'].map((name) => statSync(join(folder, name)).mode & 0o777);
  records.close();
  expect(modes).toEqual([0o600, 0o600]);
});

type Step = readonly ['put' | 'remove', string] | 'fail';

const steps = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('put' as const, 'remove' as const), fc.constantFrom('a', 'b', 'c')),
    fc.constant('fail' as const),
  ),
  { maxLength: 12 },
);

/** Runs steps of one transaction each, then says what is there. */
function run(store: Store, list: readonly Step[]): void {
  for (const step of list) {
    try {
      store.transaction(() => {
        if (step === 'fail') {
          store.put('groups', { id: 'never' });
          throw new Error('refused');
        }
        if (step[0] === 'put') store.put('groups', { id: step[1], at: store.state().groups?.length ?? 0 });
        else store.remove('groups', step[1]);
      });
    } catch {
      // Refused on purpose.
    }
  }
}

test('the state read back is the state in memory, for any changes', () => {
  fc.assert(
    fc.property(steps, (list) => {
      rmSync(folder, { recursive: true, force: true });
      const { store, records } = open();
      run(store, list);
      records.close();
      const again = open();
      again.records.close();
      expect(again.store.state()).toEqual(store.state());
    }),
    { numRuns: 60 },
  );
});
