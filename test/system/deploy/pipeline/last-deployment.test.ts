import type { DeployedBase } from '../../../../src/deploy/pipeline/deployed-base';
import { checkShown, deployedBase, describeBase } from '../../../../src/deploy/pipeline/deployed-base';
import { workflowOf } from '../../../../src/deploy/forges/github-run';
import type { Runs } from '../../../../src/deploy/pipeline/last-deployment';
import { APPROVAL_STEP, DEPLOY_JOB, findLastDeployment } from '../../../../src/deploy/pipeline/last-deployment';
import type { FakeRun } from '../../../support/fake-github';
import { jobsOf, runOf } from '../../../support/fake-github';
import { jobOf } from '../../../support/workflows/workflow-files';

const sha = (digit: string): string => digit.repeat(40);
const url = (id: number): string => `https://github.example/insurance/identity/actions/runs/${id}`;
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

/** Numbers of the runs whose jobs were asked for. */
let asked: number[] = [];

function find(...runs: readonly FakeRun[]): ReturnType<typeof findLastDeployment> {
  asked = [];
  const github: Runs = {
    async *runsOf() {
      yield* await Promise.resolve(runs.map(runOf));
    },
    jobsOf: (id) => {
      asked.push(id);
      return Promise.resolve(jobsOf(runs.find((run) => run.id === id)));
    },
  };
  return findLastDeployment(github, { repository: 'Insurance/identity', file: 'deploy.yaml' });
}

/** This run, whose deployment waits for what is found. */
const now: FakeRun = { id: 99, commit: sha('9'), deploys: [], createdAt: day('05-20') };

describe('what was deployed last', () => {
  test('is the commit of the newest run whose deployment succeeded', async () => {
    expect(await find(now, succeeded(2, 'b', '05-02'), succeeded(1, 'a', '05-01'))).toEqual({
      last: { commit: sha('b'), url: url(2) },
      unfinished: [],
    });
    expect(asked).toEqual([99, 2]);
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

  test('is not what failed half-way, which is told', async () => {
    const runs = [now, failed(3, 'c', '05-03'), succeeded(2, 'b', '05-02'), failed(1, 'a', '05-01')];
    expect(await find(...runs)).toEqual({
      last: { commit: sha('b'), url: url(2) },
      unfinished: [{ commit: sha('c'), url: url(3) }],
    });
  });

  test.each(['failure', 'skipped', 'cancelled'] as const)(
    'is not told of a deployment whose check of the approval ended as %s, since it changed nothing',
    async (approval) => {
      const refused: FakeRun = {
        ...failed(1, 'a', '05-03'),
        deploys: [{ conclusion: 'failure', endedAt: day('05-03'), approval }],
      };
      expect(await find(now, succeeded(2, 'b', '05-02'), refused)).toMatchObject({ unfinished: [] });
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
      last: { commit: sha('b'), url: url(2) },
      unfinished: [{ commit: sha('b'), url: url(2) }],
    });
  });

  test('is looked for among runs that were skipped, and no further back than a run can be run again', async () => {
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
    expect(asked).toEqual([99, 2]);
  });

  test.each<[string, Partial<FakeRun>]>([
    ['a fork whose branch is called main', { repository: 'stranger/identity' }],
    ['a pull request', { event: 'pull_request' }],
    ['another branch', { branch: 'maintenance' }],
  ])('is never what a run of %s pretends', async (_, pretence) => {
    expect(await find(now, { ...succeeded(3, 'e', '05-03'), ...pretence }, succeeded(2, 'b', '05-02'))).toMatchObject({
      last: { commit: sha('b') },
    });
  });

  test('is known by the job of the workflow and by its step, whose names are', () => {
    expect(jobOf('deploy', 'deploy').name).toBe(DEPLOY_JOB);
    expect(jobOf('deploy', 'deploy').steps.map(({ name }) => name)).toContain(APPROVAL_STEP);
    expect(() => workflowOf({})).toThrow('GITHUB_WORKFLOW_REF');
  });
});

describe('what the approver was shown still holds', () => {
  const at = (id: number, commit: string): { readonly commit: string; readonly url: string } => ({
    commit: sha(commit),
    url: url(id),
  });
  const shown = deployedBase({ last: at(2, 'b'), unfinished: [at(3, 'c')] }, () => 1);
  const check = (base: DeployedBase, now: DeployedBase) => () => {
    checkShown(base, now, url(99));
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
      `what is deployed is not what was shown to the approver any more: shown was ${sha('b')} by ${url(2)}, after which deployments failed: ${sha('c')} by ${url(3)}; now it is ${sha('d')} by ${url(100)}. This job has deployed nothing. Start a new run of all jobs, by 'Run workflow' on main, and approve what it shows; 'Re-run all jobs' of this run shows and deploys its own, perhaps older, commit`,
    );
  });
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
    expect(describeBase(base(commits))).toBe(text);
  });

  test('with nothing', () => {
    const nothing = deployedBase({ unfinished: [{ commit: sha('c'), url: url(3) }] }, () => 0);
    expect(describeBase(nothing)).toBe(
      `**This workflow has deployed nothing yet**: all access counts as gained. What was deployed by hand shows in what the engines say below. Deployments that began since and failed: [<code>cccccccccc</code>](${url(3)}). What they changed is not counted; what the engines say below has it.`,
    );
  });
});
