import { join } from 'node:path';
import { mergedLastOf, refuseOldCheckout } from '../../../src/cli/deploy/checkout';
import { type TestFolder, makeFolder, makeSandboxRepository } from '../../support/git-repository';

/** A team's checkout, and a colleague's, of one remote. */
let remote: TestFolder;
let mine: TestFolder;
let theirs: TestFolder;

const read = (variables: NodeJS.ProcessEnv = {}) => mergedLastOf(join(mine.path, 'estates'), {}, variables);

const deploy = (): void => {
  refuseOldCheckout(join(mine.path, 'estates'), {}, {});
};

const merge = (text: string): string => {
  theirs.write('estates/sandbox/notes.txt', text);
  theirs.commit(text);
  theirs.git('push', '--quiet', 'origin', 'main');
  return theirs.git('rev-parse', 'HEAD').trim();
};

beforeEach(() => {
  remote = makeFolder();
  remote.git('init', '--quiet', '--bare', '--initial-branch', 'main');
  theirs = makeSandboxRepository();
  theirs.git('remote', 'add', 'origin', remote.path);
  mine = makeFolder();
});

afterEach(() => {
  for (const folder of [remote, mine, theirs]) folder.remove();
});

function clone(): string {
  const commit = merge('one');
  mine.git('clone', '--quiet', remote.path, '.');
  return commit;
}

test('a checkout of what was merged last, and one with commits of its own, has everything', () => {
  const commit = clone();
  expect(read()).toEqual({ mergedLast: { state: 'known', value: { branch: 'main', commit, isIncluded: true } } });
  mine.write('estates/sandbox/notes.txt', 'later');
  mine.commit('later');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: true } } });
});

test('an older checkout lacks what a colleague merged since, of which it knows nothing', () => {
  clone();
  const commit = merge('two');
  expect(read()).toEqual({ mergedLast: { state: 'known', value: { branch: 'main', commit, isIncluded: false } } });
  expect(deploy).toThrow(commit.slice(0, 10));
});

test('a checkout of an older commit lacks it too, until somebody goes back on purpose', () => {
  clone();
  mine.git('checkout', '--quiet', 'HEAD~1');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: false } } });
  mine.git('merge', '--quiet', '--strategy', 'ours', '--message', 'Go back', 'main');
  expect(mine.git('diff', '--name-only', 'HEAD', 'main')).not.toBe('');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: true } } });
  expect(deploy).not.toThrow();
});

test('a remote that does not answer is said, and holds nothing up', () => {
  clone();
  mine.git('remote', 'set-url', 'origin', join(remote.path, 'gone'));
  const unread = {
    state: 'failed',
    reason: expect.stringContaining('could not be compared with main of origin: ') as unknown,
  };
  expect(read()).toEqual({ mergedLast: unread });
  expect(deploy).not.toThrow();
});

test('without a remote, before the first push, and in a pipeline, nothing is compared', () => {
  mine.git('init', '--quiet');
  mine.write('estates/sandbox/estate.yaml', '');
  expect(read()).toEqual({});
  mine.git('remote', 'add', 'origin', remote.path);
  expect(read()).toEqual({});
  mine.remove();
  mine = makeFolder();
  clone();
  merge('two');
  expect(read({ GITLAB_CI: 'true' })).toEqual({});
});
