import { azureDevOpsRun } from '../../../../src/deploy/forges/azure-devops/run';
import { forgeRun } from '../../../../src/deploy/forges/forge-run';
import { GitHub } from '../../../../src/deploy/forges/github/client';
import { gitHubRun, workflowOf } from '../../../../src/deploy/forges/github/run';
import { APPROVAL_STEP, DEPLOY_JOB } from '../../../../src/deploy/forges/job-names';
import type { DeployedBase } from '../../../../src/deploy/pipeline/deployed-base';
import { checkShown, deployedBase, describeBase } from '../../../../src/deploy/pipeline/deployed-base';
import { findLastDeployment } from '../../../../src/deploy/pipeline/last-deployment';
import { FakeAzureDevOps } from '../../../support/forges/fake-azure-devops';
import type { FakeForge, FakeRun } from '../../../support/forges/fake-forge';
import { FakeGitLab } from '../../../support/forges/fake-gitlab';
import { FAKES } from '../../../support/forges/fakes';
import { FakeGitHub } from '../../../support/fake-github';
import { jobOf } from '../../../support/workflows/workflow-files';

const sha = (digit: string): string => digit.repeat(40);
const day = (date: string): string => `2026-${date}T12:00:00Z`;

const succeeded = (id: number, commit: string, date: string): FakeRun => ({
  id,
  commit: sha(commit),
  deploys: [{ conclusion: 'success', endedAt: day(date) }],
});
const failed = (id: number, commit: string, date: string): FakeRun => ({
  id,
  commit: sha(commit),
  deploys: [{ conclusion: 'failure', endedAt: day(date) }],
});

/** This run, whose deployment waits for what is found. */
const now: FakeRun = { id: 99, commit: sha('9'), deploys: [], createdAt: day('05-20') };

