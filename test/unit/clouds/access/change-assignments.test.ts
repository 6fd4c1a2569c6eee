import fc from 'fast-check';
import { type Change, changeAssignments } from '../../../../src/clouds/aws/access/change-access';
import { backOffSeconds, lookSeconds } from '../../../../src/clouds/aws/waiting';
import type { DeployedAssignment } from '../../../../src/clouds/facts/access-facts';
import { assignment, FakeIdentityCenter } from '../../../support/fake-identity-center';

interface Changed {
  /** `<account> <outcome>`, and the reason of a failure. */
  readonly results: readonly string[];
  readonly pauses: readonly number[];
}

async function change(
  center: FakeIdentityCenter,
  assignments: readonly DeployedAssignment[],
  how: { readonly change?: Change; readonly mayBeRefusedIn?: (account: string) => boolean } = {},
): Promise<Changed> {
  const results: string[] = [];
  const pauses: number[] = [];
  await changeAssignments({ ssoAdmin: center.ssoAdmin }, assignments, {
    instanceArn: center.instanceArn,
    change: 'delete',
    ...how,
    onResult: ({ account }, result) => {
      results.push(`${account} ${result.outcome}${result.outcome === 'failed' ? `: ${result.reason}` : ''}`);
    },
    waiting: {
      pause: (seconds) => {
        pauses.push(seconds);
        return Promise.resolve();
      },
      random: () => 0,
    },
  });
  return { results, pauses };
}

const one = assignment('1', 'a', 1);
const refuse = (center: FakeIdentityCenter, operation: string, errors: string | readonly string[]): void => {
  center.refusals.set(
    operation,
    [errors].flat().map((error) => ({ error, message: 'as ordered' })),
  );
};
const often = (error: string, times: number): readonly string[] => Array.from({ length: times }, () => error);

test('at most ten are under way, one in each account, and all are gone in the end', async () => {
  const shape = fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 4 })), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(shape, fc.integer({ min: 1, max: 3 }), async (pairs, looks) => {
      const all = [...new Set(pairs.map((pair) => pair.join(' ')))].map((pair) => {
        const [account = '', group = ''] = pair.split(' ');
        return assignment(account, 'a', Number(group));
      });
      const kept = assignment('1', 'b', 1);
      const center = new FakeIdentityCenter([...all, kept]);
      center.looks = looks;
      const { results } = await change(center, all);
      expect(results).toHaveLength(all.length);
      expect(center.there.size).toBe(1);
      expect(center.mostUnderWay).toBeLessThanOrEqual(10);
      expect(center.mostInAnAccount).toBeLessThanOrEqual(1);
    }),
    { numRuns: 20 },
  );
});

test('ten accounts go at once', async () => {
  const all = Array.from({ length: 12 }, (_, index) => assignment(String(index + 1), 'a', 1));
  const center = new FakeIdentityCenter(all);
  center.looks = 3;
  await change(center, all);
  expect(center.mostUnderWay).toBe(10);
});

test('one that is gone already is left alone', async () => {
  const center = new FakeIdentityCenter([]);
  expect(await change(center, [one])).toEqual({ results: [`${one.account} already`], pauses: [] });
  expect(center.calls).toEqual([`ListAccountAssignments ${one.account}`]);
});

test('one that is there already is not created, and one that is not is', async () => {
  const center = new FakeIdentityCenter([one]);
  const other = assignment('2', 'a', 1);
  const { results } = await change(center, [one, other], { change: 'create' });
  expect(results.toSorted()).toEqual([`${other.account} done`, `${one.account} already`].toSorted());
  expect(center.there.size).toBe(2);
});

test.each(['ConflictException', 'ThrottlingException', 'InternalServerException'])(
  '%s is tried again, later each time',
  async (error) => {
    const center = new FakeIdentityCenter([one]);
    refuse(center, 'DeleteAccountAssignment', often(error, 3));
    expect(await change(center, [one])).toEqual({ results: [`${one.account} done`], pauses: [1, 2, 4] });
  },
);

test('an operation that fails after it began is tried again', async () => {
  const center = new FakeIdentityCenter([one]);
  center.failures.push('Received a 409 status error');
  expect(await change(center, [one])).toEqual({ results: [`${one.account} done`], pauses: [1] });
  const other = new FakeIdentityCenter([one]);
  other.failures.push('it broke', 'it broke', 'it broke');
  expect((await change(other, [one])).results).toEqual([`${one.account} failed: it broke (after 3 attempts)`]);
});

test('what is refused for good is told with its reason, and holds up no other account', async () => {
  const other = assignment('2', 'a', 1);
  const center = new FakeIdentityCenter([one, other]);
  refuse(center, 'DeleteAccountAssignment', often('ConflictException', 12));
  const { results } = await change(center, [one]);
  expect(results).toEqual([`${one.account} failed: ConflictException: as ordered (after 12 attempts)`]);
  refuse(center, 'DeleteAccountAssignment', 'ValidationException');
  expect((await change(center, [one, other])).results.toSorted()).toEqual(
    [`${one.account} failed: ValidationException: as ordered`, `${other.account} done`].toSorted(),
  );
});

test('an account or set that is not there any more has no assignment to delete', async () => {
  const center = new FakeIdentityCenter([one]);
  refuse(center, 'ListAccountAssignments', 'ResourceNotFoundException');
  expect((await change(center, [one])).results).toEqual([`${one.account} already`]);
  refuse(center, 'ListAccountAssignments', 'ResourceNotFoundException');
  expect((await change(center, [one], { change: 'create' })).results).toEqual([
    `${one.account} failed: ResourceNotFoundException: as ordered`,
  ]);
});

test('a permission that is lacking ends everything, but where CloudFormation has it', async () => {
  const center = new FakeIdentityCenter([one]);
  refuse(center, 'DeleteAccountAssignment', often('AccessDeniedException', 2));
  expect((await change(center, [one], { mayBeRefusedIn: (account) => account === one.account })).results).toEqual([
    `${one.account} left`,
  ]);
  await expect(change(center, [one])).rejects.toThrow('sso:DeleteAccountAssignment');
});

test('an operation that does not end is given up after some ten minutes', async () => {
  const center = new FakeIdentityCenter([one]);
  center.looks = Infinity;
  const { results, pauses } = await change(center, [one]);
  expect(results).toEqual([`${one.account} failed: IAM Identity Center has not ended it after ten minutes`]);
  expect(pauses.slice(0, 6)).toEqual([0.5, 1, 2, 4, 5, 5]);
});

test('pauses grow up to a bound, and chance shortens them by half at most', () => {
  expect([1, 2, 3, 4, 5, 6, 12].map((attempt) => backOffSeconds(attempt, () => 0))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(backOffSeconds(3, () => 1)).toBe(2);
  expect([1, 2, 3, 4, 5, 9].map(lookSeconds)).toEqual([0.5, 1, 2, 4, 5, 5]);
});

test('an assignment whose key is gone is not taken for one that is gone', async () => {
  const center = new FakeIdentityCenter([one]);
  center.refusals.set('DeleteAccountAssignment', [
    { error: 'ResourceNotFoundException', message: 'as ordered', reason: 'KMS_NotFoundException' },
  ]);
  await expect(change(center, [one])).rejects.toThrow("key of IAM Identity Center can't be used");
  expect(center.there.size).toBe(1);
});
