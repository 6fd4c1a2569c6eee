import { createIdentityCenterClients } from '../../../../src/clouds/aws/aws-clients';
import { type AskedPrincipal, knownPrincipals, readAssignmentsOf } from '../../../../src/clouds/aws/read-by-principal';
import { PrincipalId } from '../../../../src/estate/source/ids';
import { assignment, FakeIdentityCenter } from '../../../support/fake-identity-center';

const group = (number: number): AskedPrincipal => ({
  principalType: 'GROUP',
  principalId: assignment('1', 'a', number).principalId,
});
const USER: AskedPrincipal = {
  principalType: 'USER',
  principalId: PrincipalId.parse('10000000-0000-0000-0000-000000000001'),
};
const byHand = { ...assignment('9', 'b', 1), ...USER };

const read = (center: FakeIdentityCenter, ...principals: readonly AskedPrincipal[]) =>
  readAssignmentsOf(
    {
      ...createIdentityCenterClients({ region: 'eu-west-1', concurrency: 2, onProgress: () => undefined }),
      ssoAdmin: center.ssoAdmin,
    },
    center.instanceArn,
    principals,
  );

test('calls grow with groups and pages of a hundred, not with accounts and permission sets', async () => {
  const many = Array.from({ length: 250 }, (_, index) =>
    assignment(String(1000 + index), index % 2 === 0 ? 'a' : 'b', 1),
  );
  const other = assignment('7', 'c', 2);
  const center = new FakeIdentityCenter([...many, other]);
  const found = await read(center, group(1), group(2), group(3));
  expect(new Set(found)).toEqual(new Set([...many, other]));
  expect(center.calls).toHaveLength(3 + 1 + 1);
});

test('what a user has by a group is there once, beside what the user has directly', async () => {
  const center = new FakeIdentityCenter([assignment('1', 'a', 1), byHand]);
  center.groupsOf.set(USER.principalId, [group(1).principalId]);
  expect(await read(center, group(1), USER)).toEqual([assignment('1', 'a', 1), byHand]);
});

test('two permission sets in one account are two assignments, and so are group and user of one id', async () => {
  const twice = [assignment('1', 'a', 1), assignment('1', 'b', 1)];
  const user = { ...assignment('1', 'a', 1), principalType: 'USER' as const };
  const center = new FakeIdentityCenter([...twice, user]);
  expect(await read(center, group(1))).toEqual([...twice, user]);
});

test('somebody who is gone has nothing, and the others are read', async () => {
  const center = new FakeIdentityCenter([assignment('1', 'a', 2)]);
  const gone = { error: 'ResourceNotFoundException', message: 'GROUP not found' };
  center.refusals.set('ListAccountAssignmentsForPrincipal', [gone]);
  expect(await read(center, group(1), group(2))).toEqual([assignment('1', 'a', 2)]);
});

test.each([
  { error: 'AccessDeniedException', message: 'not from this account' },
  { error: 'ResourceNotFoundException', message: 'the key', reason: 'KMS_NotFoundException' },
])('an answer of $error that is about no principal is no reading', async (refusal) => {
  const center = new FakeIdentityCenter([assignment('1', 'a', 1)]);
  center.refusals.set('ListAccountAssignmentsForPrincipal', [refusal]);
  await expect(read(center, group(1))).rejects.toMatchObject({
    call: { action: 'sso:ListAccountAssignmentsForPrincipal' },
    fault: { name: refusal.error },
  });
});

test('groups of snapshot and identity store, users of the estate, and whomever somebody assigned are known once', () => {
  const synchronized = (number: number) => ({ id: group(number).principalId, displayName: String(number) });
  const organization = { groups: [synchronized(1), synchronized(2)], users: [] };
  const store = [synchronized(2), synchronized(3)];
  expect(knownPrincipals(organization, store, [group(4), USER, USER])).toEqual([
    ...[group(1), group(2), group(3), group(4)],
    USER,
  ]);
  const withUser = { groups: [], users: [{ id: USER.principalId, userName: 'ada@example.com' }] };
  expect(knownPrincipals(withUser, [], [USER])).toEqual([USER]);
});
