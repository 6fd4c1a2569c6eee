import { movedAssignments } from '../../../../src/clouds/facts/revocations';
import type { OwnedAssignment } from '../../../../src/clouds/facts/revocations';
import { accountId, setArn } from '../../../support/ids';
import { planOf, principalId } from '../../../support/estate-files';

const READER = setArn('arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef');
const owned: OwnedAssignment = {
  account: accountId('100000000001'),
  set: READER,
  principalType: 'GROUP',
  principalId: principalId(0),
};
const plan = planOf(
  'access: { permissionSets: [{ name: Reader }], grants: [{ group: Developers, permissionSets: [Reader], accounts: { include: [{ name: app }] } }] }',
);

function movedOf(one: OwnedAssignment, name = 'Reader'): readonly string[] {
  if (plan.access === undefined) throw new Error('the estate has no access section');
  const found = movedAssignments(plan.access, 'access', { assignments: [one], setNames: new Map([[READER, name]]) });
  return found.map(({ shard, to }) => `${shard} to ${to}`);
}

test('an assignment in another nested stack than the file has it in has moved', () => {
  expect(movedOf({ ...owned, shard: 3 })).toEqual(['3 to 1']);
});

test('one that is where it is placed, that is placed nowhere, or that is in no shard has not', () => {
  expect(movedOf({ ...owned, shard: 1 })).toEqual([]);
  expect(movedOf({ ...owned, shard: 3 }, 'Gone')).toEqual([]);
  expect(movedOf(owned)).toEqual([]);
});
