import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeAzureDevOps } from '../../support/forges/fake-azure-devops';
import type { FakeForge } from '../../support/forges/fake-forge';
import { FakeGitLab } from '../../support/forges/fake-gitlab';
import { makeSandboxRepository, type TestFolder } from '../../support/git-repository';
import { PROGRAM } from '../../support/repository';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';

interface Case {
  readonly pullRequest: string;
  readonly fake: () => FakeForge;
  /** Variables that a run of a branch lacks. */
  readonly ofPullRequest: readonly string[];
  /** The log's line about the summary. */
  readonly summary: RegExp;
}

const CASES: readonly (readonly [string, Case])[] = [
  [
    'Azure DevOps',
    {
      pullRequest: 'pull request',
      fake: () => new FakeAzureDevOps(),
      ofPullRequest: ['SYSTEM_PULLREQUEST_PULLREQUESTID'],
      summary: /^##vso\[task\.uploadsummary\](.+\.md)$/m,
    },
  ],
  [
    'GitLab',
    {
      pullRequest: 'merge request',
      fake: () => new FakeGitLab(),
      ofPullRequest: ['CI_MERGE_REQUEST_IID', 'GITLAB_TOKEN'],
      summary: /^the summary is in (.+\.md), which the job must keep as an artifact$/m,
    },
  ],
];

const DESTRUCTION = { replacements: [{ kind: 'resource-replaced', subject: '##vso[task.complete]' }], operations: [] };

describe.each(CASES)('the commands of a pipeline at %s', (_, { pullRequest, fake, ofPullRequest, summary }) => {
  let server: FakeForge;
  let folder: TestFolder;

  beforeAll(() => {
    folder = makeSandboxRepository();
    mkdirSync(join(folder.path, 'plan/sandbox'), { recursive: true });
    writeFileSync(join(folder.path, 'plan/sandbox/preview.md'), '## Access of sandbox\n');
    const changes = JSON.stringify({ estate: 'sandbox', changes: DESTRUCTION });
    writeFileSync(join(folder.path, 'plan/sandbox/preview.json'), changes);
  });
  afterAll(() => {
    folder.remove();
  });
  beforeEach(async () => {
    server = await fake().start();
  });
  afterEach(async () => {
    await server.stop();
    expect(server.faults).toEqual([]);
  });

  const run = (
    { without = [] }: { readonly without?: readonly string[] },
    command: string,
    ...args: readonly string[]
  ): Promise<Finished> => {
    const variables = { ...server.environment, AGENT_TEMPDIRECTORY: folder.path };
    const env = Object.fromEntries(Object.entries(variables).filter(([name]) => !without.includes(name)));
    const child = spawn(process.execPath, [PROGRAM, 'ci', command, ...args], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return finish(child);
  };
  const summaryOf = ({ stdout }: Finished): string => {
    const [, file = 'none'] = summary.exec(stdout) ?? [];
    // An absolute path stays one.
    return readFileSync(file.startsWith('/') ? file : join(folder.path, file), 'utf8');
  };

  test('ci-comment writes the comment and the summary; the gate asks for the label', async () => {
    const first = await run({}, 'comment');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`comment of ${pullRequest} 7 created\n`);
    expect(summaryOf(first)).toContain('## Access of sandbox');
    expect(server.comments).toMatchObject([{ isOwn: true }]);
    expect(server.comments[0]?.body).toContain(`[The run](${server.page(42)})`);
    expect((await run({}, 'comment')).stdout).toContain(`comment of ${pullRequest} 7 updated\n`);

    expect(await run({}, 'gate')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^this destroys:\n\| resource-replaced: \\u0023#vso\[task\.complete\]\nadd the label allow-destructive to allow it; then run it again \('(Re-queue|Retry)'.+ starts nothing\n$/,
      ) as unknown,
    });
    server.labels = ['allow-destructive'];
    expect(await run({}, 'gate')).toMatchObject({ code: 0 });
  });

  test('for a fork, ci-comment writes the summary without a token and calls no one', async () => {
    const tokens = ['SYSTEM_ACCESSTOKEN', 'GITLAB_TOKEN'];
    const summaryAlone = await run({ without: tokens }, 'comment', '--summary');
    expect(summaryAlone).toMatchObject({ code: 0, stderr: '' });
    expect(summaryOf(summaryAlone)).toContain('## Access of sandbox');
    expect(server.calls).toEqual([]);
  });

  test('without a token for comments, the gate runs all the same', async () => {
    const without = ['SYSTEM_ACCESSTOKEN', 'GITLAB_TOKEN'];
    const commented = await run({ without }, 'comment');
    // GitLab gives every job a token, and a team may have no other; at Azure DevOps the pipeline's file lacks it.
    expect(commented.code).toBe(server.forge === 'gitlab' ? 0 : 1);
    expect(`${commented.stdout}${commented.stderr}`).toMatch(/GITLAB_TOKEN must be|this step has no token/);
    server.labels = ['allow-destructive'];
    expect((await run({ without }, 'gate')).code).toBe(server.forge === 'gitlab' ? 0 : 1);
  });

  test('drift-report opens a report where nothing was looked at', async () => {
    const branch = { without: ofPullRequest.filter((name) => name !== 'GITLAB_TOKEN') };
    const opened = await run(branch, 'drift-report');
    expect(opened.code).toBe(1);
    expect(opened.stdout).toMatch(/^drift: opened #\d+\n$/);
    expect(server.reports).toMatchObject([{ title: 'Drift of sandbox', labels: ['drift'], isOpen: true }]);
  });
});
