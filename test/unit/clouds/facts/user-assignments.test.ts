import type { DeployedAssignment, DeployedSet } from '../../../../src/clouds/facts/access-facts';
import { missingAssignments, unknownAssignments } from '../../../../src/clouds/facts/access-drift';
import { departuresOf } from '../../../../src/clouds/facts/revocations';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import type { AccessPlan } from '../../../../src/estate/sections/access/plan/access-plan';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import { memoryFolder, organizationText, userId } from '../../../support/estate-files';
import { assignment } from '../../../support/fake-identity-center';

const ORGANIZATION = { accounts: [{ id: '222222222221', name: 'app' }], users: ['jane@example.com'] };
const ESTATE = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - user: jane@example.com
      reason: She looks into the incident.
      until: 2026-12-31
      permissionSets: [Audit]
      accounts: { include: [{ name: app }] }
`;

function accessOn(latestDay: string): AccessPlan {
  const texts = { [ESTATE_FILE]: ESTATE, [ORGANIZATION_FILE]: organizationText(ORGANIZATION) };
  const { access } = planEstate({ ...memoryFolder(texts), latestDay });
  if (access === undefined) throw new Error('no access');
  return access;
}

const ofJane: DeployedAssignment = { ...assignment('1', 'a', 1), principalType: 'USER', principalId: userId(0) };
const audit: DeployedSet = {
  name: 'Audit',
  arn: ofJane.set,
  outdatedIn: [],
  sessionDuration: 'PT1H',
  managedPolicies: [],
  customerManagedPolicies: [],
  tags: {},
};
const deployed = { permissionSets: [audit], assignments: [ofJane] };
const owned = { assignments: [ofJane], setNames: new Map([[audit.arn, audit.name]]) };

test('an assignment of a user that the estate declares is no drift, and does not leave', () => {
  const access = accessOn('2026-12-01');
  expect(unknownAssignments(access, deployed)).toEqual([]);
  expect(missingAssignments(access, { ...deployed, assignments: [] })).toHaveLength(1);
  expect(departuresOf(access, owned).losses).toEqual([]);
});

test('once the exception has ended it is drift, and leaves', () => {
  const access = accessOn('2027-01-02');
  expect(unknownAssignments(access, deployed)).toEqual([ofJane]);
  expect(missingAssignments(access, { ...deployed, assignments: [] })).toEqual([]);
  expect(departuresOf(access, owned).losses).toEqual([ofJane]);
});
