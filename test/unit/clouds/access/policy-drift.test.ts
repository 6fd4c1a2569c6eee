import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { findDrift } from '../../../../src/clouds/aws/read-stack-sets';
import { answering, refusal } from '../../../support/answering-client';

const SET = 'sandbox-policy-Boundary';
const LISTED = { Summaries: [{ StackSetName: SET, Status: 'ACTIVE' }] };

/** What is unknown after so many pauses, where a look has these statuses one after the other, and how often it was begun. */
async function look(statuses: readonly string[], pauses: number, refusals = 0) {
  const left = [...statuses];
  let refused = refusals;
  const { client, calls } = answering(new CloudFormationClient({}), {
    ListStackSetsCommand: () => LISTED,
    DetectStackSetDriftCommand: () => {
      if (refused-- > 0) throw refusal('OperationInProgressException', 'another operation');
      return { OperationId: 'look-1' };
    },
    DescribeStackSetOperationCommand: () => ({ StackSetOperation: { Status: left.shift() ?? 'RUNNING' } }),
  });
  const reader = { cloudFormation: client, concurrency: 1, callAs: 'SELF' } as const;
  const unknown = await findDrift(
    reader,
    'sandbox-policy-',
    Array.from({ length: pauses }, () => () => Promise.resolve()),
  );
  return { unknown: Object.fromEntries(unknown), begun: calls.filter((one) => one.startsWith('Detect')).length };
}

test('a look for drift is waited for until it is through', async () => {
  expect(await look(['RUNNING', 'RUNNING', 'SUCCEEDED'], 5)).toEqual({ unknown: {}, begun: 1 });
});

test('one that another operation holds up is begun after that one', async () => {
  expect(await look(['SUCCEEDED'], 5, 2)).toEqual({ unknown: {}, begun: 3 });
});

test('one that fails, or is not through in time, leaves the drift unknown', async () => {
  expect((await look(['FAILED'], 5)).unknown).toEqual({ [SET]: 'is FAILED' });
  expect((await look([], 2)).unknown).toEqual({ [SET]: 'is not through yet' });
});
