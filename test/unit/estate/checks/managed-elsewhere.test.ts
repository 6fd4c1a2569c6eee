import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

const organization = {
  accounts: [{ id: '100000000001', name: 'app' }],
  groups: ['Auditors', 'Elevated'],
};

function planFor(lines: string): EstatePlan {
  const estate = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
  managedElsewhere:
${lines}
`;
  return planOf(estate, organization);
}

const reason = 'reason: TEAM gives it for hours';

test('what others manage may be named, by globs too', () => {
  const lines = `    permissionSets: [{ name: TEAM-*, ${reason} }]
    groups: [{ name: Elevated, ${reason} }]
    users: [{ name: '*@example.com', ${reason} }]`;
  const plan = planFor(lines);
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.access?.managedElsewhere.users.map(({ name }) => name)).toEqual(['*@example.com']);
});

test("it can't be the estate's own", () => {
  const lines = `    permissionSets: [{ name: A*, ${reason} }]\n    groups: [{ name: Auditors, ${reason} }]`;
  expect(codesAndPlaces(planFor(lines))).toEqual([
    'error managed-elsewhere estate.yaml:6:30 access.managedElsewhere.permissionSets[0].name',
    'error managed-elsewhere estate.yaml:7:22 access.managedElsewhere.groups[0].name',
  ]);
});

test('a name that is there twice is a warning, and a reason is needed', () => {
  const twice = `    users: [{ name: eve, ${reason} }, { name: eve, ${reason} }]`;
  expect(codesAndPlaces(planFor(twice)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'warning duplicate-entry',
  ]);
  expect(codesAndPlaces(planFor('    users: [{ name: eve, reason: so }]'))).toEqual([
    'error invalid-value estate.yaml:6:34 access.managedElsewhere.users[0].reason',
  ]);
});
