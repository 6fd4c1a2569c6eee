import { askedBy, reviewedIn, withMissing, withWaiting } from '../../../../src/deploy/pipeline/deployed-parts';
import type { RunKind } from '../../../../src/deploy/forges/runner';
import type { Outcome } from '../../../../src/deploy/pipeline/outcome';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const PULL_REQUEST: RunKind = { base: 'HEAD^1', asksClouds: true, comments: true };
const both = { engines: ['pulumi', 'cdk'] as const };
const of = (step: Outcome['step'], state: Outcome['state'] = 'unchanged'): Outcome => {
  return { step, command: '', state, destroyed: [], text: '' };
};

describe('the engines that a pull request has asked', () => {
  test.each<[string, RunKind | undefined, readonly Outcome[], readonly string[]]>([
    ['the CDK, also where it gave no answer', PULL_REQUEST, [], ['cdk']],
    ['Pulumi too, once there is an answer of it', PULL_REQUEST, [of('workforce', 'failed')], ['pulumi', 'cdk']],
    ['none for a fork', { ...PULL_REQUEST, asksClouds: false }, [of('hosting')], []],
    ['both on a branch with an answer', { asksClouds: true, comments: false }, [of('hosting')], ['pulumi', 'cdk']],
    ['none on a laptop without an answer', undefined, [], []],
  ])('are %s', (...[, run, outcomes, asked]) => {
    expect(askedBy(run, both, outcomes)).toEqual(asked);
  });

  test('are none where the pipeline deploys nothing', () => {
    expect(askedBy(PULL_REQUEST, { engines: [] }, [])).toEqual([]);
  });
});

describe('a step without an answer', () => {
  const { estate } = planFiles(hostedSandboxFiles());
  const textsIn = (environment: string | undefined): readonly string[] =>
    withMissing([], ['workforce', 'hosting'], { leftOut: {}, environment }).map(({ text }) => text);

  test('may have been rejected where a reviewer is asked: of Pulumi, in a pull request', () => {
    const [pulumi, cdk] = textsIn(reviewedIn(estate, PULL_REQUEST));
    expect(pulumi).toContain('or a reviewer of preview rejected it');
    expect(cdk).not.toContain('reviewer');
  });

  test.each([undefined, { asksClouds: true, comments: false }])(
    'names no reviewer in the run %j, which asks none',
    (run) => {
      expect(textsIn(reviewedIn(estate, run)).join()).not.toContain('reviewer');
    },
  );

  test('waits for its reviewer as long as its engine was not asked', () => {
    const all = withMissing([], ['workforce', 'hosting'], { leftOut: {}, environment: 'preview' });
    expect(withWaiting('preview', all, ['cdk']).map(({ step, state }) => [step, state])).toEqual([
      ['workforce', 'not-asked'],
      ['hosting', 'failed'],
    ]);
  });
});
