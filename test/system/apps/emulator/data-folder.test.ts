import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { startGraphEmulator } from '../../../../apps/emulator/graph';
import { DataFolder } from '../../../../apps/emulator/graph/store/data-folder';
import { Store } from '../../../../apps/emulator/graph/store/store';
import { clientOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { create, group } from './support/use-emulator';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(): { readonly store: Store; readonly data: DataFolder } {
  const data = new DataFolder(folder);
  return { data, store: new Store(data.state, data) };
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

test('a line that was cut off is dropped, whatever of it is there', () => {
  const { store, data } = open();
  put(store, 'a');
  put(store, 'b');
  data.close();
  const journal = join(folder, 'journal.jsonl');
  const whole = readFileSync(journal);
  const lastLine = whole.subarray(whole.indexOf('\n') + 1);
  for (let bytes = 0; bytes < lastLine.length; bytes += 1) {
    rmSync(join(folder, 'state.json'));
    writeFileSync(journal, whole.subarray(0, whole.length - lastLine.length + bytes));
    const { store: again, data: reopened } = open();
    reopened.close();
    expect(idsOf(again)).toEqual(['a']);
  }
});

test('lines that the snapshot has already are skipped', () => {
  const { store, data } = open();
  put(store, 'a');
  const journal = readFileSync(join(folder, 'journal.jsonl'));
  data.close();
  const reopened = open();
  reopened.store.transaction(() => {
    reopened.store.remove('groups', 'a');
  });
  reopened.data.close();
  open().data.close();
  // As if the process had died between the new snapshot and the emptying of the journal.
  writeFileSync(join(folder, 'journal.jsonl'), journal);
  const last = open();
  last.data.close();
  expect(idsOf(last.store)).toEqual([]);
});

test('a broken line in the middle is not passed over in silence', () => {
  open().data.close();
  appendFileSync(join(folder, 'journal.jsonl'), 'half a li\n{"n": 9, "changes": []}\n');
  expect(() => new DataFolder(folder)).toThrow(
    `${join(folder, 'journal.jsonl')}:1: is not JSON; restore the file, or use another folder`,
  );
});

test('a folder of another version is not overwritten', () => {
  writeFileSync(join(folder, 'state.json'), '{"format": 99, "sequence": 1, "state": {}}');
  expect(() => new DataFolder(folder)).toThrow('has format 99, this version reads 1; use another folder');
});

test('two emulators cannot share a folder; the lock of one that is gone is taken over', () => {
  const first = new DataFolder(folder);
  expect(() => new DataFolder(folder)).toThrow(`is used by an emulator that is running (process ${process.pid})`);
  first.close();
  writeFileSync(join(folder, 'lock'), '999999999\n');
  new DataFolder(folder).close();
});

test('another process that runs keeps the folder', () => {
  writeFileSync(join(folder, 'lock'), `${process.ppid}\n`);
  expect(() => new DataFolder(folder)).toThrow(`(process ${process.ppid})`);
});

test('a failed transaction leaves nothing, in memory or on disk', () => {
  const { store, data } = open();
  put(store, 'a');
  const size = statSync(join(folder, 'journal.jsonl')).size;
  const fail = (): void => {
    store.transaction(() => {
      store.put('groups', { id: 'b' });
      store.remove('groups', 'a');
      throw new Error('refused');
    });
  };
  expect(fail).toThrow('refused');
  data.close();
  expect(idsOf(store)).toEqual(['a']);
  expect(statSync(join(folder, 'journal.jsonl')).size).toBe(size);
});

test('the journal is folded into the snapshot when it is long', () => {
  const { store, data } = open();
  for (let count = 0; count < 5; count += 1) {
    store.transaction(() => {
      store.put('groups', { id: 'large', text: 'x'.repeat(1_000_000) });
    });
  }
  data.close();
  expect(statSync(join(folder, 'journal.jsonl')).size).toBeLessThan(2_000_000);
  const again = open();
  again.data.close();
  expect(idsOf(again.store)).toEqual(['large']);
});

test('files are for their owner alone', () => {
  open().data.close();
  expect(['state.json', 'journal.jsonl'].map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([
    0o600, 0o600,
  ]);
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

test('the state read back is the state in memory, for any changes and any place of the cut', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 200 }), (list, cut) => {
      rmSync(folder, { recursive: true, force: true });
      const { store, data } = open();
      run(store, list);
      data.close();
      const journal = join(folder, 'journal.jsonl');
      const { size } = statSync(journal);
      truncateSync(journal, Math.max(0, size - cut));
      const complete = readFileSync(journal, 'utf8').split('\n').length - 1;
      const reopened = new DataFolder(folder);
      reopened.close();
      const expected = new Store();
      const written = list.filter((step) => changesSomething(list, step));
      run(expected, written.slice(0, complete));
      expect(idsOf(new Store(reopened.state))).toEqual(idsOf(expected));
    }),
    { numRuns: 60 },
  );
});

/** Steps that leave a line in the journal: a failed one does not, nor the removal of what is not there. */
function changesSomething(list: readonly Step[], step: Step): boolean {
  if (step === 'fail') return false;
  if (step[0] === 'put') return true;
  const before = new Store();
  run(before, list.slice(0, list.indexOf(step)));
  return before.find('groups', step[1]) !== undefined;
}
