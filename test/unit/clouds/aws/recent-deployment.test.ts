import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { isFresh } from '../../../../src/clouds/aws/recent-deployment';

const NOW = Date.parse('2026-11-29T12:00:00Z');

test.each<[NonNullable<StackEvent['ResourceStatus']>, string, boolean]>([
  ['UPDATE_COMPLETE', '2026-11-29T11:55:00Z', true],
  ['CREATE_COMPLETE', '2026-11-29T11:55:00Z', true],
  ['UPDATE_COMPLETE', '2026-11-28T11:55:00Z', false],
  ['UPDATE_ROLLBACK_COMPLETE', '2026-11-29T11:55:00Z', false],
  ['UPDATE_FAILED', '2026-11-29T11:55:00Z', false],
  ['UPDATE_IN_PROGRESS', '2026-11-28T11:55:00Z', true],
  ['UPDATE_ROLLBACK_IN_PROGRESS', '2026-11-29T11:55:00Z', true],
])('of a stack that is %s since %s, something may still come: %s', (ResourceStatus, since, expected) => {
  expect(isFresh({ StackId: '', EventId: '', StackName: '', ResourceStatus, Timestamp: new Date(since) }, NOW)).toBe(
    expected,
  );
});
