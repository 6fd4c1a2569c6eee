import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { MANAGEMENT, planOf, codesAndPlaces } from '../../../support/estate-files';

const organization = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'security' }],
  groups: ['Auditors'],
};

function planFor(deployFrom: string, include: string, delegatedAdministrator?: string): EstatePlan {
  const estate = `access:
  deployFrom: ${deployFrom}
  permissionSets: [{ name: Audit }]
  grants:
    - group: Auditors
      permissionSets: [Audit]
      accounts: { include: [${include}] }
`;
  return planOf(estate, { ...organization, ...(delegatedAdministrator && { delegatedAdministrator }) });
}

test('a delegated administrator must be registered', () => {
  expect(codesAndPlaces(planFor('delegated-admin', '{ all: true }'))).toEqual([
    'error no-delegated-administrator estate.yaml:2:15 access.deployFrom',
  ]);
  expect(codesAndPlaces(planFor('delegated-admin', '{ all: true }', '100000000002'))).toEqual([]);
  expect(codesAndPlaces(planFor('management', '{ all: true }'))).toEqual([]);
});

test('a set granted in the management account and in others is out of reach of a delegated administrator', () => {
  const include = '{ all: true }, { name: management }';
  expect(codesAndPlaces(planFor('delegated-admin', include, '100000000002'))).toEqual([
    'error mixed-permission-set estate.yaml:3:28 access.permissionSets[0].name [see estate.yaml:5:7]',
  ]);
  expect(codesAndPlaces(planFor('management', include))).toEqual([]);
  expect(codesAndPlaces(planFor('delegated-admin', '{ name: management }', '100000000002'))).toEqual([]);
});
