import { runnerOf } from '../../../../src/deploy/forges/registry';
import {
  checkForward,
  checkShown,
  type DeployedBase,
  deployedBase,
  type Deployment,
  describeBase,
} from '../../../../src/deploy/pipeline/deployed-base';
import { FORGES } from '../../../../src/estate/sections/pipeline/forges/registry';

const url = (run: number): string => `https://forge.example/runs/${run}`;
const at = (run: number, commit: string): Deployment => ({ commit: commit.repeat(40), url: url(run) });
const base = (last: Deployment, commits = 1, ...unfinished: readonly Deployment[]): DeployedBase =>
  deployedBase({ last, unfinished }, () => commits);
const NOTHING = deployedBase({ unfinished: [] }, () => 0);
const { words } = runnerOf('github');

describe('what the approver was shown still holds', () => {
  const shown = base(at(2, 'b'), 1, at(3, 'c'));
  const check = (before: DeployedBase, now: DeployedBase) => () => {
    checkShown(before, now, { own: at(99, '9'), buttons: words });
  };

  test('where nothing was deployed since, and where this run itself failed half-way', () => {
    expect(check(shown, shown)).not.toThrow();
    expect(check(shown, base(at(2, 'b'), 1, at(3, 'c'), at(99, '9')))).not.toThrow();
    expect(check(NOTHING, NOTHING)).not.toThrow();
  });

  test.each<[string, DeployedBase]>([
    ['a newer commit was deployed', base(at(100, 'd'), -1)],
    ['the same commit was, by another run', base(at(100, 'b'), 1, at(3, 'c'))],
    ['the same commit was, by hand', base({ commit: 'b'.repeat(40) }, 1, at(3, 'c'))],
    ['another deployment failed half-way, or is at work', base(at(2, 'b'), 1, at(3, 'c'), at(100, 'd'))],
    ['this run failed half-way, and another deployment beside it', base(at(2, 'b'), 1, at(99, '9'), at(100, 'd'))],
  ])('no longer where %s', (_, after) => {
    expect(check(shown, after)).toThrow('what is deployed has changed since the approver saw it');
  });

  test('and otherwise says what was shown, what is deployed and what to do', () => {
    expect(check(shown, base(at(100, 'd'), -1))).toThrow(
      `what is deployed has changed since the approver saw it: it was ${'b'.repeat(40)} by ${url(2)}, after which these began and have not ended well: ${'c'.repeat(40)} by ${url(3)}; now it is ${'d'.repeat(40)} by ${url(100)}. This job has deployed nothing. Start a new run of all jobs, by 'Run workflow' on the deployed branch, and approve what it shows; 'Re-run all jobs' of this run deploys its own, perhaps older, commit`,
    );
  });
});

describe('an old run that is run again', () => {
  const ahead: Readonly<Record<string, number>> = { b: 0, c: -2, d: 3 };
  const check = (one: DeployedBase, buttons?: typeof words) => () => {
    checkForward(one, ({ commit }) => ahead[commit.slice(0, 1)], buttons);
  };

  test('does not go back, and says how one does', () => {
    expect(check(base(at(2, 'c')), words)).toThrow(
      /would go back by 2 commits, to before c{40} by https:.*merge a commit that reverts.*'Run workflow'/,
    );
    for (const sound of [base(at(2, 'b')), base(at(2, 'd')), NOTHING]) expect(check(sound)).not.toThrow();
    expect(check(base(at(2, 'c')))).toThrow('Start a new run of all jobs on the deployed branch');
  });

  test('does not undo what a newer deployment did before it failed; one that the history lacks stops nothing', () => {
    expect(check(base(at(2, 'd'), 3, at(3, 'c')))).toThrow(`to before ${'c'.repeat(40)} by ${url(3)}`);
    expect(check(deployedBase({ unfinished: [at(3, 'c')] }, () => 0))).toThrow('would go back by 2 commits');
    expect(check(base(at(2, 'd'), 3, at(3, 'b'), at(4, 'e')))).not.toThrow();
  });
});

test.each(FORGES)('%s has its own names for its buttons, and for what has deployed nothing yet', (forge) => {
  const own = runnerOf(forge).words;
  expect(() => {
    checkShown(base(at(1, 'a')), base(at(2, 'a')), { own: at(99, '9'), buttons: own });
  }).toThrow(`by '${own.newRun}' on the deployed branch, and approve what it shows; '${own.runAgain}' of this run`);
  expect(describeBase(NOTHING, own)).toContain(`**This ${own.pipeline} has deployed nothing yet**`);
});

describe('the summary says what it compares with', () => {
  const link = `Compared with <code>bbbbbbbbbb</code>, [deployed last](${url(2)})`;

  test.each([
    [1, `${link}, 1 commit ago.`],
    [1234, `${link}, 1,234 commits ago.`],
    [0, `${link}: the same commit.`],
  ])('with %i commits between', (commits, text) => {
    expect(describeBase(base(at(2, 'b'), commits), words)).toBe(text);
  });

  test('with what a person deployed by hand', () => {
    expect(describeBase(base({ commit: 'b'.repeat(40) }, 0, { commit: 'c'.repeat(40) }), words)).toBe(
      'Compared with <code>bbbbbbbbbb</code>, deployed last by hand: the same commit. Deployments that began since and have not ended well, or were made by hand of a commit that this branch lacks: <code>cccccccccc</code>. Their changes are not counted here; the answers of the engines below include them.',
    );
  });

  test('with nothing', () => {
    const nothing = deployedBase({ unfinished: [at(3, 'c')] }, () => 0);
    expect(describeBase(nothing, words)).toBe(
      `**This workflow has deployed nothing yet**: all access counts as gained. What was deployed by hand shows in the answers of the engines below. Deployments that began since and have not ended well: [<code>cccccccccc</code>](${url(3)}). Their changes are not counted here; the answers of the engines below include them.`,
    );
  });
});
