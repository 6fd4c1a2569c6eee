import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commentMarker } from '../../../../src/deploy/pipeline/comment';
import { type Comment, type Forge, ForgeError, type Proposal, type Report } from '../../../../src/deploy/forges/forge';
import { forgeRun } from '../../../../src/deploy/forges/forge-run';
import { runnerOf } from '../../../../src/deploy/forges/registry';
import type { FakeForge } from '../../../support/forges/fake-forge';
import { FakeAzureDevOps } from '../../../support/forges/fake-azure-devops';
import { FakeGitLab } from '../../../support/forges/fake-gitlab';
import { FAKES, fakeTiming } from '../../../support/forges/fakes';
import { nameOf, operationsOf } from '../../../support/forges/operations';
import { FakeGitHub } from '../../../support/fake-github';
import { temporaryFolder } from '../../../support/templates';

const marker = commentMarker('sandbox');
const report: Report = {
  marker: '<!-- entra-aws-identity drift of sandbox -->',
  title: 'Drift of sandbox',
  body: '<!-- entra-aws-identity drift of sandbox -->\n## Drift of sandbox',
  label: 'drift',
  isOpen: true,
};
const COMMIT = 'abcdef0123456789abcdef0123456789abcdef01';
const proposal: Proposal = {
  family: 'entra-aws/organization-sandbox-',
  branch: 'entra-aws/organization-sandbox-0123456789',
  commit: COMMIT,
  title: 'Renew the organization of sandbox',
  marker: '<!-- entra-aws-identity organization of sandbox -->',
  body: '<!-- entra-aws-identity organization of sandbox -->\n## A new account',
  files: [
    { path: 'estates/sandbox/organization.json', text: '{}\n', isNew: false },
    { path: 'estates/sandbox/placement.lock.json', text: '{ "version": 1 }\n', isNew: true },
  ],
  mergesItself: false,
};

const commentOf = (text: string, replaces: Comment['replaces'] = () => true): Comment => {
  return { marker, body: `${marker}\n${text}`, replaces };
};

/** The permission that each takes for a comment, as its message names it. */
const NEEDED: Readonly<Record<string, string>> = {
  GitHub: "give the job 'pull-requests: write'; a pull request from a fork never has it",
  'Azure DevOps':
    "give the build service of the project the permission 'Contribute to pull requests'; a pull request from a fork does not have it",
  GitLab:
    "GITLAB_TOKEN must be a project access token of this project with the role Reporter and the scope 'api', in a masked variable; a pipeline of a fork does not have it",
};

/** Operations that were called, over all tests. */
const called = new Set<string>();

