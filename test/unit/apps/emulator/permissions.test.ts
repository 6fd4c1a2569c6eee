import { alternatives, needOf } from '../../../../apps/emulator/graph/permissions/needs';
import { OWN_ROWS, UNDOCUMENTED_READS } from '../../../../apps/emulator/graph/permissions/own-rows';
import documented from '../../../../apps/emulator/graph/permissions/documented.json';
import { ROUTES } from '../../../../apps/emulator/graph/routes';
import { extractRows } from '../../../support/graph-descriptions/permission-rows';

test('every request that the emulator answers has its permissions', () => {
  expect(ROUTES.map(needOf)).toHaveLength(ROUTES.length);
});

test('a request without a row is a fault of whoever added its route', () => {
  expect(() => needOf({ method: 'GET', path: '/chats/{id}' })).toThrow(
    "no permissions for 'GET /chats/{id}'; add a row to permissions/own-rows.ts",
  );
});

test('a row of our own names its page', () => {
  for (const { source } of [...OWN_ROWS, ...UNDOCUMENTED_READS]) {
    expect(source).toMatch(/^https:\/\/learn\.microsoft\.com\/graph\//);
  }
});

test('no permission to read is enough to write', () => {
  const writes = Object.entries(documented.requests).filter(([request]) => /^(?:PATCH|PUT|DELETE) /.test(request));
  const enough = writes.flatMap(([request]) => {
    const [method = '', path = ''] = request.split(' ');
    const { application, delegated } = needOf({ method, path });
    return [...alternatives(application), ...alternatives(delegated)];
  });
  expect(enough.filter((names) => names.every((name) => /\.Read\./.test(name)))).toEqual([]);
});

test('the extract keeps what is needed together, the least, and drops the half of a pair that only reads', () => {
  const set = (paths: Readonly<Record<string, string>>, schemeKeys = ['DelegatedWork', 'Application']) => ({
    pathSets: [{ schemeKeys, methods: ['POST'], paths: { ...paths } }],
  });
  const table = {
    'Write.All': set({ '/Things/{thing-id}/parts/$ref': 'least=Application;AlsoRequires=Read.All' }),
    'Policy.Read.All': set({ '/things/{id}/parts': '' }),
    'Other.ReadWrite.All': set({ '/things/{id}/parts': '' }, ['Application']),
    'DeviceManagementApps.ReadWrite.All': set({ '/things/{id}/parts': '' }),
  };
  expect(extractRows(table, new Set(['POST /things/{id}/parts']))).toEqual({
    'POST /things/{id}/parts': {
      application: { least: ['Read.All & Write.All'], also: ['Other.ReadWrite.All'] },
      delegated: { least: [], also: ['Read.All & Write.All'] },
    },
  });
});
