import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { assigned, MANAGEMENT, organizationFile, planOf, report } from '../../../support/estate-files';

const organization = {
  ous: ['/Production', '/Empty'],
  accounts: [MANAGEMENT, { id: '100000000001', name: 'prod-eu', ou: '/Production', tags: { env: 'prod' } }],
  groups: ['Developers'],
};

/** One grant of a declared and synchronized group; its accounts are on line 9. */
function planFor(accounts: string, grant = 'group: Developers, permissionSets: [Admin]'): EstatePlan {
  return planOf(
    `workforce:
  groups: [{ name: Developers }, { name: Analysts }]
access:
  permissionSets:
    - name: Admin
    - name: Audit
  grants:
    - { ${grant}, accounts:
${accounts} }
`,
    organization,
  );
}

const ACCOUNTS = 'access.grants[0].accounts';
const EU = '      { include: [{ name: prod-eu }] }';

test.each([
  ['Develpers', "did you mean 'Developers'?"],
  ['developers', "did you mean 'Developers'?"],
  ['Nobody at all', "known groups: 'Developers', 'Analysts'"],
])('a grant to the unknown group %s is an error', (group, allowed) => {
  const plan = planFor(EU, `group: ${group}, permissionSets: [Admin]`);
  expect(report(plan)).toEqual([
    `error unknown-group estate.yaml:8:16 access.grants[0].group: "${group}" is neither a group of the workforce nor known to the Identity Store (${allowed})`,
  ]);
  expect(assigned(plan)).toEqual([]);
});

test('a group that only the Identity Store knows may be granted access', () => {
  const estate = `access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] } }]\n`;
  expect(report(planOf(estate, organization))).toEqual([]);
});

test('a declared group that is not synchronized yet is a warning, and its assignments are known', () => {
  const plan = planFor(EU, 'group: Analysts, permissionSets: [Admin]');
  expect(report(plan)).toEqual([
    'warning pending-group estate.yaml:8:16 access.grants[0].group: "Analysts" is not synchronized to the Identity Store yet: its assignments wait (run the workforce program, let provisioning finish, then npx --no entra-aws snapshot)',
  ]);
  expect(assigned(plan)).toEqual(['Analysts has Admin in prod-eu']);
  expect(plan.access?.expansion.pendingGroups).toEqual(['Analysts']);
});

test('an unknown group of grantable is an error', () => {
  const estate = `access:\n  permissionSets:\n    - { name: Admin, grantable: { groups: [Developers, Testers] } }\n  grants: []\n`;
  expect(report(planOf(estate, organization))).toEqual([
    'error unknown-group estate.yaml:3:56 access.permissionSets[0].grantable.groups[1]: "Testers" is neither a group of the workforce nor known to the Identity Store (known groups: \'Developers\')',
  ]);
});

test('an unknown permission set is an error, and the others of the grant expand', () => {
  const plan = planFor(EU, 'group: Developers, permissionSets: [Admn, Audit]');
  expect(report(plan)).toEqual([
    'error unknown-permission-set estate.yaml:8:45 access.grants[0].permissionSets[0]: "Admn" is not a permission set of this estate (did you mean \'Admin\'?)',
  ]);
  expect(assigned(plan)).toEqual(['Developers has Audit in prod-eu']);
});

test('a permission set that stands twice in a grant is a warning, and assigned once', () => {
  const plan = planFor(EU, 'group: Developers, permissionSets: [Admin, Audit, Admin]');
  expect(report(plan)).toEqual([
    'warning duplicate-entry estate.yaml:8:59 access.grants[0].permissionSets[2]: "Admin" appears twice in this grant (each permission set once) [see estate.yaml:8:45]',
  ]);
  expect(assigned(plan)).toEqual(['Developers has Admin in prod-eu', 'Developers has Audit in prod-eu']);
});

