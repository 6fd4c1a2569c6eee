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

test('the copy of a set for the management account must not have the name of another set', () => {
  const estate = (deployFrom: string, include: string): string => `access:
  deployFrom: ${deployFrom}
  permissionSets: [{ name: Audit-management }, { name: Audit }]
  grants:
    - group: Auditors
      permissionSets: [Audit]
      accounts: { include: [${include}] }
`;
  const both = '{ all: true }, { name: management }';
  const found = (text: string) =>
    codesAndPlaces(planOf(text, { ...organization, delegatedAdministrator: '100000000002' }));
  expect(found(estate('delegated-admin', both))).toEqual([
    'error mixed-permission-set estate.yaml:3:56 access.permissionSets[1].name [see estate.yaml:3:28, estate.yaml:5:7]',
  ]);
  expect(found(estate('management', both))).toEqual([]);
  expect(found(estate('delegated-admin', '{ name: management }'))).toEqual([]);
});

test('a finding about a set with a copy comes once', () => {
  const estate = `access:
  deployFrom: delegated-admin
  policies: []
  permissionSets:
    - name: Audit
      customerManagedPolicies: [{ name: Missing }]
      grantable: { accounts: { include: [{ name: app }] }, groups: [Nobody] }
      acknowledge: [{ rule: IC-none, reason: It only reads. }]
  grants:
    - group: Auditors
      permissionSets: [Audit]
      accounts: { include: [{ all: true }, { name: management }] }
`;
  const plan = planOf(estate, { ...organization, delegatedAdministrator: '100000000002' });
  expect(codesAndPlaces(plan)).toEqual([
    'error unknown-policy estate.yaml:6:33 access.permissionSets[0].customerManagedPolicies[0]',
    'error unknown-group estate.yaml:7:69 access.permissionSets[0].grantable.groups[0]',
    'error unknown-rule estate.yaml:8:29 access.permissionSets[0].acknowledge[0].rule',
    'error not-grantable estate.yaml:11:24 access.grants[0].permissionSets[0] [see estate.yaml:7:30]',
    'error not-grantable estate.yaml:11:24 access.grants[0].permissionSets[0] [see estate.yaml:7:68]',
  ]);
});