describe.each(FAKES)('what was deployed last at %s', (name, fake) => {
  let server: FakeForge;

  beforeEach(async () => {
    server = await fake().start();
  });
  afterEach(async () => {
    await server.stop();
    expect(server.faults).toEqual([]);
  });

  async function find(...runs: readonly FakeRun[]): ReturnType<typeof findLastDeployment> {
    server.runs = [...runs];
    return findLastDeployment(forgeRun(server.environment), DEPLOY_JOB);
  }

  test('is the commit of the newest run whose deployment succeeded', async () => {
    expect(await find(now, succeeded(2, 'b', '05-02'), succeeded(1, 'a', '05-01'))).toEqual({
      last: { commit: sha('b'), url: server.page(2) },
      unfinished: [],
    });
  });

  test('is that of the branch that the estate names, and of no other', async () => {
    server.runs = [{ ...succeeded(2, 'b', '05-02') }, { ...succeeded(1, 'a', '05-01'), branch: 'trunk' }];
    const found = findLastDeployment(forgeRun(server.environment, { branch: 'trunk' }), DEPLOY_JOB);
    expect(await found).toEqual({ last: { commit: sha('a'), url: server.page(1) }, unfinished: [] });
  });

  test('is found by a look for drift too, which another pipeline makes', async () => {
    server.runs = [succeeded(1, 'a', '05-01')];
    const drift = {
      ...server.environment,
      GITHUB_WORKFLOW_REF: 'insurance/identity/.github/workflows/identity-drift.yaml@refs/heads/main',
      SYSTEM_DEFINITIONID: '8',
    };
    const found = findLastDeployment(forgeRun(drift, { deploysElsewhere: true }), DEPLOY_JOB);
    expect(await found).toEqual({ last: { commit: sha('a'), url: server.page(1) }, unfinished: [] });
  });

  test('is nothing where no run deployed: none was made, all were skipped or rejected', async () => {
    expect(await find(now)).toEqual({ unfinished: [] });
    const skipped: FakeRun = { id: 3, commit: sha('c'), deploys: [], conclusion: 'skipped', createdAt: day('05-03') };
    const rejected: FakeRun = {
      id: 2,
      commit: sha('b'),
      deploys: [{ conclusion: 'failure', endedAt: day('05-02'), isRejected: true }],
    };
    const shown: FakeRun = { id: 1, commit: sha('a'), deploys: [], conclusion: 'success', createdAt: day('05-01') };
    expect(await find(now, skipped, rejected, shown)).toEqual({ unfinished: [] });
  });

  test('is nothing while the first deployment goes on', async () => {
    const running: FakeRun = { ...now, deploys: [{ conclusion: null, endedAt: day('05-20') }] };
    expect(await find(running)).toEqual({ unfinished: [] });
  });

  test('is not what failed half-way, which is told', async () => {
    const runs = [now, failed(3, 'c', '05-03'), succeeded(2, 'b', '05-02'), failed(1, 'a', '05-01')];
    expect(await find(...runs)).toEqual({
      last: { commit: sha('b'), url: server.page(2) },
      unfinished: [{ commit: sha('c'), url: server.page(3) }],
    });
  });

  test.each(['failure', 'skipped', 'cancelled'] as const)(
    `is not told of a deployment whose check of the approval ended as %s, where the forge knows of steps`,
    async (approval) => {
      const refused: FakeRun = {
        ...failed(1, 'a', '05-03'),
        deploys: [{ conclusion: 'failure', endedAt: day('05-03'), approval }],
      };
      // GitLab tells of jobs alone: the deployment counts as one that may have changed something.
      const unfinished = name === 'GitLab' ? [{ commit: sha('a'), url: server.page(1) }] : [];
      expect(await find(now, succeeded(2, 'b', '05-02'), refused)).toMatchObject({ unfinished });
    },
  );

  test('is told of a deployment that failed after its check of the approval', async () => {
    const begun: FakeRun = {
      ...failed(1, 'a', '05-03'),
      deploys: [{ conclusion: 'failure', endedAt: day('05-03'), approval: 'success' }],
    };
    expect(await find(now, succeeded(2, 'b', '05-02'), begun)).toMatchObject({ unfinished: [{ commit: sha('a') }] });
  });

  test('is an older run where that was run again later', async () => {
    const again: FakeRun = {
      ...succeeded(1, 'a', '05-01'),
      deploys: [
        { conclusion: 'success', endedAt: day('05-01') },
        { conclusion: 'success', endedAt: day('05-12') },
      ],
    };
    expect(await find(now, succeeded(2, 'b', '05-10'), again)).toMatchObject({ last: { commit: sha('a') } });
  });

  test('stays what an attempt deployed before another attempt of the run failed', async () => {
    const again: FakeRun = {
      ...succeeded(2, 'b', '05-02'),
      deploys: [
        { conclusion: 'success', endedAt: day('05-02') },
        { conclusion: 'failure', endedAt: day('05-03') },
      ],
    };
    expect(await find(now, again, succeeded(1, 'a', '05-01'))).toEqual({
      last: { commit: sha('b'), url: server.page(2) },
      unfinished: [{ commit: sha('b'), url: server.page(2) }],
    });
  });

  test('is found behind many runs that deployed nothing', async () => {
    const rejected = Array.from({ length: 250 }, (_, index): FakeRun => ({
      ...failed(1000 - index, 'f', '05-19'),
      deploys: [{ conclusion: 'failure', endedAt: day('05-19'), isRejected: true }],
      conclusion: 'skipped',
    }));
    expect(await find(now, ...rejected, succeeded(2, 'b', '05-02'))).toMatchObject({ last: { commit: sha('b') } });
  });

  test.each<[string, Partial<FakeRun>]>([
    ['a pull request', { event: 'pull_request' }],
    ['another branch', { branch: 'maintenance' }],
  ])('is never what a run of %s pretends', async (_, pretence) => {
    expect(await find(now, { ...succeeded(3, 'e', '05-03'), ...pretence }, succeeded(2, 'b', '05-02'))).toMatchObject({
      last: { commit: sha('b') },
    });
  });
});