test.each([
  [
    '{ id: "999999999999" }',
    'unknown-account estate.yaml:9:25',
    'id: "999999999999" is not an account of the organization (an id of organization.json; npx --no entra-aws snapshot reads new accounts)',
  ],
  [
    '{ name: prod-EU }',
    'unknown-account estate.yaml:9:27',
    'name: "prod-EU" is not the name of an account (did you mean \'prod-eu\'?)',
  ],
  [
    '{ name: zzz }',
    'unknown-account estate.yaml:9:27',
    "name: \"zzz\" is not the name of an account (accounts: 'management', 'prod-eu')",
  ],
  [
    '{ ou: /Prodction }',
    'unknown-ou estate.yaml:9:25',
    'ou: "/Prodction" is not an OU of the organization (did you mean \'/Production\'?)',
  ],
  [
    '{ ou: /Production/ }',
    'unknown-ou estate.yaml:9:25',
    'ou: "/Production/" is not an OU of the organization (did you mean \'/Production\'?)',
  ],
  [
    '{ ou: Production }',
    'unknown-ou estate.yaml:9:25',
    'ou: "Production" is not an OU of the organization (did you mean \'/Production\'?)',
  ],
  [
    '{ ou: ou-root-99999999 }',
    'unknown-ou estate.yaml:9:25',
    "ou: \"ou-root-99999999\" is not an OU of the organization (OUs: '/', '/Empty', '/Production')",
  ],
])('the dangling selector %s is an error, and the rest of its grant expands', (selector, place, rest) => {
  const include = planFor(`      { include: [${selector}, { tags: { env: prod } }] }`);
  expect(report(include)).toEqual([`error ${place} ${ACCOUNTS}.include[0].${rest}`]);
  expect(assigned(include)).toEqual(['Developers has Admin in prod-eu']);

  const exclude = planFor(`      { exclude: [${selector}], include: [{ tags: { env: prod } }] }`);
  const wider = rest.replace(' (', ', so it takes nothing away and access would be wider than meant (');
  expect(report(exclude)).toEqual([`error ${place} ${ACCOUNTS}.exclude[0].${wider}`]);
  expect(assigned(exclude)).toEqual(['Developers has Admin in prod-eu']);
});

const NOT_MANAGEMENT = 'OUs, globs, tags and all never reach the management account: name it by id or exact name';

test.each([
  {
    selector: '{ ou: /Empty }',
    found: '25 access.grants[0].accounts.include[0].ou: "/Empty"',
    allowed: 'an OU that has accounts, or one that will; npx --no entra-aws snapshot reads new accounts',
  },
  {
    selector: '{ ou: /, descendants: false }',
    found: '25 access.grants[0].accounts.include[0].ou: "/"',
    allowed: NOT_MANAGEMENT,
  },
  {
    selector: '{ name: "manage*" }',
    found: '27 access.grants[0].accounts.include[0].name: "manage*"',
    allowed: NOT_MANAGEMENT,
  },
  {
    selector: '{ name: "clams-*" }',
    found: '27 access.grants[0].accounts.include[0].name: "clams-*"',
    allowed: 'a pattern that matches names of accounts: * and ? stand for characters',
  },
  {
    selector: '{ tags: { env: test, a: b } }',
    found: '27 access.grants[0].accounts.include[0].tags: {"env":"test","a":"b"}',
    allowed: 'tags of an account, letter by letter; npx --no entra-aws snapshot reads new ones',
  },
])('the selector $selector without a match is a warning', ({ selector, found, allowed }) => {
  const plan = planFor(`      { include: [${selector}, { name: prod-eu }] }`);
  expect(report(plan)).toEqual([
    `warning selector-without-match estate.yaml:9:${found} does not match an account (${allowed})`,
  ]);
});

test.each([
  ['error', '{ name: "zz*" }', '27 access.grants[0].accounts.exclude[0].name: "zz*"'],
  ['error', '{ name: "manage*" }', '27 access.grants[0].accounts.exclude[0].name: "manage*"'],
  ['error', '{ tags: { env: prdo } }', '27 access.grants[0].accounts.exclude[0].tags: {"env":"prdo"}'],
  ['warning', '{ ou: /Empty }', '25 access.grants[0].accounts.exclude[0].ou: "/Empty"'],
])('an exclusion that takes nothing away is a finding (%s): %s', (severity, selector, place) => {
  const plan = planFor(`      { exclude: [${selector}], include: [{ all: true }] }`);
  expect(report(plan)).toEqual([
    `${severity} exclusion-without-match estate.yaml:9:${place} takes nothing away: 1 account keeps the access`,
  ]);
  expect(assigned(plan)).toEqual(['Developers has Admin in prod-eu']);
});

