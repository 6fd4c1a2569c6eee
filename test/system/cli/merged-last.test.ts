import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, GitError } from '../../../src/clouds/git/git-folder';
import { mergedLastOf, refuseOldCheckout } from '../../../src/cli/deploy/checkout';
import type { Estate } from '../../../src/estate/sections/estate';
import { Branch } from '../../../src/estate/sections/pipeline/limits';
import { PROGRAM } from '../../support/repository';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { type TestFolder, makeFolder, makeSandboxRepository } from '../../support/git-repository';

/** A team's checkout, and a colleague's, of one remote. */
let remote: TestFolder;
let mine: TestFolder;
let theirs: TestFolder;

const read = (variables: NodeJS.ProcessEnv = {}) => mergedLastOf(join(mine.path, 'estates'), {}, variables);

const deploy = (estate: Pick<Estate, 'azure' | 'pipeline'> = {}): string | undefined =>
  refuseOldCheckout(join(mine.path, 'estates'), estate, {});

/** Does what a refusal tells first. */
function follow(): void {
  const advice = /To do: (.+?)\. To go back/.exec(messageOf(deploy))?.[1];
  for (const command of advice?.split(' && ') ?? []) mine.git(...command.split(' ').slice(1));
}

function messageOf(act: () => unknown): string {
  try {
    return String(act());
  } catch (error) {
    return String(error);
  }
}

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
  expect(read()).toEqual({
    mergedLast: { state: 'known', value: { remote: 'origin', branch: 'main', commit, isIncluded: true } },
  });
  mine.write('estates/sandbox/notes.txt', 'later');
  mine.commit('later');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: true } } });
});

test('an older checkout lacks what a colleague merged since, of which it knows nothing', () => {
  clone();
  const commit = merge('two');
  expect(read()).toEqual({
    mergedLast: { state: 'known', value: { remote: 'origin', branch: 'main', commit, isIncluded: false } },
  });
  expect(() => deploy()).toThrow(commit.slice(0, 10));
});

test('a checkout of an older commit lacks it too, until somebody goes back on purpose', () => {
  clone();
  mine.git('checkout', '--quiet', 'HEAD~1');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: false } } });
  mine.git('merge', '--quiet', '--strategy', 'ours', '--message', 'Go back', 'main');
  expect(mine.git('diff', '--name-only', 'HEAD', 'main')).not.toBe('');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: true } } });
  expect(() => deploy()).not.toThrow();
});

test('a remote that does not answer is said, and holds nothing up', () => {
  clone();
  mine.git('remote', 'set-url', 'origin', join(remote.path, 'gone'));
  const unread = {
    state: 'failed',
    reason: expect.stringContaining('could not be compared with main of origin: ') as unknown,
  };
  expect(read()).toEqual({ mergedLast: unread });
  expect(deploy()).toContain('could not be compared with main of origin: ');
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

test('a topic branch that lacks what was merged has it after what the refusal advises', () => {
  clone();
  mine.write('estates/sandbox/mine.txt', 'mine');
  mine.commit('mine');
  merge('two');
  follow();
  expect(deploy()).toBeUndefined();
});

test('so does a clone without the history of its topic branch', () => {
  clone();
  mine.git('checkout', '--quiet', '-b', 'topic');
  mine.write('estates/sandbox/mine.txt', 'mine');
  mine.commit('mine');
  mine.git('push', '--quiet', 'origin', 'topic');
  mine.remove();
  mine = makeFolder();
  mine.git('clone', '--quiet', '--depth', '1', '--branch', 'topic', `file://${remote.path}`, '.');
  expect(read()).toMatchObject({ mergedLast: { value: { isIncluded: false, isShallow: true } } });
  follow();
  expect(deploy()).toBeUndefined();
});

test('where the deployed branch has another name by now, the default branch is compared', () => {
  clone();
  const commit = merge('two');
  remote.git('branch', '--move', 'main', 'trunk');
  expect(read()).toMatchObject({ mergedLast: { value: { branch: 'HEAD', commit, isIncluded: false } } });
  follow();
  expect(deploy()).toBeUndefined();
});

test('a branch whose name ends like the deployed one is another', () => {
  const commit = clone();
  merge('two');
  remote.git('branch', '--move', 'main', 'trunk');
  remote.git('branch', 'refs/heads/trunk', commit);
  const { estate } = planFiles({ ...hostedSandboxFiles() }, 'sandbox');
  if (estate.pipeline === undefined) throw new Error('the sandbox has a pipeline');
  const pipeline = { ...estate.pipeline, branch: Branch.parse('trunk') };
  expect(() => deploy({ pipeline })).toThrow('which trunk of origin has');
});

test('the remote is that of the estate, which a fork calls otherwise, or the only one', () => {
  clone();
  mine.git('remote', 'rename', 'origin', 'team');
  const commit = merge('two').slice(0, 10);
  expect(() => deploy()).toThrow(`lacks ${commit}, which main of team has`);
  const fork = makeFolder();
  fork.git('clone', '--quiet', '--bare', remote.path, '.');
  fork.git('update-ref', 'refs/heads/main', 'main~1');
  mine.git('remote', 'add', 'origin', fork.path);
  expect(deploy()).toBeUndefined();
  mine.git('remote', 'set-url', 'team', 'git@github.com:Insurance/identity.git');
  mine.git('config', `url.${remote.path}.insteadOf`, 'git@github.com:Insurance/identity.git');
  const { estate } = planFiles({ ...hostedSandboxFiles() }, 'sandbox');
  expect(() => deploy(estate)).toThrow(`lacks ${commit}, which main of team has`);
  mine.git('remote', 'rename', 'origin', 'fork');
  expect(deploy()).toContain('could not be compared with main of origin: ');
  fork.remove();
});

test('a repository that git does not open is no folder without one', () => {
  clone();
  rmSync(join(mine.path, '.git'), { recursive: true });
  writeFileSync(join(mine.path, '.git'), 'gitdir: gone\n');
  expect(deploy()).toContain('not a git repository');
});

test('a remote that hangs is left after a time', () => {
  const hang = (): unknown => git(remote.path, ['-c', 'alias.hang=!exec sleep 3', 'hang'], { timeoutSeconds: 0.1 });
  expect(hang).toThrow(new GitError('git did not answer within 0.1 seconds'));
});

describe('the command, on a path with git alone', () => {
  const tools = makeFolder();
  symlinkSync(execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(), join(tools.path, 'git'));
  afterAll(() => {
    tools.remove();
  });

  const entraAws = (...args: readonly string[]) =>
    spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: mine.path,
      encoding: 'utf8',
      env: { PATH: tools.path, HOME: tools.path, NO_COLOR: '1' },
    });

  beforeEach(() => {
    clone();
    entraAws('init', 'acme', '--yes', '--start', 'empty');
    rmSync(join(mine.path, 'estates/sandbox'), { recursive: true });
    mine.commit('acme');
  });

  test('refuses an old checkout before any step, and looks', () => {
    const commit = merge('two').slice(0, 10);
    expect(entraAws('deploy')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`This checkout lacks ${commit}, which main of origin has`) as unknown,
    });
    expect(entraAws('deploy', '--status')).toMatchObject({ stderr: '' });
  });

  test('goes on where the remote is gone, and says that nothing was compared', () => {
    mine.git('remote', 'set-url', 'origin', join(remote.path, 'gone'));
    const { stdout, stderr } = entraAws('deploy');
    expect(stderr).toContain('could not be compared with main of origin: ');
    expect(stdout).toContain('Left: ');
  });
});
