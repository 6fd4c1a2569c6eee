import { readUpdates } from '../../../../src/clouds/pulumi/read-made';
import { fakePrograms } from '../../../support/fake-cli';
import { temporaryFolder } from '../../../support/templates';

const programs = fakePrograms(temporaryFolder());
process.env['PATH'] = programs.path;

/** An update as Pulumi 3.248 prints it; `exec.kind` and others are left out. */
const update = (over: object) => ({
  version: 0,
  kind: 'update',
  startTime: '2026-11-30T10:21:03.000Z',
  message: 'https://forge.example/7',
  environment: { 'git.head': 'a'.repeat(40), 'git.dirty': 'false' },
  config: {},
  result: 'succeeded',
  endTime: '2026-11-30T10:22:03.000Z',
  resourceChanges: {},
  ...over,
});

test('updates of a stack are those from a checkout, with the commit, the message and the end', async () => {
  const all = [
    update({ kind: 'refresh' }),
    update({ result: 'failed' }),
    update({ environment: { 'pulumi.os': 'linux' } }),
    update({}),
  ];
  programs.answer('pulumi', [{ words: ['history', 'acme-customers'], stdout: JSON.stringify(all) }]);
  const known = { commit: 'a'.repeat(40), message: 'https://forge.example/7', at: Date.UTC(2026, 10, 30, 10, 22, 3) };
  expect(await readUpdates('acme-customers')).toEqual([
    { ...known, isDone: false },
    { ...known, isDone: true },
  ]);
});

test('a stack that is not there has none; one that can not be read is an error', async () => {
  programs.answer('pulumi', [{ stderr: "error: no stack named 'acme-customers' found\n", code: 6 }]);
  expect(await readUpdates('acme-customers')).toEqual([]);
  programs.answer('pulumi', [{ stderr: 'error: read bucket: AuthorizationFailed\n', code: 255 }]);
  await expect(readUpdates('acme-customers')).rejects.toThrow('AuthorizationFailed');
});
