import { effectOfSnapshot } from '../../../src/estate/plan/explanation/snapshot-effect';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { MANAGEMENT, planOf, principalId, codesAndPlaces } from '../../support/estate-files';

const ORGANIZATION = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }],
  groups: ['Developers', 'Auditors'],
};
const ARN = 'arn:aws:sso::100000000000:application/ssoins-0123456789abcdef/apl-00000000000000';

const entry = (name: string, number: string, groups: string): string =>
  `    - { name: ${name}, arn: '${ARN}${number}', groups: [${groups}] }\n`;

function planFor(lines: string, groups = ORGANIZATION.groups): EstatePlan {
  const estate = `workforce: { groups: [{ name: Newcomers }] }
access:
  permissionSets: []
  grants: []
  applications:
${lines}`;
  return planOf(estate, { ...ORGANIZATION, groups });
}

test('groups that are synchronized are assigned, each once, and others wait', () => {
  const plan = planFor(entry('QuickSight', '01', 'Developers, Newcomers, Auditors'));
  expect(codesAndPlaces(plan)).toEqual(['warning pending-group estate.yaml:6:139 access.applications[0].groups[1]']);
  expect(plan.access?.applications.map(({ group, principalId: id }) => [group, id])).toEqual([
    ['Auditors', principalId(1)],
    ['Developers', principalId(0)],
    ['Newcomers', undefined],
  ]);
  expect(plan.access?.stacks.map(({ applications }) => applications.map(({ key }) => key))).toEqual([
    [`apl-0000000000000001/${principalId(0)}`, `apl-0000000000000001/${principalId(1)}`],
  ]);
});

test('an application without a group is one that nobody may use', () => {
  const plan = planFor(entry('QuickSight', '01', ''));
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.access?.applications).toEqual([]);
  expect(plan.access?.declaredApplications).toHaveLength(1);
});

test('an application stands once, by its name and by its ARN', () => {
  const lines = entry('A', '01', 'Developers') + entry('B', '01', 'Developers') + entry('A', '02', 'Developers');
  expect(codesAndPlaces(planFor(lines))).toEqual([
    'error duplicate-application estate.yaml:7:23 access.applications[1].arn [see estate.yaml:6:23]',
    'error duplicate-application estate.yaml:8:15 access.applications[2].name [see estate.yaml:6:15]',
  ]);
});

test('an ARN is one of an application, of this instance', () => {
  const other = ARN.replace('0123456789abcdef', 'ffffffffffffffff');
  const lines = `    - { name: A, arn: 'arn:aws:iam::100000000000:role/A', groups: [] }
    - { name: B, arn: '${other}01', groups: [] }
`;
  expect(codesAndPlaces(planFor(lines))).toEqual([
    'error application-arn estate.yaml:6:23 access.applications[0].arn',
    'error application-arn estate.yaml:7:23 access.applications[1].arn',
  ]);
});

test('a group that nobody knows is an error, and twice the same one a warning', () => {
  expect(codesAndPlaces(planFor(entry('A', '01', 'Develpers, Auditors, Auditors')))).toEqual([
    expect.stringMatching(/^error unknown-group .*\.groups\[0\]$/),
    expect.stringMatching(/^warning duplicate-entry .*\.groups\[2\] \[see /),
  ]);
});

test('a snapshot that gives a group an application changes access', () => {
  const lines = entry('QuickSight', '01', 'Newcomers');
  const [before, after] = [planFor(lines), planFor(lines, [...ORGANIZATION.groups, 'Newcomers'])];
  expect(effectOfSnapshot(before, after)).toEqual(["'Newcomers' gains the application QuickSight"]);
  expect(effectOfSnapshot(after, before)).toEqual(["'Newcomers' loses the application QuickSight"]);
});
