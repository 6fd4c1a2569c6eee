import { type OrganizationFile, parseOrganization } from '../../../src/estate/source/organization';
import { assigned, MANAGEMENT, organizationFile, placeIn, planOf, codesAndPlaces } from '../../support/estate-files';

const spec = {
  ous: ['/A', '/A/B'],
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app', ou: '/A/B' },
    { id: '100000000002', name: 'tool', ou: '/' },
  ],
  groups: ['Developers', 'Auditors'],
};

const ESTATE =
  'access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] } }]\n';

function without(value: object, key: string): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

type Change = (file: OrganizationFile) => object;

function planWith(
  change: Change,
  estate = ESTATE,
): { readonly text: string; readonly plan: ReturnType<typeof planOf> } {
  const text = JSON.stringify(change(organizationFile(spec)), undefined, 1);
  return { text, plan: planOf(estate, undefined, { 'organization.json': text }) };
}

function expectFinding(change: Change, needle: string, rest: string): void {
  const { text, plan } = planWith(change);
  const [code = '', line = ''] = rest.split(/ (.*)/s);
  expect(codesAndPlaces(plan)).toEqual([`error ${code} organization.json:${placeIn(text, needle)} ${line}`]);
}

test('accounts are sorted by id and know their OU, OUs their path and lineage', () => {
  const file = organizationFile(spec);
  const { organization, issues } = parseOrganization({ ...file, accounts: file.accounts.toReversed() });
  expect(issues).toEqual([]);
  expect(organization?.accounts.map((account) => `${account.name} ${account.ou.path}`)).toEqual([
    'management /',
    'app /A/B',
    'tool /',
  ]);
  expect(organization?.ous.map(({ path, lineage }) => [path, lineage])).toEqual([
    ['/', ['r-root']],
    ['/A', ['r-root', 'ou-root-00000001']],
    ['/A/B', ['r-root', 'ou-root-00000001', 'ou-root-00000002']],
  ]);
});

test.each([
  ['arn:aws:sso:::instance/ssoins-0123456789abcdef', 'aws'],
  ['arn:aws-us-gov:sso:::instance/ssoins-0123456789abcdef', 'aws-us-gov'],
])('the partition comes from the instance %s', (instanceArn, partition) => {
  const file = organizationFile(spec);
  const { organization } = parseOrganization({ ...file, identityCenter: { ...file.identityCenter, instanceArn } });
  expect(organization?.partition).toBe(partition);
});

test('a file of a newer version asks for a newer program', () => {
  expectFinding((file) => ({ ...file, version: 2, novelty: true }), '2,', 'organization-version version');
});

describe('a file that was not read from AWS yet', () => {
  const unread: Change = () => ({ version: 1, notReadYet: 'npx --no entra-aws snapshot writes this file.' });
  const empty = 'access: { permissionSets: [], grants: [] }';
  const line = (severity: string): readonly string[] => [
    `${severity} organization-not-read organization.json:3:2 notReadYet`,
  ];

  test('is a warning while there is nothing to place, and an error from then on', () => {
    expect(codesAndPlaces(planWith(unread, empty).plan)).toEqual(line('warning'));
    expect(codesAndPlaces(planWith(unread).plan)).toEqual(line('error'));
  });

  test('is an error where something else goes to an account', () => {
    const watched = `${empty}\nworkforce: { groups: [], alarms: { emails: [a@example.com] } }`;
    expect(codesAndPlaces(planWith(unread, watched).plan)).toEqual(expect.arrayContaining(line('error')));
  });
});

test.each<readonly [string, readonly [Change, string, string]]>([
  ['another version', [(file) => ({ ...file, version: 0 }), '0,', 'invalid-value version']],
  ['an unknown key', [(file) => ({ ...file, acounts: [] }), '"acounts"', 'unknown-key acounts']],
  [
    'an account id that is a number',
    [
      (file) => ({ ...file, accounts: [{ ...file.accounts[0], id: 100000000000 }] }),
      '100000000000,',
      'invalid-value accounts[0].id',
    ],
  ],
  [
    'an account id of eleven digits',
    [
      (file) => ({ ...file, accounts: [{ ...file.accounts[0], id: '10000000000' }] }),
      '"10000000000"',
      'invalid-value accounts[0].id',
    ],
  ],
  [
    'an account without a state',
    [
      (file) => ({ ...file, accounts: [without(file.accounts[0] ?? {}, 'state')] }),
      '{\n   "id": "100000000000"',
      'missing-key accounts[0].state',
    ],
  ],
  [
    'an unknown state',
    [
      (file) => ({ ...file, accounts: [{ ...file.accounts[0], state: 'active' }] }),
      '"active"',
      'invalid-value accounts[0].state',
    ],
  ],
  [
    'a group id that is an Entra object id in braces',
    [(file) => ({ ...file, groups: [{ id: '{a}', displayName: 'G' }] }), '"{a}"', 'invalid-value groups[0].id'],
  ],
  [
    'an instance that is none',
    [
      (file) => ({ ...file, identityCenter: { ...file.identityCenter, instanceArn: 'x' } }),
      '"x"',
      'invalid-value identityCenter.instanceArn',
    ],
  ],
])('%s is refused', (_, [change, needle, rest]) => {
  expectFinding(change, needle, rest);
});