describe.each(FAKES)('%s', (name, fake) => {
  let server: FakeForge;
  let forge: Forge;

  beforeEach(async () => {
    server = await fake().start();
    forge = forgeRun(server.environment);
  });
  afterEach(async () => {
    await server.stop();
    for (const operation of server.used) called.add(operation);
    // Every call is one that the vendor describes.
    expect(server.faults).toEqual([]);
  });

  test('says whose last word approved the pull request of a commit and, where it can, the environment of the deployment', async () => {
    server.merged = { commit: COMMIT, number: 7, approvedBy: ['ada', 'grace'], deploymentApprovedBy: ['linus'] };
    const by = (names: readonly string[]) => names.map((one) => expect.objectContaining({ by: one }) as unknown);
    expect(await forge.mergedWith(COMMIT)).toEqual([{ number: 7, approvals: by(['ada', 'grace']) }]);
    expect(await forge.mergedWith('f'.repeat(40))).toEqual([]);
    if (name === 'Azure DevOps') await expect(forge.approvals('sandbox')).rejects.toThrow(ForgeError);
    else
      expect(await forge.approvals('sandbox')).toEqual([
        expect.objectContaining({ by: 'linus', comment: 'looks right' }),
      ]);
  });

  test('proposes files by a branch, a commit and a pull request, once', async () => {
    expect(await forge.propose(proposal)).toBe('is proposed in #100');
    expect(server.proposals.all).toEqual([
      {
        ...{ number: 100, isOpen: true, isOwn: true, title: proposal.title, body: proposal.body },
        ...{ branch: proposal.branch, base: 'main' },
      },
    ]);
    expect(server.proposals.branches.get(proposal.branch)).toMatchObject({
      from: COMMIT,
      files: Object.fromEntries(proposal.files.map(({ path, text }) => [path, text])),
    });
    expect(await forge.propose(proposal)).toBe('is already proposed in #100');
    expect(server.proposals.all).toHaveLength(1);
  });

  test('closes an older proposal of the same estate, and leaves those of others alone', async () => {
    const { title, body, family } = proposal;
    const older = server.proposals.add({ title, body, branch: `${family}old`, isOwn: true });
    const others = [
      server.proposals.add({ title, body, branch: 'entra-aws/organization-another-old', isOwn: true }),
      server.proposals.add({ title, body, branch: `${family}fork`, isOwn: true, isFork: true }),
      server.proposals.add({ title, body: 'by a person', branch: `${family}mine`, isOwn: false }),
    ];
    expect(await forge.propose(proposal)).toBe('is proposed in #104');
    expect(older.isOpen).toBe(false);
    expect(others.map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
  });

  test('proposes to the branch that the estate names', async () => {
    await forgeRun(server.environment, { branch: 'trunk' }).propose(proposal);
    expect(server.proposals.all.map(({ base }) => base)).toEqual(['trunk']);
  });

  test('lets the commit that it made merge by itself, and only where something is waited for', async () => {
    expect(
      await forgeRun(server.environment, { timing: fakeTiming().timing }).propose({ ...proposal, mergesItself: true }),
    ).toBe('is proposed in #100');
    expect(server.proposals.all[0]?.merges).toMatch(/^c0ffee/);
    server.proposals.areChecksRequired = false;
    const branch = `${proposal.family}next`;
    await expect(forge.propose({ ...proposal, branch, mergesItself: true })).rejects.toThrow(
      /request #101 is open, but can't be set to (merge|complete) by itself: /,
    );
    expect(server.proposals.all[1]).toMatchObject({ isOpen: true });
    expect(server.proposals.all[1]?.merges).toBeUndefined();
  });

  test('makes no pull request of a branch that is there already, whoever made it', async () => {
    server.proposals.branches.set(proposal.branch, { from: COMMIT, head: 'evil', files: {} });
    await expect(forge.propose(proposal)).rejects.toThrow('Reference already exists (HTTP 422)');
    expect(server.proposals.all).toEqual([]);
  });

  test('is known by its variables, with the page of the run and the number of the pull request', () => {
    expect(forge.runUrl).toBe(server.page(42));
    // Without a token as well.
    expect(runnerOf(forge.name).runUrl(server.environment)).toBe(server.page(42));
    expect(runnerOf(forge.name).runUrl({})).toBeUndefined();
    expect(forge.pullRequest()).toBe(7);
  });

  test('creates one comment, then replaces its text, and leaves those of others alone', async () => {
    server.addComment(`${marker}\nby a person who copied it`, 'person');
    for (let index = 0; index < 120; index++) server.addComment(`talk ${index}`, 'person');
    server.addComment('<!-- entra-aws-identity preview of another -->', 'pipeline');
    const before = server.comments.map(({ body }) => body);
    expect(await forge.upsertComment(7, commentOf('first'))).toBe('created');
    expect(await forge.upsertComment(7, commentOf('second'))).toBe('updated');
    expect(server.comments.map(({ body }) => body)).toEqual([...before, `${marker}\nsecond`]);
  });

  test('repeats no call whose answer was lost, since it may have been done', async () => {
    server.losesAnswers = true;
    await expect(forge.upsertComment(7, commentOf('text'))).rejects.toThrow(`${name} may be out of order`);
    expect(server.comments.filter(({ isOwn }) => isOwn)).toHaveLength(1);
  });

  test('finds its own comment behind many, and makes no second one where there are too many to look through', async () => {
    for (let index = 0; index < 2_950; index++) server.addComment(`talk ${index}`, 'person');
    server.addComment(`${marker}\nbefore`, 'pipeline');
    expect(await forge.upsertComment(7, commentOf('after'))).toBe('updated');
    // Azure DevOps gives all threads at once.
    if (name === 'Azure DevOps') return;
    const busy = await fake().start();
    for (let index = 0; index < 3_000; index++) busy.addComment(`talk ${index}`, 'person');
    busy.addComment(`${marker}\nbefore`, 'pipeline');
    await expect(forgeRun(busy.environment).upsertComment(7, commentOf('after'))).rejects.toThrow(
      'more than 3000 entries, which are not looked through',
    );
    await busy.stop();
  });

  test('leaves a comment alone that knows more, and says which commit is the newest', async () => {
    await forge.upsertComment(7, commentOf('newer'));
    const seen: string[] = [];
    const older = commentOf('older', (there) => {
      seen.push(there);
      return false;
    });
    expect(await forge.upsertComment(7, older)).toBe('kept');
    expect(seen).toEqual([`${marker}\nnewer`]);
    expect(server.comments.map(({ body }) => body)).toEqual([`${marker}\nnewer`]);
    server.head = 'b'.repeat(40);
    expect(await forge.headOf(7)).toBe('b'.repeat(40));
    expect(forge.runNumber).toBe(42);
  });

  test('takes a comment of the greatest length', async () => {
    expect(await forge.upsertComment(7, commentOf('x'.repeat(forge.limits.comment - marker.length - 1)))).toBe(
      'created',
    );
  });

  test('reads the labels of the pull request', async () => {
    server.labels = ['documentation', 'allow-destructive'];
    expect(await forge.labelsOf(7)).toEqual(['documentation', 'allow-destructive']);
  });

  test('opens one report, updates it, closes it, and opens another later', async () => {
    expect(await forge.report({ ...report, isOpen: false })).toBe('nothing to report');
    const opened = await forge.report(report);
    expect(opened).toMatch(/^opened #\d+$/);
    const number = opened.replace('opened ', '');
    expect(await forge.report({ ...report, body: `${report.body}\nmore` })).toBe(`updated ${number}`);
    expect(server.reports).toMatchObject([{ title: 'Drift of sandbox', labels: ['drift'], isOpen: true }]);
    expect(server.reports[0]?.body).toContain('## Drift of sandbox\nmore');
    expect(await forge.report({ ...report, isOpen: false })).toBe(`closed ${number}`);
    expect(server.reports).toMatchObject([{ isOpen: false }]);
    expect(await forge.report(report)).not.toBe(opened);
    expect(server.reports).toHaveLength(2);
  });

  test('leaves the report of a person, and that of another estate, alone', async () => {
    server.addReport({ ...report, labels: ['drift'], isOwn: false });
    const other = report.body.replace('sandbox', 'another');
    server.addReport({ title: 'Drift of another', body: other, labels: ['drift'], isOwn: true, isOpen: true });
    const before = server.reports;
    expect(await forge.report(report)).toMatch(/^opened #\d+$/);
    expect(server.reports.slice(0, 2)).toEqual(before);
  });

  test('refused, says which permission it takes, and never the token', async () => {
    server.isReadOnly = true;
    await expect(forge.upsertComment(7, commentOf('text'))).rejects.toThrow(NEEDED[name]);
    await expect(forge.upsertComment(7, commentOf('text'))).rejects.toThrow('(HTTP 403)');
    const tokens = { GITHUB_TOKEN: 'another', SYSTEM_ACCESSTOKEN: 'another', GITLAB_TOKEN: 'another' };
    const stranger = forgeRun({ ...server.environment, ...tokens });
    const fault: unknown = await stranger.upsertComment(7, commentOf('text')).catch((error: unknown) => error);
    expect(String(fault)).toContain(`(HTTP 401): ${NEEDED[name] ?? ''}`);
    expect(String(fault)).not.toContain('another');
  });

  test('sent its token back by a proxy, does not show it', async () => {
    const token = server.environment['GITLAB_TOKEN'] ?? 'token-of-the-job';
    server.next.push({ status: 400, body: { message: `bad header: ${token}` } });
    const fault: unknown = await forge.labelsOf(7).catch((error: unknown) => error);
    expect(String(fault)).toContain('bad header: (token) (HTTP 400)');
    expect(String(fault)).not.toContain(token);
  });

  test('with a token of two lines, does not show it', async () => {
    const token = 'token-of\nsomebody';
    const tokens = { GITHUB_TOKEN: token, SYSTEM_ACCESSTOKEN: token, GITLAB_TOKEN: token };
    const fault: unknown = await forgeRun({ ...server.environment, ...tokens })
      .labelsOf(7)
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ForgeError);
    expect(String(fault)).not.toContain('somebody');
  });

  test('told that something is not there, names the permission and what else it may be', async () => {
    server.next.push({ status: 404, body: { message: 'Not Found' } });
    const fault: unknown = await forge.labelsOf(7).catch((error: unknown) => error);
    expect(String(fault)).toMatch(/\(HTTP 404\): .+; if it was deleted meanwhile, run the job again$/);
  });

  test('told to wait, waits as long and goes on', async () => {
    const { timing, waited } = fakeTiming();
    server.next.push({ status: 429, body: { message: 'slow' }, headers: { 'retry-after': '7' } });
    expect(await forgeRun(server.environment, { timing }).labelsOf(7)).toEqual([]);
    expect(waited).toEqual([7000]);
  });

  test('told to wait again and again, or for long, gives up and says for how long', async () => {
    const { timing, waited } = fakeTiming();
    const slow = { status: 429, body: {}, headers: { 'retry-after': '2' } };
    server.next.push(slow, slow, slow, slow, { ...slow, headers: { 'retry-after': '3600' } });
    const patient = forgeRun(server.environment, { timing });
    await expect(patient.labelsOf(7)).rejects.toThrow(
      `too many calls (${name} asks to wait 2 seconds): run the job again after that`,
    );
    await expect(patient.labelsOf(7)).rejects.toThrow('asks to wait 3600 seconds');
    expect(waited).toEqual([2000, 2000, 2000]);
  });

  test('without an answer, gives up, and says that it may be out of order', async () => {
    server.isSilent = true;
    const hasty = forgeRun(server.environment, { timing: fakeTiming(20).timing });
    await expect(hasty.labelsOf(7)).rejects.toThrow(`no answer within 0.02 seconds: ${name} may be out of order`);
  });

  test.each<[string, object]>([
    ['a fault', { status: 502, body: 'Bad gateway' }],
    ['no JSON', { status: 200, body: '<html>' }],
  ])('with %s for an answer, says that it may be out of order', async (_, reply) => {
    server.next.push({ status: 500, body: '', ...reply });
    await expect(forge.labelsOf(7)).rejects.toThrow(`${name} may be out of order`);
  });

  test.each([null, {}, { message: 'hello' }, ''])(
    'with %j for an answer, names the call and what is missing',
    async (body) => {
      server.next.push({ status: 200, body });
      const fault: unknown = await forge.labelsOf(7).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(ForgeError);
      expect(String(fault)).toMatch(/GET \S+\/7(\/labels)?: the answer must be as .+ describes it, got .*expected/);
      expect(String(fault)).toContain(`${name} may be out of order`);
    },
  );

  test('sends a token nowhere else, whatever it is told', async () => {
    const elsewhere = await fake().start();
    server.next.push({ status: 302, body: '', headers: { location: elsewhere.url } });
    await expect(forge.labelsOf(7)).rejects.toThrow(
      '(HTTP 302): it leads to another address, which gets no token. Either that is its page for signing in: ',
    );
    expect(elsewhere.calls).toEqual([]);
    await elsewhere.stop();
  });

  test('that can not be reached, says so', async () => {
    const gone = await fake().start();
    const { environment } = gone;
    await gone.stop();
    await expect(forgeRun(environment).labelsOf(7)).rejects.toThrow(`${name} may be out of order`);
  });
});

describe('a summary', () => {
  const folder = mkdtempSync(join(temporaryFolder(), 'summary-'));

  test('at GitHub is the file of the step', async () => {
    const file = join(folder, 'step.md');
    const forge = forgeRun({ ...new FakeGitHub().environment, GITHUB_STEP_SUMMARY: file });
    expect([await forge.summary('one\n'), await forge.summary('two\n')]).toEqual([[], []]);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
  });

  test('at Azure DevOps is a file that the agent is told of', async () => {
    const forge = forgeRun({ ...new FakeAzureDevOps().environment, AGENT_TEMPDIRECTORY: folder });
    const [line = '', ...more] = await forge.summary('one\n');
    const [, file = ''] = /^##vso\[task\.uploadsummary\](.+\.md)$/.exec(line) ?? [];
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    expect(more).toEqual([]);
  });
});

test('GitHub is also waited for where it calls it forbidden to call so fast', async () => {
  const github = await FakeGitHub.start();
  const { timing, waited } = fakeTiming();
  github.next.push({ status: 403, body: { message: 'secondary rate limit' }, headers: { 'retry-after': '5' } });
  expect(await forgeRun(github.environment, { timing }).labelsOf(7)).toEqual([]);
  expect(waited).toEqual([5000]);
  await github.stop();
});

test('Azure DevOps, of a tag that the project does not have, says who must be allowed to make it', async () => {
  const azure = await new FakeAzureDevOps().start();
  const forge = forgeRun(azure.environment);
  azure.isReadOnly = true;
  await expect(forge.report(report)).rejects.toThrow(
    "the permission 'View work items in this node', 'Edit work items in this node' and 'Create tag definition'",
  );
  await azure.stop();
});

test('GitHub gives pages with less than was asked for, and says by a link that another follows', async () => {
  const github = await FakeGitHub.start();
  github.pageSize = 30;
  for (let index = 0; index < 100; index++) github.addComment(`talk ${index}`, 'person');
  github.addComment(`${marker}\nbefore`, 'pipeline');
  expect(await forgeRun(github.environment).upsertComment(7, commentOf('after'))).toBe('updated');
  await github.stop();
});

test('GitHub says when the calls of the hour are used up, and names no permission for it', async () => {
  const github = await FakeGitHub.start();
  const { timing, waited } = fakeTiming();
  const usedUp = (seconds: number) => ({
    status: 403,
    body: { message: 'API rate limit exceeded for installation ID 1.' },
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds) },
  });
  const forge = forgeRun(github.environment, { timing });
  github.next.push(usedUp(30));
  expect(await forge.labelsOf(7)).toEqual([]);
  expect(waited).toEqual([expect.any(Number)]);
  github.next.push(usedUp(1_800));
  await expect(forge.labelsOf(7)).rejects.toThrow(
    /too many calls \(GitHub asks to wait \d+ seconds\): run the job again/,
  );
  await github.stop();
});

