import { composeComment, isClean } from '../../../../src/deploy/pipeline/comment';
import { runKindOf } from '../../../../src/deploy/forges/registry';
import { leftOutOf } from '../../../../src/deploy/pipeline/deployed-parts';
import type { Outcome } from '../../../../src/deploy/pipeline/outcome';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const GROUPS = 'workforce: { groups: [{ name: Engineers }] }\n';
const PIPELINE = 'pipeline: { repository: insurance/identity, environments: [solo] }\n';
const planOf = (text: string) => planFiles({ [ESTATE_FILE]: text });

describe('what a pipeline leaves out', () => {
  test('is everything where the estate has neither a stack in AWS nor what Pulumi takes', () => {
    expect(leftOutOf(planOf(GROUPS + PIPELINE), undefined)).toEqual({
      isEverything: true,
      reasons: ["Pulumi's programs need 'pipeline.pulumi', 'pipeline.identities.workforce'"],
    });
  });

  test('is everything where the estate declares nothing', () => {
    const { isEverything } = leftOutOf(planOf(`workforce: { groups: [] }\n${PIPELINE}`), undefined) ?? {};
    expect(isEverything).toBe(true);
  });

  test('is everything of an estate without a section for it', () => {
    expect(leftOutOf(planOf(GROUPS), undefined)).toEqual({
      isEverything: true,
      isChosen: true,
      reasons: ["the estate has no section 'pipeline'"],
    });
  });

  test('is the programs alone where the stacks of AWS can be deployed', () => {
    expect(leftOutOf(planFiles(hostedSandboxFiles()), undefined)).toMatchObject({ isEverything: false });
  });

  test.each([
    ['GitHub', { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/renamed' }],
    ['GitLab', { GITLAB_CI: 'true', CI_PROJECT_PATH: 'acme/renamed' }],
  ])('is everything in a run of another repository at %s', (_forge, variables) => {
    const run = runKindOf(variables, () => ({}));
    expect(leftOutOf(planFiles(hostedSandboxFiles()), run)?.isEverything).toBe(true);
  });

  test.each(['insurance/identity', 'Insurance/Identity'])('is not so in a run of %s', (GITHUB_REPOSITORY) => {
    const run = runKindOf({ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY }, () => ({}));
    expect(leftOutOf(planFiles(hostedSandboxFiles()), run)?.isEverything).toBe(false);
  });
});

test('the comment begins with what the pipeline leaves out', () => {
  const parts = {
    estate: 'solo',
    characters: 9000,
    preview: '## Access',
    outcomes: [],
    destruction: [],
    massChanges: [],
  };
  const leftOut = { isEverything: true, reasons: ['the estate lacks azure'] };
  const body = composeComment({ ...parts, runUrl: 'https://forge.example/1', leftOut });
  expect(body.split('\n')[1]).toBe('**The pipeline deploys nothing of this estate**: the estate lacks azure.');
});

test('a look for drift that looked at nothing is no clean one', () => {
  const look = (state: Outcome['state']): Outcome => ({
    step: 'workforce',
    command: '',
    state,
    destroyed: [],
    text: '',
  });
  expect([[], [look('not-asked')], [look('not-asked'), look('unchanged')], [look('failed')]].map(isClean)).toEqual([
    ...[false, false, true, false],
  ]);
});
