import type { AccountSpec, OrganizationSpec } from '../support/estate-files';
import { MANAGEMENT, memoryFolder, principalId } from '../support/estate-files';
import { changesOf, reportOfFolders, folderOf, simpleEstate, told } from './reports';

const APP: AccountSpec = { id: '100000000001', name: 'app', ou: '/Workloads' };
const WEB: AccountSpec = { id: '100000000002', name: 'web', ou: '/Workloads' };

function organizationOf(...accounts: readonly AccountSpec[]): OrganizationSpec {
  return { ous: ['/Workloads', '/Sandbox'], accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
}

const ALL = { estate: simpleEstate(), organization: organizationOf(APP, WEB) };

test('nobody gains or loses where nothing changed', () => {
  const { gained, lost, counts, notes } = changesOf(ALL, ALL);
  expect({ gained, lost, counts, notes }).toEqual({
    gained: [],
    lost: [],
    counts: { gained: 0, lost: 0 },
    notes: [],
  });
});

test('a reorder of the file changes nothing', () => {
  const grants = (first: string, second: string): string =>
    simpleEstate({ include: `{ name: ${first} }` }).concat(
      `    - { group: Developers, permissionSets: [Reader], accounts: { include: [{ name: ${second} }] } }\n`,
    );
  const head = { ...ALL, estate: grants('web', 'app') };
  const { gained, lost } = changesOf(head, { ...ALL, estate: grants('app', 'web') });
  expect([gained, lost]).toEqual([[], []]);
});

test('names the lines of the grant and its selector, and joins accounts with one reason', () => {
  const base = { ...ALL, estate: 'access:\n  permissionSets: [{ name: Reader }]\n  grants: []\n' };
  expect(changesOf(ALL, base).gained.map(told)).toEqual(['Developers Reader: app, web. new grant (lines 5, 9)']);
  expect(changesOf(base, ALL).lost.map(told)).toEqual([
    'Developers Reader: app, web. grant removed (lines 5, 9 at main)',
  ]);
});

test('says that a permission set is new', () => {
  const base = { ...ALL, estate: 'access:\n  permissionSets: [{ name: Other }]\n  grants: []\n' };
  expect(changesOf(ALL, base).gained.map(told)).toEqual([
    'Developers Reader: app, web. the permission set is new (lines 5, 9)',
  ]);
  expect(changesOf(base, ALL).lost.map(told)).toEqual([
    'Developers Reader: app, web. the permission set was removed (lines 5, 9 at main)',
  ]);
});

test('says that a grant selects more or less than it did', () => {
  const narrow = { ...ALL, estate: simpleEstate({ include: '{ name: app }' }) };
  expect(changesOf(ALL, narrow).gained.map(told)).toEqual([
    'Developers Reader: web. the grant selects it now (lines 5, 9)',
  ]);
  expect(changesOf(narrow, ALL).lost.map(told)).toEqual([
    'Developers Reader: web. the grant no longer selects it (lines 5, 9 at main)',
  ]);
});

test('says that one more grant makes the difference', () => {
  const one = { ...ALL, estate: simpleEstate({ include: '{ name: app }' }) };
  const more = '    - { group: Developers, permissionSets: [Reader], accounts: { include: [{ name: web }] } }\n';
  const both = { ...ALL, estate: `${one.estate}${more}` };
  expect(changesOf(both, one).gained.map(told)).toEqual(['Developers Reader: web. new grant (lines 10)']);
  expect(changesOf(one, both).lost.map(told)).toEqual(['Developers Reader: web. grant removed (lines 10 at main)']);
});

test('points at the exclusion that came or went', () => {
  const excluding = { ...ALL, estate: simpleEstate({ exclude: '{ name: web }' }) };
  expect(changesOf(excluding, ALL).lost.map(told)).toEqual([
    'Developers Reader: web. excluded by name: web (line 11) (lines 5, 9 at main)',
  ]);
  expect(changesOf(ALL, excluding).gained.map(told)).toEqual([
    'Developers Reader: web. no longer excluded by name: web (line 11) (lines 5, 9)',
  ]);
});

const BY_OU = simpleEstate({ include: '{ ou: /Workloads }' });

test.each<[string, AccountSpec | undefined, AccountSpec | undefined]>([
  ['the account is new, in /Workloads', undefined, WEB],
  ['the account moved from /Sandbox to /Workloads', { ...WEB, ou: '/Sandbox' }, WEB],
  ['the account is ACTIVE (was SUSPENDED)', { ...WEB, state: 'SUSPENDED' }, WEB],
])('a gain without a change of the estate: %s', (reason, before, after) => {
  const version = (account: AccountSpec | undefined) => ({
    estate: BY_OU,
    organization: organizationOf(APP, ...(account ? [account] : [])),
  });
  expect(changesOf(version(after), version(before)).gained.map(told)).toEqual([
    `Developers Reader: web. ${reason} (lines 5, 9)`,
  ]);
});

test.each<[string, AccountSpec | undefined]>([
  ['the account left the organization', undefined],
  ['the account moved from /Workloads to /Sandbox', { ...WEB, ou: '/Sandbox' }],
  ['the account is SUSPENDED (was ACTIVE)', { ...WEB, state: 'SUSPENDED' }],
])('a loss without a change of the estate: %s', (reason, after) => {
  const head = { estate: BY_OU, organization: organizationOf(APP, ...(after ? [after] : [])) };
  const base = { estate: BY_OU, organization: organizationOf(APP, WEB) };
  expect(changesOf(head, base).lost.map(told)).toEqual([`Developers Reader: web. ${reason} (lines 5, 9 at main)`]);
});

test.each<[string, string, AccountSpec]>([
  ["the account's tag env is prod (was (none))", '{ tags: { env: prod } }', { ...WEB, tags: { env: 'prod' } }],
  ['the account was renamed from web to shop', '{ name: shop }', { ...WEB, name: 'shop' }],
])('a gain by what an account is: %s', (reason, include, after) => {
  const estate = simpleEstate({ include });
  const head = { estate, organization: organizationOf(after) };
  expect(changesOf(head, { estate, organization: organizationOf(WEB) }).gained.map(told)).toEqual([
    `Developers Reader: ${after.name}. ${reason} (lines 5, 9)`,
  ]);
});

test('names both causes where the grant and the account had to change', () => {
  const base = {
    estate: simpleEstate({ include: '{ name: app }' }),
    organization: organizationOf(APP, { ...WEB, ou: '/Sandbox' }),
  };
  const head = { estate: BY_OU, organization: organizationOf(APP, WEB) };
  expect(changesOf(head, base).gained.map(told)).toEqual([
    'Developers Reader: web. the grant selects it now, the account moved from /Sandbox to /Workloads (lines 5, 9)',
  ]);
});

const DECLARED = `workforce: { groups: [{ name: Developers }] }\n${simpleEstate({ include: '{ name: app }' })}`;
const WAITING = { ous: ['/Workloads'], accounts: [MANAGEMENT, APP], groups: [] };

test('a group that was synchronized gains what was pending, and the other way round', () => {
  const pending = { estate: DECLARED, organization: WAITING };
  const synchronized = { estate: DECLARED, organization: { ...WAITING, groups: ['Developers'] } };
  const gain = changesOf(synchronized, pending);
  expect(gain.gained.map(told)).toEqual(['Developers Reader: app. the group was synchronized (lines 6, 10)']);
  expect(gain.lost).toEqual([]);
  const loss = changesOf(pending, synchronized);
  expect(loss.lost.map(told)).toEqual([
    'Developers Reader: app. the group is no longer in the Identity Store (lines 6, 10 at main)',
  ]);
  expect(loss.gained).toEqual([]);
});

test('a new grant to a group that is not synchronized is pending and counts as no gain', () => {
  const base = {
    estate:
      'workforce: { groups: [{ name: Developers }] }\naccess: { permissionSets: [{ name: Reader }], grants: [] }\n',
    organization: WAITING,
  };
  const { gained, counts } = changesOf({ estate: DECLARED, organization: WAITING }, base);
  expect(gained.map(told)).toEqual(['Developers Reader (pending): app. new grant (lines 6, 10)']);
  expect(counts).toEqual({ gained: 0, lost: 0 });
});

test('the management account comes first, then administrators, then the rest', () => {
  const estate = (grants: string): string =>
    `access:
  permissionSets:
    - { name: Admin, managedPolicies: [AdministratorAccess] }
    - { name: Reader, managedPolicies: [ReadOnlyAccess] }
  grants: [${grants}]
`;
  const grant = (set: string, account: string): string =>
    `{ group: Developers, permissionSets: [${set}], accounts: { include: [{ name: ${account} }] } }`;
  const organization = organizationOf(APP);
  const head = {
    estate: estate([grant('Reader', 'app'), grant('Admin', 'app'), grant('Reader', 'management')].join()),
    organization,
  };
  const { gained } = changesOf(head, { estate: estate(''), organization });
  expect(gained.map(told).map((line) => line.split('.')[0])).toEqual([
    'Developers Reader [management-account]: management',
    'Developers Admin [administrator]: app',
    'Developers Reader: app',
  ]);
});

test('everything is new where the estate did not exist', () => {
  const { changes } = reportOfFolders(folderOf(ALL), memoryFolder({}));
  expect(changes?.notes).toEqual(['The estate did not exist at main: everything is new.']);
  expect(changes?.gained.map(told)).toEqual(['Developers Reader: app, web. the access section is new (lines 5, 9)']);
});

test('compares nothing where the head could not be expanded, so that nobody seems to lose access', () => {
  const { changes } = reportOfFolders(memoryFolder({ 'estate.yaml': simpleEstate() }), folderOf(ALL));
  expect(changes?.notes).toEqual(['The estate could not be expanded for its errors, so nothing is compared.']);
  expect([changes?.gained, changes?.lost]).toEqual([[], []]);
});

test('warns where a faulty side may show changes that are none', () => {
  const faulty = {
    ...ALL,
    estate: `${ALL.estate}    - { group: Nobody, permissionSets: [Reader], accounts: { include: [{ all: true }] } }\n`,
  };
  expect(changesOf(ALL, faulty).notes).toEqual([
    'The estate at main has errors: what is faulty is left out, and may show as a change of access.',
    'Templates are not compared: one side has errors and was not synthesised. Replacements may be missing.',
  ]);
});

test('a group that was made anew is a replacement, neither a gain nor a loss', () => {
  const head = { ...ALL, organization: { ...ALL.organization, groups: ['Other', 'Developers'] } };
  const { gained, lost, replacements } = changesOf(head, ALL);
  expect([gained, lost]).toEqual([[], []]);
  expect(replacements).toEqual([
    {
      kind: 'group-recreated',
      subject: 'Developers',
      detail: `The Identity Store has another group of this name (${principalId(1)} instead of ${principalId(0)}). Its assignments are replaced, and they are for whoever is a member of the new group.`,
      assignments: 2,
    },
  ]);
});