describe('at GitHub', () => {
  let github: FakeGitHub;

  beforeEach(async () => {
    github = await FakeGitHub.start();
  });
  afterEach(() => github.stop());

  const find = async (...runs: readonly FakeRun[]): ReturnType<typeof findLastDeployment> => {
    github.runs = [...runs];
    return findLastDeployment(forgeRun(github.environment), DEPLOY_JOB);
  };
  /** Numbers of the runs whose jobs were asked for. */
  const asked = (): readonly number[] =>
    github.calls.flatMap((call) => {
      const [, run] = /\/actions\/runs\/(\d+)\/jobs$/.exec(call) ?? [];
      return run === undefined ? [] : [Number(run)];
    });

  test('the last deployment is looked for no further back than a run can be run again', async () => {
    const skipped = Array.from({ length: 130 }, (_, index) => ({
      ...failed(1000 - index, 'f', '05-19'),
      conclusion: 'skipped',
    }));
    const old = { ...succeeded(1, 'a', '01-01'), deploys: [{ conclusion: 'success', endedAt: day('06-01') } as const] };
    const runs = [
      now,
      ...skipped,
      succeeded(2, 'b', '05-02'),
      succeeded(3, 'd', '02-01'),
      { ...old, createdAt: day('01-01') },
    ];
    expect(await find(...runs)).toMatchObject({ last: { commit: sha('b') } });
    expect(asked()).toEqual([99, 2]);
  });

  test('the job is known in a workflow that others call, and not by a part of its name', async () => {
    github.deployJob = 'Identity / acme / Deploy acme';
    github.runs = [succeeded(2, 'b', '05-02')];
    const forge = forgeRun(github.environment);
    expect(await findLastDeployment(forge, 'Deploy acme')).toMatchObject({ last: { commit: sha('b') } });
    expect(await findLastDeployment(forge, 'acme')).toEqual({ unfinished: [] });
    expect(await findLastDeployment(forge, 'Deploy acme-2')).toEqual({ unfinished: [] });
  });

  test('a fork whose branch is called main deploys nothing', async () => {
    const fork = { ...succeeded(3, 'e', '05-03'), repository: 'stranger/identity' };
    expect(await find(now, fork, succeeded(2, 'b', '05-02'))).toMatchObject({ last: { commit: sha('b') } });
  });

  test('the job and its step are known by the names that the workflow has, and the workflow by its file', () => {
    expect(jobOf('identity-deploy-estate', 'deploy').name).toBe(`${DEPLOY_JOB} \${{ inputs.estate }}`);
    expect(jobOf('identity-deploy-estate', 'deploy').steps.map(({ name }) => name)).toContain(APPROVAL_STEP);
    expect(() => workflowOf({ workflowRef: undefined })).toThrow('GITHUB_WORKFLOW_REF');
    const run = gitHubRun({ ...github.environment, GITHUB_WORKFLOW_REF: 'not one' });
    expect(() => new GitHub(run).deployments(DEPLOY_JOB)).toThrow('GITHUB_WORKFLOW_REF');
  });
});

