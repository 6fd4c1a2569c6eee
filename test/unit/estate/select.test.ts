import type { Selector } from '../../../src/estate/sections/estate';
import type { Organization } from '../../../src/estate/source/organization';
import { parseOrganization } from '../../../src/estate/source/organization';
import { AccountFinder, isBroad } from '../../../src/estate/sections/access/plan/select';
import type { AccountSpec } from '../../support/estate-files';
import { organizationFile } from '../../support/estate-files';
import { accountId } from '../../support/ids';

const accounts: readonly AccountSpec[] = [
  { id: '100000000000', name: 'management', tags: { env: 'prod' } },
  { id: '100000000001', name: 'root-tool' },
  { id: '100000000002', name: 'one', ou: '/L1' },
  { id: '100000000003', name: 'two', ou: '/L1/L2' },
  { id: '100000000004', name: 'three', ou: '/L1/L2/L3' },
  { id: '100000000005', name: 'four', ou: '/L1/L2/L3/L4' },
  { id: '100000000006', name: 'five', ou: '/L1/L2/L3/L4/L5', tags: { env: 'prod', team: 'a' } },
  { id: '100000000007', name: 'twin', ou: '/L10', tags: { env: 'prod', team: 'b' } },
  { id: '100000000008', name: 'twin', ou: '/L10', tags: { env: 'Prod', team: 'a' } },
  { id: '100000000009', name: 'stopped', ou: '/L10', state: 'SUSPENDED', tags: { env: 'prod ' } },
  { id: '000000000010', name: 'zwölf 🚀', ou: '/L10' },
];

const ous = ['/L1', '/L1/L2', '/L1/L2/L3', '/L1/L2/L3/L4', '/L1/L2/L3/L4/L5', '/L10', '/L1/L20'];

function organizationOf(specs: readonly AccountSpec[]): Organization {
  const { organization, issues } = parseOrganization(organizationFile({ ous, accounts: specs }));
  expect(issues).toEqual([]);
  if (organization === undefined) throw new Error('the organization of this test is faulty');
  return organization;
}

type Words =
  | { readonly ou: string; readonly descendants?: boolean }
  | { readonly id: string }
  | { readonly name: string }
  | { readonly tags: Readonly<Record<string, string>> }
  | { readonly all: true };

function selector(words: Words): Selector {
  const at: readonly string[] = [];
  if ('ou' in words) return { kind: 'ou', at, ou: words.ou, descendants: words.descendants ?? true };
  if ('id' in words) return { kind: 'id', at, id: accountId(words.id) };
  if ('name' in words) return { kind: 'name', at, name: words.name };
  if ('all' in words) return { kind: 'all', at };
  return { kind: 'tags', at, tags: Object.entries(words.tags).map(([key, value]) => ({ key, value })) };
}

/** Names of the selected accounts in order, or what else the answer is. */
function select(words: Words, finder = new AccountFinder(organizationOf(accounts))): string {
  const selected = finder.select(selector(words));
  return selected.kind === 'accounts' ? selected.accounts.map((account) => account.name).join(' ') : selected.kind;
}

const EVERYBODY = 'zwölf 🚀 root-tool one two three four five twin twin stopped';

test.each<readonly [Words, string]>([
  [{ ou: '/' }, EVERYBODY],
  [{ ou: '/', descendants: false }, 'root-tool'],
  [{ ou: 'r-root' }, EVERYBODY],
  [{ ou: '/L1' }, 'one two three four five'],
  [{ ou: '/L1', descendants: false }, 'one'],
  [{ ou: '/L1/L2/L3' }, 'three four five'],
  [{ ou: '/L1/L2/L3', descendants: false }, 'three'],
  [{ ou: '/L1/L2/L3/L4/L5' }, 'five'],
  [{ ou: '/L1/L2/L3/L4/L5', descendants: false }, 'five'],
  [{ ou: 'ou-root-00000002' }, 'two three four five'],
  [{ ou: 'ou-root-00000002', descendants: false }, 'two'],
  [{ ou: '/L1/L20' }, ''],
  [{ ou: '/L2' }, 'dangling'],
  [{ ou: '/l1' }, 'dangling'],
  [{ ou: '/L1/' }, 'dangling'],
  [{ ou: ' /L1' }, 'dangling'],
  [{ ou: 'L1' }, 'dangling'],
  [{ ou: '/L*' }, 'dangling'],
])('the OU %j selects: %s', (words, expected) => {
  expect(select(words)).toBe(expected);
});

