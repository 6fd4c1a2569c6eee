import {
  type AccountSpec,
  MANAGEMENT,
  memoryFolder,
  type OrganizationSpec,
  principalId,
} from '../../support/estate-files';
import { gatherFacts } from '../../../src/preview/gather-facts';
import { renderHtml } from '../../../src/preview/render-html';
import { renderJson, renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { buildReport } from '../../../src/preview/report';
import {
  BASE_COMMIT,
  changesOf,
  folderOf,
  NO_TEMPLATES,
  reportOfFolders,
  simpleEstate,
  told,
} from '../../support/preview/reports';

const APP: AccountSpec = { id: '100000000001', name: 'app', ou: '/Workloads' };
const WEB: AccountSpec = { id: '100000000002', name: 'web', ou: '/Workloads' };

function organizationOf(...accounts: readonly AccountSpec[]): OrganizationSpec {
  return { ous: ['/Workloads', '/Sandbox'], accounts: [MANAGEMENT, ...accounts], groups: ['Developers'] };
}

const NO_COUNTS = { gained: 0, gainedPending: 0, lost: 0, withdrawn: 0 };
const ALL = { estate: simpleEstate(), organization: organizationOf(APP, WEB) };

test('nobody gains or loses where nothing changed', () => {
  const { gained, lost, counts, notes } = changesOf(ALL, ALL);
  expect({ gained, lost, counts, notes }).toEqual({
    gained: [],
    lost: [],
    counts: NO_COUNTS,
    notes: [],
  });
});

test('a group that is renamed in the Identity Store and in the estate gains and loses nothing', () => {
  const head = {
    estate: simpleEstate().replaceAll('Developers', 'Engineers'),
    organization: { ...organizationOf(APP, WEB), groups: ['Engineers'] },
  };
  const { gained, lost } = changesOf(head, ALL);
  expect([gained, lost]).toEqual([[], []]);
});

test('an account that the estate excludes is the reason, and so is one that it no longer does', () => {
  const excluding = {
    ...ALL,
    estate: ALL.estate.replace(
      'access:\n',
      "access:\n  excludedAccounts: [{ account: '100000000001', reason: AWS refuses it. }]\n",
    ),
  };
  expect(excluding.estate).not.toBe(ALL.estate);
  const there = [expect.stringContaining('the estate excludes the account')];
  expect(changesOf(excluding, ALL).lost.map(told)).toEqual(there);
  const again = [expect.stringContaining('the estate no longer excludes the account')];
  expect(changesOf(ALL, excluding).gained.map(told)).toEqual(again);
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
    'Developers Reader: web. the grant selects it now (line 5) (lines 5, 9)',
  ]);
  expect(changesOf(narrow, ALL).lost.map(told)).toEqual([
    'Developers Reader: web. the grant no longer selects it (line 5) (lines 5, 9 at main)',
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

/** An estate of two sets whose grants, from line 6 on, are to `Developers`: sets, included accounts, excluded ones. */
function grantsTo(...grants: [sets: string, include: string, exclude?: string][]) {
  const lines = grants.map(
    ([sets, include, exclude = '']) =>
      `    - { group: Developers, permissionSets: [${sets}], accounts: { include: [${include}], exclude: [${exclude}] } }`,
  );
  const sets = ['    - { name: Reader }', '    - { name: Writer }'];
  return { ...ALL, estate: ['access:', '  permissionSets:', ...sets, '  grants:', ...lines, ''].join('\n') };
}

type GrantParts = Parameters<typeof grantsTo>;

const GRANT_CHANGES: readonly [string, GrantParts, GrantParts, string, string][] = [
  [
    'a grant beside one whose exclusion stands',
    [['Reader', '{ ou: /Workloads }', '{ name: web }']],
    [
      ['Reader', '{ ou: /Workloads }', '{ name: web }'],
      ['Reader', '{ name: web }'],
    ],
    'Developers Reader: web. new grant (lines 7)',
    'Developers Reader: web. grant removed (lines 7 at main)',
  ],
  [
    'a set of a grant',
    [['Reader', '{ name: app }']],
    [['Reader, Writer', '{ name: app }']],
    'Developers Writer: app. the grant gives this set now (line 6) (lines 6)',
    'Developers Writer: app. the grant no longer gives this set (line 6) (lines 6 at main)',
  ],
  [
    'a grant of one set beside a grant of two',
    [['Reader, Writer', '{ name: app }']],
    [
      ['Reader, Writer', '{ name: app }'],
      ['Reader', '{ name: web }'],
    ],
    'Developers Reader: web. new grant (lines 7)',
    'Developers Reader: web. grant removed (lines 7 at main)',
  ],
  [
    'two exclusions of three',
    [['Reader', '{ ou: /Workloads }', '{ id: "100000000002" }, { name: web }, { name: nobody-* }']],
    [['Reader', '{ ou: /Workloads }', '{ name: nobody-* }']],
    'Developers Reader: web. no longer excluded by id: 100000000002 (line 6), no longer excluded by name: web (line 6) (lines 6)',
    'Developers Reader: web. excluded by id: 100000000002 (line 6), excluded by name: web (line 6) (lines 6 at main)',
  ],
  [
    'one more account of a grant',
    [['Reader', '{ name: app }']],
    [['Reader', '{ name: app }, { name: web }']],
    'Developers Reader: web. the grant selects it now (line 6) (lines 6)',
    'Developers Reader: web. the grant no longer selects it (line 6) (lines 6 at main)',
  ],
];

test.each(GRANT_CHANGES)('tells %s from other changes of grants', (...[, fewer, more, gain, loss]) => {
  expect(changesOf(grantsTo(...more), grantsTo(...fewer)).gained.map(told)).toEqual([gain]);
  expect(changesOf(grantsTo(...fewer), grantsTo(...more)).lost.map(told)).toEqual([loss]);
});

test('a set taken off a grant while another grant of it is added', () => {
  const base = grantsTo(['Reader, Writer', '{ name: app }']);
  const head = grantsTo(['Reader', '{ name: app }'], ['Writer', '{ name: web }']);
  const { gained, lost } = changesOf(head, base);
  expect(gained.map(told)).toEqual(['Developers Writer: web. new grant (lines 7)']);
  expect(lost.map(told)).toEqual([
    'Developers Writer: app. the grant no longer gives this set (line 6) (lines 6 at main)',
  ]);
});

test('names only changes of an account that a selector sees', () => {
  const version = (account: AccountSpec) => ({
    estate: simpleEstate({ include: '{ ou: /Workloads }', exclude: '{ tags: { data: secret } }' }),
    organization: organizationOf(APP, account),
  });
  const base = version({ ...WEB, tags: { data: 'secret', owner: 'a' } });
  const head = version({ ...WEB, name: 'shop', tags: { data: 'public', owner: 'b' } });
  expect(changesOf(head, base).gained.map(told)).toEqual([
    "Developers Reader: shop. the account's tag data is public (was secret) (lines 5, 9)",
  ]);
  expect(changesOf(base, head).lost.map(told)).toEqual([
    "Developers Reader: shop. the account's tag data is secret (was public) (lines 5, 9 at main)",
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
    'Developers Reader: web. the grant selects it now (line 5), the account moved from /Sandbox to /Workloads (lines 5, 9)',
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
  expect(changes?.notCompared).toMatch(
    /^The estate could not be expanded for its errors, the first of which is estates\/demo\/organization.json:1:1.*\.$/,
  );
  expect([changes?.gained, changes?.lost, changes?.counts]).toEqual([[], [], undefined]);
});

test.each([
  [true, 'warning'],
  [false, 'error'],
])('says everywhere that nothing was compared (with a person looking: %s)', (writesPlacement, severity) => {
  const base = { folder: memoryFolder({ 'estate.yaml': simpleEstate() }), revision: 'main', commit: BASE_COMMIT };
  const report = buildReport(gatherFacts(folderOf(ALL), { synthesize: () => NO_TEMPLATES, writesPlacement, base }));
  const reason = 'The estate at main could not be expanded for its errors';
  expect(report.findings.find(({ code }) => code === 'not-compared')).toMatchObject({ severity, line: 1 });
  const terminal = renderTerminal(report, { colour: false, files: [] });
  expect(terminal).toContain(`Changes against main (0123456789): NOT COMPARED\n  ${reason}`);
  expect(renderMarkdown(report)).toContain('\n**NOT COMPARED** against <code>main</code> (0123456789).\n');
  expect(renderMarkdown(report)).toContain(`### Changes against main (0123456789)\n\n${reason}`);
  const page = renderHtml(report);
  expect(page).toContain(`<strong>NOT COMPARED</strong></p>\n<p class="note">${reason}`);
  for (const text of [terminal, page, renderMarkdown(report)]) expect(text).not.toMatch(/0 lost|>Lost<|Nobody gains/);
  expect(renderJson(report)).not.toContain('"gained": 0');
});

test('warns where a faulty side may show changes that are none', () => {
  const faulty = {
    ...ALL,
    estate: `${ALL.estate}    - { group: Nobody, permissionSets: [Reader], accounts: { include: [{ all: true }] } }\n`,
  };
  expect(changesOf(ALL, faulty)).toMatchObject({
    counts: { gained: 0, lost: 0 },
    notes: [
      'The estate at main has errors: what is faulty is left out, and may show as a change of access.',
      'Templates are not compared: one side has errors and was not synthesised. Replacements may be missing.',
    ],
  });
});

test('compares nothing of an estate with an unknown group, whose access would read as lost', () => {
  const unknown = { ...ALL, estate: simpleEstate({ group: 'Devlopers' }) };
  const report = reportOfFolders(folderOf(unknown), folderOf(ALL));
  expect(report.status).toBe('errors');
  expect(report.changes?.counts).toBeUndefined();
  expect(report.changes).toMatchObject({ gained: [], lost: [], permissionSets: [], replacements: [] });
  expect(report.findings.map(({ code }) => code)).not.toContain('not-compared');
  for (const text of [
    renderMarkdown(report),
    renderTerminal(report, { colour: false, files: [] }),
    renderHtml(report),
  ]) {
    expect(text).toContain('NOT COMPARED');
    expect(text).not.toMatch(/\d+ lost|Who (?:gains|loses) access/);
    // Errors come first.
    expect(text.indexOf('unknown-group')).toBeLessThan(text.indexOf('would read as lost'));
  }
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
