import { readId, PrincipalId } from '../../../../src/estate/source/ids';
import type { AccessPlan } from '../../../../src/estate/sections/access/plan/access-plan';
import type { DeployedAssignment, DeployedSet } from '../../../../src/clouds/facts/access-facts';
import {
  type DeployedAccess,
  undeclaredAssignments,
  unknownAssignments,
  unknownSets,
} from '../../../../src/clouds/facts/access-drift';
import { departuresOf } from '../../../../src/clouds/facts/revocations';
import { planOf } from '../../../support/estate-files';
import { assignment } from '../../../support/fake-identity-center';

const reason = 'reason: TEAM gives it for hours';

function accessOf(elsewhere: string): AccessPlan {
  const estate = `access:
  permissionSets: [{ name: Audit }]
  grants:
    - { group: Auditors, permissionSets: [Audit], accounts: { include: [{ name: app }] } }
${elsewhere}`;
  const organization = {
    accounts: [{ id: '222222222221', name: 'app' }],
    groups: ['Auditors', 'Elevated'],
  };
  const { access } = planOf(estate, organization);
  if (access === undefined) throw new Error('no access');
  return access;
}

const plain = accessOf('');
const idOf = (name: string): PrincipalId => plain.organization.groupByName.get(name)?.id ?? readId(PrincipalId, '');
const eve = assignment('1', 'a', 9).principalId;
const set = (name: string, letter: string): DeployedSet => ({
  name,
  arn: assignment('1', letter, 1).set,
  outdatedIn: [],
  sessionDuration: 'PT1H',
  managedPolicies: [],
  customerManagedPolicies: [],
  tags: {},
});
const of = (letter: string, principalId: PrincipalId, principalType = 'GROUP'): DeployedAssignment => ({
  ...assignment('1', letter, 1),
  principalId,
  principalType,
});

const declared = of('a', idOf('Auditors'));
const toElevated = of('a', idOf('Elevated'));
const toEve = of('a', eve, 'USER');
const byTeam = of('b', idOf('Auditors'));
const deployed: DeployedAccess = {
  permissionSets: [set('Audit', 'a'), set('TEAM-1', 'b')],
  assignments: [declared, toElevated, toEve, byTeam],
  names: new Map([[eve, 'eve@example.com']]),
};

test('without a word of others, all that is not declared is unknown', () => {
  expect(unknownAssignments(plain, deployed)).toEqual([toElevated, toEve, byTeam]);
  expect(unknownSets(plain, deployed).map(({ name }) => name)).toEqual(['TEAM-1']);
});

test.each([
  ['permissionSets', 'TEAM-*', byTeam],
  ['groups', 'Elevated', toElevated],
  ['users', "'*@example.com'", toEve],
])('what others manage by %s is not', (kind, name, one) => {
  const access = accessOf(`  managedElsewhere: { ${kind}: [{ name: ${name}, ${reason} }] }\n`);
  expect(undeclaredAssignments(access, deployed)).toContain(one);
  expect(unknownAssignments(access, deployed)).not.toContain(one);
  expect(unknownSets(access, deployed)).toHaveLength(kind === 'permissionSets' ? 0 : 1);
});

test('a user whose name is unknown is not taken for one of others', () => {
  const access = accessOf(`  managedElsewhere: { users: [{ name: '*', ${reason} }] }\n`);
  expect(unknownAssignments(access, { ...deployed, names: new Map() })).toContain(toEve);
});

test('what a stack owns and the estate does not declare leaves, first from accounts that keep nothing', () => {
  const closing = { ...byTeam, account: assignment('2', 'a', 1).account };
  const setNames = new Map([[declared.set, 'Audit']]);
  expect(departuresOf(plain, { assignments: [declared, toElevated, closing], setNames }).losses).toEqual([
    closing,
    toElevated,
  ]);
});