test.each<readonly [Words, string]>([
  [{ id: '100000000003' }, 'two'],
  [{ id: '000000000010' }, 'zwölf 🚀'],
  [{ id: '100000000000' }, 'management'],
  [{ id: '100000000009' }, 'stopped'],
  [{ id: '999999999999' }, 'dangling'],
])('the id %j selects: %s', (words, expected) => {
  expect(select(words)).toBe(expected);
});

test.each<readonly [Words, string]>([
  [{ name: 'two' }, 'two'],
  [{ name: 'twin' }, 'ambiguous-name'],
  [{ name: 'management' }, 'management'],
  [{ name: 'Two' }, 'dangling'],
  [{ name: 'two ' }, 'dangling'],
  [{ name: 'zwo\u0308lf 🚀' }, 'dangling'],
  [{ name: 'tw*' }, 'two twin twin'],
  [{ name: 'tw?' }, 'two'],
  [{ name: '*' }, EVERYBODY],
  [{ name: 'manage*' }, ''],
  [{ name: 'managemen?' }, ''],
  [{ name: 'zwölf ?' }, 'zwölf 🚀'],
  [{ name: 'o*' }, 'one'],
])('the name %j selects: %s', (words, expected) => {
  expect(select(words)).toBe(expected);
});

test.each<readonly [Words, string]>([
  [{ tags: { env: 'prod' } }, 'five twin'],
  [{ tags: { env: 'Prod' } }, 'twin'],
  [{ tags: { env: 'prod ' } }, 'stopped'],
  [{ tags: { env: 'prod', team: 'a' } }, 'five'],
  [{ tags: { team: 'a', env: 'prod' } }, 'five'],
  [{ tags: { env: 'prod', team: 'c' } }, ''],
  [{ tags: { ENV: 'prod' } }, ''],
  [{ tags: { env: '*' } }, ''],
  [{ tags: { constructor: 'x' } }, ''],
])('the tags %j select: %s', (words, expected) => {
  expect(select(words)).toBe(expected);
});

test('all selects every account but the management account', () => {
  expect(select({ all: true })).toBe(EVERYBODY);
});

test.each<readonly [Words, boolean]>([
  [{ ou: '/' }, true],
  [{ name: 'a*' }, true],
  [{ tags: { a: 'b' } }, true],
  [{ all: true }, true],
  [{ name: 'a' }, false],
  [{ id: '100000000000' }, false],
])('whether %j is broad: %j', (words, expected) => {
  expect(isBroad(selector(words))).toBe(expected);
});

test('an exact name of several accounts includes none of them and excludes all, the management account too', () => {
  const [management, ...others] = accounts;
  const renamed = { ...(management ?? { id: '' }), name: 'twin' };
  const finder = new AccountFinder(organizationOf([renamed, ...others]));
  const twin = selector({ name: 'twin' });
  expect([...finder.accountSet(twin)]).toEqual([]);
  expect([...finder.excludedSet(twin)].map(({ id }) => id)).toEqual(['100000000000', '100000000007', '100000000008']);
  const everybody = { include: [selector({ all: true })], exclude: [twin] };
  const reached = organizationOf([renamed, ...others]).accounts.filter(({ name }) => name === 'twin');
  expect(reached.some((account) => finder.includes(everybody, account))).toBe(false);
});

test('keys and values of tags never run into one another', () => {
  const tricky = new AccountFinder(
    organizationOf([
      { id: '100000000000', name: 'management' },
      { id: '100000000001', name: 'a', tags: { 'x=y': 'z' } },
      { id: '100000000002', name: 'b', tags: { x: 'y=z' } },
    ]),
  );
  expect(select({ tags: { x: 'y=z' } }, tricky)).toBe('b');
});
