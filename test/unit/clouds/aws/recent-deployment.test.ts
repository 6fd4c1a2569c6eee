import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { freshSeconds, isFresh } from '../../../../src/clouds/aws/read-stack';
import { delegatedSandbox, planFiles, sandboxFiles } from '../../../support/sandbox';

const NOW = Date.parse('2026-11-29T12:00:00Z');

test.each<[NonNullable<StackEvent['ResourceStatus']>, string, boolean]>([
  ['UPDATE_COMPLETE', '2026-11-29T11:56:00Z', true],
  ['CREATE_COMPLETE', '2026-11-29T11:56:00Z', true],
  ['UPDATE_COMPLETE', '2026-11-29T11:50:00Z', false],
  ['UPDATE_ROLLBACK_COMPLETE', '2026-11-29T11:56:00Z', false],
  ['UPDATE_FAILED', '2026-11-29T11:56:00Z', false],
  ['UPDATE_IN_PROGRESS', '2026-11-28T11:55:00Z', true],
  ['UPDATE_ROLLBACK_IN_PROGRESS', '2026-11-29T11:55:00Z', true],
])('of a stack that is %s since %s, something may still come: %s', (ResourceStatus, since, expected) => {
  const event = { StackId: '', EventId: '', StackName: '', ResourceStatus, Timestamp: new Date(since) };
  expect(isFresh(event, 300, NOW)).toBe(expected);
});

test.each([
  ['one account', sandboxFiles(), 300],
  ['two accounts, of which one is not seen', delegatedSandbox(), 3600],
])('of an estate with stacks in %s, what was deployed is waited for', (_, files, expected) => {
  const { access } = planFiles(files);
  if (access === undefined) throw new Error('the estate has no access');
  expect(freshSeconds({ ...access, waitSeconds: 300 })).toBe(expected);
});