test('an account in no OU is an error, left out, and not reported as unknown as well', () => {
  const { text, plan } = planWith(
    (file) => ({
      ...file,
      accounts: file.accounts.map((account) => ({
        ...account,
        parentId: account.name === 'app' ? 'ou-root-99999999' : account.parentId,
      })),
    }),
    ESTATE.replace('{ all: true }', '{ all: true }, { name: app }, { id: "100000000001" }'),
  );
  expect(codesAndPlaces(plan)).toEqual([
    `error account-in-no-ou organization.json:${placeIn(text, '"ou-root-99999999"')} accounts[1].parentId`,
  ]);
  expect(assigned(plan)).toEqual(['Developers has Admin in tool']);
});

const withOus =
  (...ous: readonly (readonly [id: string, parentId: string])[]): Change =>
  (file) => ({
    ...file,
    organizationalUnits: ous.map(([id, parentId]) => ({ id: `ou-root-${id}`, name: id, parentId })),
    accounts: file.accounts.map((account) => ({
      ...account,
      parentId: account.name === 'app' ? 'ou-root-00000002' : account.parentId,
    })),
  });

test('a cycle of OUs is one error with all its places; what is below it is left out in silence', () => {
  const { text, plan } = planWith(
    withOus(
      ['00000002', 'ou-root-00000004'],
      ['00000003', 'ou-root-00000002'],
      ['00000004', 'ou-root-00000003'],
      ['00000005', 'ou-root-00000004'],
    ),
    ESTATE.replace('{ all: true }', '{ all: true }, { ou: ou-root-00000005 }, { ou: /x/00000003 }'),
  );
  const [first, second, third] = [
    placeIn(text, '"ou-root-00000004"'),
    placeIn(text, '"ou-root-00000003"', 2),
    placeIn(text, '"ou-root-00000002"', 2),
  ];
  expect(codesAndPlaces(plan)).toEqual([
    `error ou-cycle organization.json:${first} organizationalUnits[0].parentId [see organization.json:${second}, organization.json:${third}]`,
  ]);
  expect(assigned(plan)).toEqual(['Developers has Admin in tool']);
});

test('an OU that is its own parent is a cycle', () => {
  const { plan } = planWith(withOus(['00000002', 'ou-root-00000002']));
  expect(plan.findings.map((finding) => finding.code)).toEqual(['ou-cycle']);
});

test('an OU whose parent is missing is an error; those below it have no fault of their own', () => {
  const { text, plan } = planWith(withOus(['00000002', 'ou-root-00000003'], ['00000003', 'ou-root-88888888']));
  expect(codesAndPlaces(plan)).toEqual([
    `error ou-without-parent organization.json:${placeIn(text, '"ou-root-88888888"')} organizationalUnits[1].parentId`,
  ]);
});

test.each<readonly [string, readonly [Change, string, string]]>([
  [
    'an account',
    [
      (file) => ({ ...file, accounts: [...file.accounts, { ...file.accounts[1], name: 'again' }] }),
      '"100000000001"',
      'accounts[3].id',
    ],
  ],
  [
    'an OU',
    [
      (file) => ({
        ...file,
        organizationalUnits: [...file.organizationalUnits, { ...file.organizationalUnits[0], name: 'X' }],
      }),
      '"ou-root-00000001"',
      'organizationalUnits[2].id',
    ],
  ],
  [
    'a group name',
    [
      (file) => ({ ...file, groups: [...file.groups, { id: 'a'.repeat(32), displayName: 'Developers' }] }),
      '"Developers"',
      'groups[2].displayName',
    ],
  ],
])('%s that appears twice is an error with both', (_, [change, needle, rest]) => {
  const { text, plan } = planWith(change);
  const last = text.split(needle).length - 1;
  expect(codesAndPlaces(plan)).toEqual([
    `error duplicate-id organization.json:${placeIn(text, needle, last)} ${rest} [see organization.json:${placeIn(text, needle)}]`,
  ]);
  expect(assigned(plan)).toEqual(['Developers has Admin in app', 'Developers has Admin in tool']);
});

test('the management account and the delegated administrator are accounts of the file', () => {
  expectFinding(
    (file) => ({ ...file, organization: { ...file.organization, managementAccountId: '999999999999' } }),
    '"999999999999"',
    'unknown-account organization.managementAccountId',
  );
  expectFinding(
    (file) => ({ ...file, identityCenter: { ...file.identityCenter, delegatedAdministrator: '999999999999' } }),
    '"999999999999"',
    'unknown-account identityCenter.delegatedAdministrator',
  );
});

test('ids of groups are compared in small letters', () => {
  const file = organizationFile({ accounts: [MANAGEMENT] });
  const lower = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
  const groups = [
    { id: lower.toUpperCase(), displayName: 'One' },
    { id: lower, displayName: 'Two' },
  ];
  const { organization, issues } = parseOrganization({ ...file, groups });
  expect(organization?.groups.map(({ id }) => id)).toEqual([lower, lower]);
  expect(issues.map(({ code, at }) => `${code} ${at.join('.')}`)).toEqual(['duplicate-id groups.1.id']);
});