describe('at Azure DevOps', () => {
  let azure: FakeAzureDevOps;

  beforeEach(async () => {
    azure = await new FakeAzureDevOps().start();
  });
  afterEach(() => azure.stop());

  test('runs are looked through page by page, and no further than one that ended before the last deployment', async () => {
    azure.pageSize = 2;
    azure.runs = [
      now,
      succeeded(5, 'e', '05-05'),
      ...['04', '03', '02'].map((date) => succeeded(Number(date), 'a', `05-${date}`)),
    ];
    expect(await findLastDeployment(forgeRun(azure.environment), DEPLOY_JOB)).toMatchObject({
      last: { commit: sha('e') },
    });
    expect(azure.calls.filter((call) => call.includes('/timeline'))).toHaveLength(2);
    azure.runs = [1, 2, 3, 4, 5].map((id) => ({
      ...failed(id, 'f', '05-19'),
      deploys: [{ conclusion: 'failure', endedAt: day('05-19'), isRejected: true }],
    }));
    azure.runs.push(succeeded(9, 'b', '05-01'));
    expect(await findLastDeployment(forgeRun(azure.environment), DEPLOY_JOB)).toMatchObject({
      last: { commit: sha('b') },
    });
  });

  test('a second pipeline of the same file sees what the first one deployed', async () => {
    azure.pipelinesMade.push({ id: 10, file: 'azure-pipelines/identity-deploy.yml' });
    azure.runs = [failed(4, 'd', '05-04'), succeeded(3, 'c', '05-03')];
    const second = forgeRun({ ...azure.environment, SYSTEM_DEFINITIONID: '10' });
    expect(await findLastDeployment(second, DEPLOY_JOB)).toEqual({
      last: { commit: sha('c'), url: azure.page(3) },
      unfinished: [{ commit: sha('d'), url: azure.page(4) }],
    });
  });

  test('a pipeline of a file of the team itself sees its own deployments', async () => {
    azure.pipelinesMade.splice(1);
    azure.runs = [succeeded(3, 'c', '05-03')];
    expect(await findLastDeployment(forgeRun(azure.environment), DEPLOY_JOB)).toMatchObject({
      last: { commit: sha('c') },
    });
    const drift = forgeRun({ ...azure.environment, SYSTEM_DEFINITIONID: '8' }, { deploysElsewhere: true });
    expect(await findLastDeployment(drift, DEPLOY_JOB)).toEqual({ unfinished: [] });
  });

  test('a run of another repository deploys nothing', async () => {
    azure.runs = [{ ...succeeded(3, 'e', '05-03'), repository: 'stranger/identity' }];
    expect(await findLastDeployment(forgeRun(azure.environment), DEPLOY_JOB)).toEqual({ unfinished: [] });
  });

  test('a deployment is one of a run that has not ended, whose other jobs go on', async () => {
    azure.runs = [{ ...succeeded(4, 'd', '05-04') }, { ...succeeded(3, 'c', '05-03') }];
    azure.running.add(4);
    expect(await findLastDeployment(forgeRun(azure.environment), DEPLOY_JOB)).toMatchObject({
      last: { commit: sha('d') },
    });
  });

  test('a repository elsewhere is refused, since its pull requests are not there', () => {
    expect(() => azureDevOpsRun({ ...azure.environment, BUILD_REPOSITORY_PROVIDER: 'GitHub' })).toThrow(
      'run this in Azure Pipelines, of a repository in Azure Repos (TfsGit), which sets these variables; missing or not valid: BUILD_REPOSITORY_PROVIDER',
    );
  });
});

describe('at GitLab', () => {
  let gitlab: FakeGitLab;

  beforeEach(async () => {
    gitlab = await new FakeGitLab().start();
  });
  afterEach(() => gitlab.stop());

  test('a deployment that somebody made by the API, or a tag called main, is none of the pipeline', async () => {
    gitlab.runs = [succeeded(2, 'b', '05-02')];
    const job = {
      name: DEPLOY_JOB,
      status: 'success',
      ref: 'main',
      started_at: day('05-09'),
      finished_at: day('05-09'),
    };
    const pipeline = { id: 9, sha: sha('e'), source: 'push' };
    gitlab.forged = [
      { id: 8, sha: sha('e'), updated_at: day('05-09'), status: 'success', deployable: null },
      {
        id: 9,
        sha: sha('e'),
        updated_at: day('05-09'),
        status: 'success',
        deployable: { ...job, tag: true, pipeline },
      },
    ];
    expect(await findLastDeployment(forgeRun(gitlab.environment), DEPLOY_JOB)).toMatchObject({
      last: { commit: sha('b') },
    });
  });
});

const github = new GitHub(gitHubRun(new FakeGitHub().environment));
const url = (run: number): string => new FakeGitHub().page(run);

