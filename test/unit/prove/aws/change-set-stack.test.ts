import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ChangeSetStack } from '../../../../src/prove/aws/change-set-stack';
import { answering, refusal } from '../../../support/answering-client';

const MARK = 'prove-0a1b2c3d';
const STACK_ID = `arn:aws:cloudformation:eu-west-1:210000000099:stack/${MARK}/6f0e2b9c-5d73-4e89-a3d1-7b52c1a6d0f4`;

/** A stack with these statuses by its name and then by its id, one look after the other; the last one stays. */
function stack(byName: readonly string[], byId: readonly string[], isInterrupted = (): boolean => false) {
  const next = (statuses: string[]): string => (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? '';
  const left = { byName: [...byName], byId: [...byId] };
  let isDeleted = false;
  let pauses = 0;
  const { client, calls } = answering(new CloudFormationClient({ region: 'eu-west-1' }), {
    DescribeStacksCommand: ({ StackName }) => {
      if (StackName === MARK && isDeleted) throw refusal('ValidationError', 'does not exist');
      const StackStatus = next(StackName === MARK ? left.byName : left.byId);
      return { Stacks: [{ StackId: STACK_ID, StackStatus }] };
    },
    DeleteStackCommand: () => {
      isDeleted = true;
      return {};
    },
    CreateChangeSetCommand: () => ({}),
    DescribeChangeSetCommand: () => ({ Status: 'CREATE_IN_PROGRESS' }),
  });
  const pause = (): Promise<void> => {
    pauses += 1;
    return Promise.resolve();
  };
  const made = new ChangeSetStack(
    { recorded: { cloudFormation: client }, quiet: { cloudFormation: client }, waiting: { pause }, isInterrupted },
    MARK,
  );
  return { made, calls, pauses: () => pauses };
}

test('a deletion that failed before is not taken to have failed again while it begins', async () => {
  const { made } = stack(
    ['DELETE_FAILED'],
    ['DELETE_FAILED', 'DELETE_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_COMPLETE'],
  );
  expect(await made.delete()).toBe(true);
});

test.each<readonly [string, readonly string[]]>([
  ['at once', ['DELETE_IN_PROGRESS', 'DELETE_FAILED']],
  ['without a state between', ['DELETE_FAILED']],
])('a deletion that fails again %s ends', async (_, byId) => {
  const { made, pauses } = stack(['DELETE_FAILED'], byId);
  expect(await made.delete()).toBe(false);
  expect(pauses()).toBeLessThan(10);
});

test('a deletion that fails for the first time ends at once', async () => {
  const { made, pauses } = stack(['CREATE_COMPLETE'], ['DELETE_FAILED']);
  expect(await made.delete()).toBe(false);
  expect(pauses()).toBe(0);
});

test('a deployment is waited for no longer once the person wants it to end, and its deletion is', async () => {
  const statuses = ['CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'];
  const { made } = stack(statuses, ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE'], () => true);
  await expect(made.deploy('first', {})).rejects.toThrow('interrupted while CloudFormation was at the change set');
  expect(await made.delete()).toBe(true);
});

test('its resources are those of all pages', async () => {
  const { client } = answering(new CloudFormationClient({ region: 'eu-west-1' }), {
    DescribeStacksCommand: () => ({ Stacks: [{ StackStatus: 'CREATE_COMPLETE' }] }),
    ListStackResourcesCommand: ({ NextToken }) => ({
      StackResourceSummaries: [
        { ResourceType: 'AWS::SSO::PermissionSet', LogicalResourceId: NextToken ?? '0', PhysicalResourceId: 'ps' },
      ],
      NextToken: NextToken === undefined ? '1' : undefined,
    }),
  });
  const made = new ChangeSetStack({ recorded: { cloudFormation: client }, quiet: { cloudFormation: client } }, MARK);
  expect((await made.resources()).map(({ logicalId }) => logicalId)).toEqual(['0', '1']);
});
