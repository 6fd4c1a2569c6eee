import { assigned, MANAGEMENT, planOf, codesAndPlaces, report } from '../../../support/estate-files';

const organization = {
  ous: ['/Production', '/Test'],
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'prod', ou: '/Production', tags: { a: '1', b: '2' } },
    { id: '100000000002', name: 'test', ou: '/Test' },
  ],
  groups: ['Developers', 'Auditors'],
};

function planFor(sets: string, grants: string): ReturnType<typeof planOf> {
  return planOf(`access:\n  permissionSets:\n${sets}  grants:\n${grants}`, organization);
}

const SETS = '    - name: Admin\n    - name: Audit\n';
const GRANT = '    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: /Production }] } }\n';

test('two permission sets with one name are an error with both places', () => {
  expect(codesAndPlaces(planFor('    - name: Admin\n    - name: admin\n    - name: Admin\n', GRANT))).toEqual([
    'error duplicate-permission-set estate.yaml:5:13 access.permissionSets[2].name [see estate.yaml:3:13]',
  ]);
});

test('a grant that says the same once more is a warning with both places', () => {
  expect(codesAndPlaces(planFor(SETS, GRANT + GRANT))).toEqual([
    'warning duplicate-grant estate.yaml:7:7 access.grants[1] [see estate.yaml:6:7]',
  ]);
});

test.each([
  ['{ ou: /Production }, { tags: { a: "1", b: "2" } }', '{ tags: { b: "2", a: "1" } }, { ou: /Production }'],
  ['{ ou: /Production }', '{ ou: /Production, descendants: true }'],
  ['{ ou: /Production }', '{ ou: /Production }, { ou: /Production }'],
])('the order of selectors and of tags, defaults and repetition make no other grant: %s', (one, other) => {
  const grant = (include: string): string =>
    `    - { group: Developers, permissionSets: [Admin], accounts: { include: [${include}] } }\n`;
  const codes = planFor(SETS, grant(one) + grant(other)).findings.map((finding) => finding.code);
  expect(codes).toEqual(['duplicate-grant']);
});

test('the order of permission sets makes no other grant', () => {
  const grant = (sets: string): string =>
    `    - { group: Developers, permissionSets: [${sets}], accounts: { include: [{ ou: /Production }] } }\n`;
  const codes = planFor(SETS, grant('Admin, Audit') + grant('Audit, Admin')).findings.map((finding) => finding.code);
  expect(codes).toEqual(['duplicate-grant']);
});

test.each([
  'group: Auditors, permissionSets: [Admin], accounts: { include: [{ ou: /Production }] }',
  'group: Developers, permissionSets: [Audit], accounts: { include: [{ ou: /Production }] }',
  'group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: /Production, descendants: false }] }',
  'group: Developers, permissionSets: [Admin], accounts: { include: [{ ou: /Production }], exclude: [{ ou: /Test }] }',
  'group: Developers, permissionSets: [Admin], accounts: { include: [{ name: prod }] }',
  'group: Developers, permissionSets: [Admin], accounts: { include: [{ all: true }] }',
])('grants that differ or merely overlap are no finding: %s', (other) => {
  expect(codesAndPlaces(planFor(SETS, `${GRANT}    - { ${other} }\n`))).toEqual([]);
});

const LIMITED = `    - name: Admin
      grantable:
        groups: [Auditors]
        accounts: { include: [{ ou: /Test }] }
`;

test('a grant to a group that the set is not grantable to is an error', () => {
  const grant = '    - { group: Developers, permissionSets: [Admin], accounts: { include: [{ name: test }] } }\n';
  expect(codesAndPlaces(planFor(LIMITED, grant))).toEqual([
    'error not-grantable estate.yaml:8:45 access.grants[0].permissionSets[0] [see estate.yaml:5:17]',
  ]);
});

test('a grant beyond the accounts of grantable is one error, and names the accounts', () => {
  const grant = '    - { group: Auditors, permissionSets: [Admin], accounts: { include: [{ all: true }] } }\n';
  const plan = planFor(LIMITED, grant);
  expect(codesAndPlaces(plan)).toEqual([
    'error not-grantable estate.yaml:8:43 access.grants[0].permissionSets[0] [see estate.yaml:6:19]',
  ]);
  expect(assigned(plan)).toEqual(['Auditors has Admin in prod', 'Auditors has Admin in test']);
});

test('the exclusion of grantable counts as well', () => {
  const sets = `    - name: Admin
      grantable:
        accounts: { include: [{ all: true }], exclude: [{ name: prod }] }
`;
  const grant = '    - { group: Auditors, permissionSets: [Admin], accounts: { include: [{ name: "pr*" }] } }\n';
  expect(planFor(sets, grant).findings.map((finding) => finding.code)).toEqual(['not-grantable']);
});

test('a set that is grantable to nobody says so', () => {
  const sets = '    - name: Admin\n      grantable: { groups: [] }\n';
  const [finding] = report(planFor(sets, GRANT));
  expect(finding).toContain('"Admin" may not be granted to \'Developers\' (grantable to no one)');
});

test('a grant within the limits of grantable is no finding', () => {
  const grant = '    - { group: Auditors, permissionSets: [Admin], accounts: { include: [{ name: test }] } }\n';
  expect(codesAndPlaces(planFor(LIMITED, grant))).toEqual([]);
});