describe('what the approver was shown still holds', () => {
  const at = (id: number, commit: string): { readonly commit: string; readonly url: string } => ({
    commit: sha(commit),
    url: url(id),
  });
  const shown = deployedBase({ last: at(2, 'b'), unfinished: [at(3, 'c')] }, () => 1);
  const check = (base: DeployedBase, now: DeployedBase) => () => {
    checkShown(base, now, { runUrl: url(99), words: github.words });
  };

  test('where nothing was deployed since, and where this run itself failed half-way', () => {
    expect(check(shown, shown)).not.toThrow();
    const failedItself = deployedBase({ last: at(2, 'b'), unfinished: [at(99, '9'), at(3, 'c')] }, () => 1);
    expect(check(shown, failedItself)).not.toThrow();
    const nothing = deployedBase({ unfinished: [] }, () => 0);
    expect(check(nothing, nothing)).not.toThrow();
  });

  test.each<[string, DeployedBase]>([
    ['a newer commit was deployed', deployedBase({ last: at(100, 'd'), unfinished: [] }, () => -1)],
    ['the same commit was, by another run', deployedBase({ last: at(100, 'b'), unfinished: [at(3, 'c')] }, () => 1)],
    [
      'another deployment failed half-way',
      deployedBase({ last: at(2, 'b'), unfinished: [at(100, 'd'), at(3, 'c')] }, () => 1),
    ],
    [
      'a deployment that had failed failed once more',
      deployedBase({ last: at(2, 'b'), unfinished: [at(3, 'c'), at(3, 'c')] }, () => 1),
    ],
  ])('no longer where %s', (_, after) => {
    expect(check(shown, after)).toThrow('what is deployed is not what was shown to the approver any more');
  });

  test('and otherwise says what was shown, what is deployed and what to do', () => {
    const after = deployedBase({ last: at(100, 'd'), unfinished: [] }, () => -1);
    expect(check(shown, after)).toThrow(
      `what is deployed is not what was shown to the approver any more: shown was ${sha('b')} by ${url(2)}, after which deployments failed: ${sha('c')} by ${url(3)}; now it is ${sha('d')} by ${url(100)}. This job has deployed nothing. Start a new run of all jobs, by 'Run workflow' on the deployed branch, and approve what it shows; 'Re-run all jobs' of this run shows and deploys its own, perhaps older, commit`,
    );
  });
});

test.each(FAKES)('at %s it says so by the names that the forge has for its buttons', (name, fake) => {
  const { words } = forgeRun(fake().environment);
  const at = (run: number): DeployedBase =>
    deployedBase({ last: { commit: sha('b'), url: url(run) }, unfinished: [] }, () => 0);
  const check = () => {
    checkShown(at(1), at(2), { runUrl: url(99), words });
  };
  const buttons: Readonly<Record<string, readonly [string, string]>> = {
    GitHub: ['Run workflow', 'Re-run all jobs'],
    'Azure DevOps': ['Run pipeline', 'Rerun stage'],
    GitLab: ['New pipeline', 'Retry'],
  };
  const [start, again] = buttons[name] ?? ['', ''];
  expect(check).toThrow(
    `by '${start}' on the deployed branch, and approve what it shows; '${again}' of this run shows`,
  );
  expect(
    describeBase(
      deployedBase({ unfinished: [] }, () => 0),
      words,
    ),
  ).toContain(`**This ${name === 'GitHub' ? 'workflow' : 'pipeline'} has deployed nothing yet**`);
});

describe('the summary says what it compares with', () => {
  const last = { commit: sha('b'), url: url(2) };
  const base = (commits: number): DeployedBase => deployedBase({ last, unfinished: [] }, () => commits);

  test.each([
    [1, 'Compared with <code>bbbbbbbbbb</code>, [deployed last](' + url(2) + '), 1 commit ago.'],
    [1234, 'Compared with <code>bbbbbbbbbb</code>, [deployed last](' + url(2) + '), 1,234 commits ago.'],
    [0, 'Compared with <code>bbbbbbbbbb</code>, [deployed last](' + url(2) + '): the same commit.'],
    [-2, 'Compared with <code>bbbbbbbbbb</code>, [deployed last](' + url(2) + '): **this goes back** by 2 commits.'],
  ])('with %i commits between', (commits, text) => {
    expect(describeBase(base(commits), github.words)).toBe(text);
  });

  test('with nothing', () => {
    const nothing = deployedBase({ unfinished: [{ commit: sha('c'), url: url(3) }] }, () => 0);
    expect(describeBase(nothing, github.words)).toBe(
      `**This workflow has deployed nothing yet**: all access counts as gained. What was deployed by hand shows in what the engines say below. Deployments that began since and failed: [<code>cccccccccc</code>](${url(3)}). What they changed is not counted; what the engines say below has it.`,
    );
  });
});