test('GitLab says which token a proposal takes, which is another one than that of comments', async () => {
  const gitlab = await new FakeGitLab().start();
  const forge = forgeRun({ ...gitlab.environment, GITLAB_PROPOSAL_TOKEN: '' });
  await expect(forge.propose(proposal)).rejects.toThrow(
    "GITLAB_PROPOSAL_TOKEN must be a project access token of this project with the role Developer and the scope 'api', in a variable that is masked and protected",
  );
  expect(gitlab.calls).toEqual([]);
  await gitlab.stop();
});

describe('GitLab', () => {
  let gitlab: FakeGitLab;
  const withoutToken = (): Forge => forgeRun({ ...gitlab.environment, GITLAB_TOKEN: '' });

  beforeEach(async () => {
    gitlab = await new FakeGitLab().start();
  });
  afterEach(() => gitlab.stop());

  test('needs no token of the project for labels', async () => {
    gitlab.labels = ['allow-destructive'];
    expect(await withoutToken().labelsOf(7)).toEqual(['allow-destructive']);
    expect([...gitlab.tokens]).toEqual(['job']);
  });

  test('in the pipeline of a fork, asks the project that is merged into', async () => {
    const fork = forgeRun({ ...gitlab.environment, CI_PROJECT_ID: '99', GITLAB_TOKEN: '' });
    gitlab.labels = ['allow-destructive'];
    expect(await fork.labelsOf(7)).toEqual(['allow-destructive']);
    expect(gitlab.calls).toEqual(['GET /api/v4/projects/31/merge_requests/7']);
  });

  test('whose jobs may not read a merge request, says what to do', async () => {
    gitlab.next.push({ status: 401, body: { message: '401 Unauthorized' } });
    await expect(withoutToken().labelsOf(7)).rejects.toThrow(
      'GET /projects/31/merge_requests/7: 401 Unauthorized (HTTP 401): the token of the job must be allowed to read the merge request: by the role of who started the pipeline, and by Settings, CI/CD, Job token permissions; an older GitLab lets no job: set GITLAB_TOKEN there',
    );
  });

  test('without it says which token a comment takes, before it calls', async () => {
    await expect(withoutToken().upsertComment(7, commentOf('x'))).rejects.toThrow(
      'the token of the job may not write comments or issues: GITLAB_TOKEN must be a project access token',
    );
    expect(gitlab.calls).toEqual([]);
  });
});

test('every operation of the extracts is called', () => {
  const described = FAKES.flatMap(([, fake]) => operationsOf(fake().forge).map(nameOf));
  expect([...called].toSorted()).toEqual(described.toSorted());
});
