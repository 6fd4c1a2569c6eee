import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFile } from '../../../src/clouds/git/push-file';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { FORGES } from '../../../src/estate/sections/pipeline/forges/registry';
import { FakeGitHub } from '../../support/fake-github';
import { FakeAzureDevOps } from '../../support/forges/fake-azure-devops';
import type { FakeForge } from '../../support/forges/fake-forge';
import { FakeGitLab } from '../../support/forges/fake-gitlab';
import { makeFolder, makeSandboxRepository, type TestFolder } from '../../support/git-repository';
import { GitServer } from '../../support/git-server';
import { PROGRAM, UNVALIDATED } from '../../support/repository';
import { finish, type Finished } from '../clouds/organization/run-snapshot';

const ESTATE = 'estates/sandbox/estate.yaml';
const PLACEMENT = 'estates/sandbox/placement.lock.json';
/** A placement that is stale. */
const EMPTY = '{ "version": 2, "stacks": {} }\n';
/** The edit that a person makes in the forge: the auditors lose the bills. */
const BEFORE = 'permissionSets: [SecurityAudit, BillingReader]';
const AFTER = 'permissionSets: [SecurityAudit]';

interface Event {
  readonly head: string;
  /** @default change */
  readonly from?: string;
  readonly isFork?: boolean;
}

