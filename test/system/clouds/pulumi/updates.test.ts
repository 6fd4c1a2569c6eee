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

test('an update of some resources alone is not done: the rest of its commit is not deployed', async () => {
  const of = (flag: string) => update({ environment: { 'git.head': 'a'.repeat(40), [flag]: 'set' } });
  programs.answer('pulumi', [
    { stdout: JSON.stringify([of('pulumi.flag.target'), of('pulumi.flag.exclude'), of('pulumi.flag.yes')]) },
  ]);
  expect((await readUpdates('acme-customers')).map(({ isDone }) => isDone)).toEqual([false, false, true]);
});

test('updates before the stack was destroyed say nothing of what is deployed', async () => {
  const [newer, older] = [update({}), update({ message: 'before' })];
  const answer = (destroyed: object) => {
    programs.answer('pulumi', [{ stdout: JSON.stringify([newer, update({ kind: 'destroy', ...destroyed }), older]) }]);
    return readUpdates('acme-customers');
  };
  expect(await answer({})).toHaveLength(1);
  expect(await answer({ result: 'failed' })).toHaveLength(2);
  expect(await answer({ environment: { 'git.head': 'a'.repeat(40), 'pulumi.flag.target': 'set' } })).toHaveLength(2);
});

test('a stack that is not there has none; one that can not be read is an error', async () => {
  programs.answer('pulumi', [{ stderr: "error: no stack named 'acme-customers' found\n", code: 6 }]);
  expect(await readUpdates('acme-customers')).toEqual([]);
  programs.answer('pulumi', [{ stderr: 'error: read bucket: AuthorizationFailed\n', code: 255 }]);
  await expect(readUpdates('acme-customers')).rejects.toThrow('AuthorizationFailed');
});
