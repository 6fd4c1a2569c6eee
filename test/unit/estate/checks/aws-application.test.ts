import { changed, WORKFORCE } from '../../../support/entra-estate';
import { MANAGEMENT, planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a name of 121 characters',
    from: 'displayName: AWS',
    to: 'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
    expected: 'error display-name estate.yaml:5:18 workforce.awsApplication.displayName',
  },
  {
    what: 'a misspelt group',
    from: '[Developers, Auditors]',
    to: '[Developers, Auditers]',
    expected: 'error unknown-assigned-group estate.yaml:14:34 workforce.awsApplication.assignedGroups[1]',
  },
  {
    what: 'a group twice',
    from: '[Developers, Auditors]',
    to: '[Developers, Auditors, Developers]',
    expected:
      'error duplicate-assigned-group estate.yaml:14:44 workforce.awsApplication.assignedGroups[2] [see estate.yaml:14:22]',
  },
  {
    what: 'no group',
    from: '[Developers, Auditors]',
    to: '[]',
    expected: 'warning no-assigned-group estate.yaml:14:21 workforce.awsApplication.assignedGroups',
  },
])('the application has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  [
    'a name of 120 characters',
    'displayName: AWS',
    'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
  ],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});

const NESTED = '[{ name: Developers, nestedGroups: [Auditors] }, { name: Auditors }]';
const DECLARED = '[{ name: Developers }, { name: Auditors }]';

test('an assigned group that has groups alone in it gives no one access, which is an error', () => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, DECLARED, NESTED)))).toEqual([
    'error nested-groups-only estate.yaml:3:46 workforce.groups[0].nestedGroups [see estate.yaml:14:22]',
  ]);
});

test('with people beside them, it is a warning of those in the groups', () => {
  const mixed = NESTED.replace('[Auditors] }', '[Auditors], hasDirectMembers: true }');
  expect(codesAndPlaces(planOf(changed(WORKFORCE, DECLARED, mixed)))).toEqual([
    'warning nested-groups estate.yaml:3:46 workforce.groups[0].nestedGroups [see estate.yaml:14:22]',
  ]);
});

test('groups in a group that is not assigned are nothing to say of', () => {
  const apart = changed(changed(WORKFORCE, DECLARED, NESTED), '[Developers, Auditors]', '[Auditors]');
  expect(codesAndPlaces(planOf(apart))).toEqual([]);
});

test('without assigned groups, every group is assigned', () => {
  const { estate } = planOf(changed(WORKFORCE, '    assignedGroups: [Developers, Auditors]\n', ''));
  expect(estate.workforce?.awsApplication?.assignedGroups.map(({ name }) => name)).toEqual(['Developers', 'Auditors']);
});

test('a group that could not be read is not reported as unknown too', () => {
  const codes = planOf(changed(WORKFORCE, '{ name: Auditors }', '{ name: Auditors, adopt: maybe }')).findings.map(
    ({ code }) => code,
  );
  expect(codes).toEqual(['invalid-value']);
});

const ACCESS = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ all: true }] } }
`;
const ORGANIZATION = { accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }], groups: ['Auditors', 'Guests'] };

test('a group that is granted access and not assigned is reported once', () => {
  const workforce = changed(WORKFORCE, '[Developers, Auditors]', '[Developers]');
  expect(codesAndPlaces(planOf(workforce + ACCESS, ORGANIZATION))).toEqual([
    'warning unassigned-group estate.yaml:23:16 access.grants[0].group',
  ]);
});

test('a group that the estate does not declare is somebody else to provision', () => {
  expect(codesAndPlaces(planOf(WORKFORCE + ACCESS.replaceAll('Auditors', 'Guests'), ORGANIZATION))).toEqual([]);
});