interface Place {
  readonly fake: () => FakeForge;
  /** Path of the repository at the forge. */
  readonly repository: string;
  readonly authorization: string;
  /** Variables of a pull request, with the address that git pushes to. */
  readonly variables: (event: Event, url: string) => Readonly<Record<string, string>>;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const PLACES: Readonly<Record<Forge, Place>> = {
  github: {
    fake: () => new FakeGitHub(),
    repository: 'insurance/identity.git',
    authorization: basic('x-access-token:token-of-the-job'),
    variables: ({ head, from = 'change', isFork = false }, url) => {
      const file = join(work.path, '../event.json');
      const repo = { full_name: isFork ? 'stranger/identity' : 'insurance/identity' };
      writeFileSync(file, JSON.stringify({ pull_request: { head: { sha: head, repo } } }));
      return { GITHUB_SERVER_URL: url, GITHUB_EVENT_PATH: file, GITHUB_HEAD_REF: from, GITHUB_BASE_REF: 'main' };
    },
  },
  gitlab: {
    fake: () => new FakeGitLab(),
    repository: 'insurance/identity.git',
    authorization: basic('identity:token-that-pushes'),
    variables: ({ head, from = 'change', isFork = false }, url) => ({
      CI_PROJECT_URL: `${url}/insurance/identity`,
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: isFork ? '32' : '31',
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: from,
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_COMMIT_SHA: head,
    }),
  },
  'azure-devops': {
    fake: () => new FakeAzureDevOps(),
    repository: 'insurance/Customer identity/_git/identity',
    authorization: 'Bearer token-of-the-job',
    variables: ({ head, from = 'change', isFork = false }, url) => ({
      SYSTEM_COLLECTIONURI: `${url}/insurance/`,
      BUILD_REASON: 'PullRequest',
      SYSTEM_PULLREQUEST_ISFORK: isFork ? 'True' : 'False',
      SYSTEM_PULLREQUEST_SOURCEBRANCH: `refs/heads/${from}`,
      SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main',
      SYSTEM_PULLREQUEST_SOURCECOMMITID: head,
    }),
  },
};

let author: TestFolder;
let remote: GitServer;
/** Checkout of the job: the default branch, with all branches of the remote. */
let work: TestFolder;
let forge: FakeForge;

async function begin(name: Forge): Promise<void> {
  const { fake, repository, authorization } = PLACES[name];
  remote = await GitServer.start(repository, (given) => given === authorization);
  forge = await fake().start();
  author = makeSandboxRepository();
  author.git('remote', 'add', 'origin', remote.path);
  author.git('push', '--quiet', 'origin', 'main');
  work = makeFolder();
}

afterEach(async () => {
  remote.stop();
  await forge.stop();
  author.remove();
  work.remove();
});

/** Pushes a change of a branch as a person does in the web editor: one file, and no program run. @returns the commit */
function edit(from = BEFORE, to = AFTER, branch = 'change'): string {
  author.git('checkout', '--quiet', '-B', branch);
  const text = readFileSync(join(author.path, ESTATE), 'utf8');
  expect(text).toContain(from);
  author.write(
    ESTATE,
    text.replace(from, () => to),
  );
  return push(branch);
}

function push(branch: string): string {
  author.commit('Change the access');
  author.git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  return author.git('rev-parse', 'HEAD').trim();
}

interface Started {
  readonly args: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
}

function start(name: Forge, event: Event, { args, more }: Started): Promise<Finished> {
  const env = {
    PATH: process.env['PATH'],
    ...forge.environment,
    ...PLACES[name].variables(event, remote.url.replaceAll(' ', '%20')),
    CI: 'true',
    AGENT_TEMPDIRECTORY: work.path,
    ...more,
  };
  return finish(
    spawn(process.execPath, [PROGRAM, ...args], { cwd: work.path, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** Runs the job as the pipeline does, with the default branch checked out. */
function place(name: Forge, event: Event, more: Started['more'] = {}): Promise<Finished> {
  checkOut('origin/main');
  return start(name, event, { args: ['ci', 'place', '--estate', 'sandbox'], more });
}

/** Finds the jobs of a pull request. GitHub's server has a name of its own, or counts as one that is not supported. */
const SETTINGS: Started = {
  args: ['ci', 'settings', '--base', 'origin/main', '--output', 'json'],
  more: { GITHUB_SERVER_URL: 'https://github.localhost' },
};

function checkOut(revision: string): void {
  work.git('init', '--quiet', '--initial-branch', 'unused');
  work.git('fetch', '--quiet', '--prune', remote.path, '+refs/heads/*:refs/remotes/origin/*');
  work.git('checkout', '--quiet', '--force', '--detach', revision);
}

const filesOf = (commit: string): string => remote.git('diff-tree', '-r', '--no-commit-id', '--name-only', commit);

describe.each(FORGES)('write-placement at %s', (name) => {
  beforeEach(() => begin(name));

  test('an edit of the estate alone becomes sound by one commit of the placement file, without npm', async () => {
    const head = edit();
    const placed = await place(name, { head });
    expect(placed).toMatchObject({ code: 0, stderr: '' });
    const commit = remote.headOf('change');
    expect(placed.stdout).toContain(`to change in ${commit}`);
    expect(remote.git('rev-parse', `${commit}^@`)).toBe(head);
    expect(filesOf(commit)).toBe(PLACEMENT);
    expect(remote.pushes).toEqual([PLACES[name].authorization]);
    // The API of the forge is not asked.
    expect(forge.calls).toEqual([]);
    checkOut('origin/change');
    const jobs = await start(name, { head: commit }, SETTINGS);
    expect(jobs.stdout).toContain('"preview"');
    expect(jobs.stdout).not.toContain('"place"');
  });

  test('a fork gets nothing, whatever its commit is', async () => {
    const head = edit();
    expect(await place(name, { head, isFork: true })).toMatchObject({ code: 1 });
    expect([remote.headOf('change'), remote.pushes]).toEqual([head, []]);
  });

  test('a token that may not push is refused, with what it takes and without the token', async () => {
    const head = edit();
    const tokens = ['GITHUB_TOKEN', 'GITLAB_PLACEMENT_TOKEN', 'SYSTEM_ACCESSTOKEN'];
    const refused = await place(name, { head }, Object.fromEntries(tokens.map((token) => [token, 'another-token'])));
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/PROPOSAL_TOKEN|GITLAB_PLACEMENT_TOKEN|'Contribute'/);
    const all = `${refused.stdout}${refused.stderr}`;
    expect(all).not.toContain('another-token');
    expect(all).not.toMatch(/YW5vdGhlci|Basic |Bearer /);
    expect(remote.headOf('change')).toBe(head);
  });
});

describe('write-placement', () => {
  const own = (event: Event, more?: Started['more']): Promise<Finished> => place('github', event, more);
  beforeEach(() => begin('github'));

  test('the preview is red before, and green after', async () => {
    const head = edit();
    const preview = (event: Event): Promise<Finished> =>
      start('github', event, { args: ['preview', '--base', 'origin/main'], more: UNVALIDATED });
    checkOut('origin/change');
    const jobs = await start('github', { head }, SETTINGS);
    expect(jobs.stdout).toContain('"place"');
    const before = await preview({ head });
    expect([before.code, before.stdout]).toEqual([1, expect.stringContaining('placement-stale')]);
    await own({ head });
    checkOut('origin/change');
    expect((await preview({ head: remote.headOf('change') })).code).toBe(0);
  });

  test('a branch that has moved on, or is gone, is left alone', async () => {
    const head = edit();
    checkOut('origin/main');
    const newer = edit('SecurityAudit', 'SecurityAudit # once more');
    expect(await own({ head })).toMatchObject({ code: 0, stdout: expect.stringContaining('has moved on') as unknown });
    expect(remote.headOf('change')).toBe(newer);
    checkOut('origin/main');
    remote.git('update-ref', '-d', 'refs/heads/change');
    work.git('update-ref', 'refs/kept', newer);
    expect(await own({ head: newer })).toMatchObject({ code: 0 });
    expect(remote.headOf('change')).toBe('');
  });

  test('a branch that moves while the commit is made is left alone', async () => {
    const head = edit();
    checkOut('origin/main');
    // The server has taken another push between what it said and what it is told.
    remote.beforePush('unset GIT_QUARANTINE_PATH', 'git update-ref refs/heads/change refs/heads/main');
    expect(await own({ head })).toMatchObject({ code: 0, stdout: expect.stringContaining('has moved on') as unknown });
    expect(remote.headOf('change')).toBe(remote.headOf('main'));
  });

  test('the deployed branch is never written to, nor one that the forge protects', async () => {
    const main = edit(BEFORE, AFTER, 'main');
    expect(await own({ head: main, from: 'main' })).toMatchObject({ code: 1 });
    expect(remote.headOf('main')).toBe(main);
    author.git('push', '--quiet', '--force', 'origin', `${main}^:refs/heads/main`);
    author.git('reset', '--quiet', '--hard', `${main}^`);
    const head = edit();
    remote.beforePush('echo "protected branch" >&2; exit 1');
    const refused = await own({ head });
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('pre-receive hook declined')]);
    expect(remote.headOf('change')).toBe(head);
  });

  test('a commit of its own that leads to another difference is an error', async () => {
    await own({ head: edit() });
    // Whatever made it stale again, nobody has changed the branch: the same message stands over another text.
    author.git('fetch', '--quiet', 'origin', 'change');
    const message = author.git('log', '-1', '--format=%B', 'FETCH_HEAD');
    const head = commitFile(author.path, { parent: 'FETCH_HEAD^', path: PLACEMENT, text: EMPTY, message });
    author.git('push', '--quiet', '--force', 'origin', `${head}:refs/heads/change`);
    const again = await own({ head });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('placement-stale')]);
    expect(remote.headOf('change')).toBe(head);
  });

  test('its commit, amended by a person, is written again', async () => {
    await own({ head: edit() });
    author.git('fetch', '--quiet', 'origin', 'change');
    author.git('checkout', '--quiet', '-B', 'change', 'FETCH_HEAD');
    author.write(PLACEMENT, EMPTY);
    author.git('commit', '--quiet', '--all', '--amend', '--no-edit');
    author.git('push', '--quiet', '--force', 'origin', 'change');
    const head = author.git('rev-parse', 'HEAD').trim();
    expect(await own({ head })).toMatchObject({ code: 0 });
    expect(remote.git('rev-parse', `${remote.headOf('change')}^@`)).toBe(head);
  });

  test('what signs the checkout in does not go along, and settings of git that others gave stay', async () => {
    const head = edit();
    checkOut('origin/main');
    work.git('config', `http.${remote.url}/.extraHeader`, 'Authorization: Basic left-behind');
    const given = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'push.followTags', GIT_CONFIG_VALUE_0: 'no-boolean' };
    expect(await own({ head }, given)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no-boolean') as unknown,
    });
    expect(await own({ head })).toMatchObject({ code: 0 });
    expect(remote.pushes).toEqual([PLACES.github.authorization]);
  });

  test('a tag with the name of the deployed branch at the remote is not taken for it', async () => {
    const head = edit();
    checkOut('origin/change');
    work.git('tag', 'origin/main', head);
    const jobs = await start('github', { head }, SETTINGS);
    expect(jobs.stdout).toContain('"place"');
  });

  test('a file that matches is not written again', async () => {
    await own({ head: edit() });
    const head = remote.headOf('change');
    const again = await own({ head });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('merge main into change')]);
    expect(remote.headOf('change')).toBe(head);
  });

  test('an estate with other errors is left to whoever corrects them', async () => {
    const head = edit('group: Security Auditors', 'group: Security Auditor');
    expect(await own({ head })).toMatchObject({ code: 0, stdout: expect.stringContaining('has errors') as unknown });
    expect(remote.headOf('change')).toBe(head);
  });

  test('the estate of the deployed branch decides whether anything is written, and that of the change does not', async () => {
    const main = edit('pipeline:\n', 'pipeline:\n  placement: comment\n', 'main');
    const head = edit();
    const change = edit('  placement: comment\n', '');
    expect(main).not.toBe(head);
    const left = await own({ head: change });
    expect(left).toMatchObject({ code: 0, stdout: expect.stringContaining("is not 'commit'") as unknown });
    expect(remote.headOf('change')).toBe(change);
  });

  test('a link in place of the file is an error, and nothing is written', async () => {
    edit();
    unlinkSync(join(author.path, PLACEMENT));
    symlinkSync('estate.yaml', join(author.path, PLACEMENT));
    const head = push('change');
    await own({ head });
    const commit = remote.headOf('change');
    // What it leads to is no placement file, which is an error that a person corrects.
    expect([commit, remote.pushes]).toEqual([head, []]);
  });

  test('an estate that the deployed branch lacks is left to a person', async () => {
    edit();
    author.git('mv', 'estates/sandbox', 'estates/other');
    const head = push('change');
    checkOut('origin/main');
    const left = await start('github', { head }, { args: ['ci', 'place', '--estate', 'other'] });
    expect(left).toMatchObject({ code: 0, stdout: expect.stringContaining('has no estate other') as unknown });
    expect(remote.pushes).toEqual([]);
  });
});
