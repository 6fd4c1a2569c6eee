import { hasEnded } from '../../../../../src/cli/deploy/repair/program/stack-commands';

const lockOf = (host: string, processId: number): string =>
  `file:///state/locks/1.json: created by ada@${host} (pid ${processId}) at 2026-01-31T10:00:00Z`;
const here = { hostname: 'laptop', isAlive: (processId: number) => processId === 7 };

test.each([
  ['a process of this machine that is gone', lockOf('laptop', 8), true],
  ['a process of this machine that is at work', lockOf('laptop', 7), false],
  ['another machine', lockOf('runner', 8), false],
  ['one of each', `${lockOf('laptop', 8)}\n${lockOf('runner', 8)}`, false],
  ['a run of Pulumi Cloud', '[409] Conflict: Another update is currently in progress.', false],
])('the lock of %s', (_, lock, expected) => {
  expect(hasEnded(lock, here)).toBe(expected);
});