test('an exact name that several accounts have must be written as an id; an exclusion of it takes away all', () => {
  const twins = {
    ...organization,
    accounts: [
      { ...MANAGEMENT, name: 'twin' },
      { id: '100000000001', name: 'prod-eu', ou: '/Production' },
      { id: '100000000002', name: 'twin', ou: '/Production' },
    ],
  };
  const planWith = (accounts: string): EstatePlan =>
    planOf(
      `access:\n  permissionSets: [{ name: Admin }]\n  grants:\n    - { group: Developers, permissionSets: [Admin], accounts: ${accounts} }\n`,
      twins,
    );
  const rest = `"twin" is the name of 2 accounts, '${MANAGEMENT.id}', '100000000002' (name one by its id)`;
  const include = planWith('{ include: [{ name: twin }, { name: prod-eu }] }');
  expect(report(include)).toEqual([
    `error ambiguous-account-name estate.yaml:4:83 ${ACCOUNTS}.include[0].name: ${rest}`,
  ]);
  expect(assigned(include)).toEqual(['Developers has Admin in prod-eu']);
  const exclude = planWith('{ exclude: [{ name: twin }], include: [{ all: true }] }');
  expect(report(exclude)).toEqual([
    `error ambiguous-account-name estate.yaml:4:83 ${ACCOUNTS}.exclude[0].name: ${rest}`,
  ]);
  expect(assigned(exclude)).toEqual(['Developers has Admin in prod-eu']);
});

test('all of an organization without members is a warning', () => {
  const estate = `access:\n  permissionSets: [{ name: Admin }]\n  grants:\n    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] } }\n`;
  expect(report(planOf(estate, { ...organization, accounts: [MANAGEMENT] }))).toEqual([
    `warning selector-without-match estate.yaml:4:82 ${ACCOUNTS}.include[0].all: true does not match an account (OUs, globs, tags and all never reach the management account: name it by id or exact name)`,
  ]);
});

test('the selectors of grantable are checked too', () => {
  const estate = `access:\n  permissionSets:\n    - { name: Admin, grantable: { accounts: { include: [{ ou: /Nowhere }] } } }\n  grants: []\n`;
  expect(report(planOf(estate, organization))).toEqual([
    "error unknown-ou estate.yaml:3:63 access.permissionSets[0].grantable.accounts.include[0].ou: \"/Nowhere\" is not an OU of the organization (OUs: '/', '/Empty', '/Production')",
  ]);
});

test('a path that two OUs share, because a name holds a slash, must be written as an id', () => {
  const file = organizationFile({ ...organization, ous: ['/Production', '/Production/EU'] });
  const ous = [...file.organizationalUnits, { id: 'ou-root-slash001', name: 'Production/EU', parentId: 'r-root' }];
  const text = JSON.stringify({ ...file, organizationalUnits: ous });
  const estate = (ou: string): string =>
    `access:\n  permissionSets: [{ name: Admin }]\n  grants:\n    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: ${ou} }] } }\n`;
  expect(report(planOf(estate('/Production/EU'), undefined, { 'organization.json': text }))).toEqual([
    `error ambiguous-ou estate.yaml:4:81 ${ACCOUNTS}.include[0].ou: "/Production/EU" is the path of 2 OUs, because a name holds a slash (one of the ids 'ou-root-00000002', 'ou-root-slash001')`,
  ]);
  const codes = planOf(estate('ou-root-slash001'), undefined, { 'organization.json': text }).findings.map(
    (finding) => finding.code,
  );
  expect(codes).toEqual(['selector-without-match']);
});
