import { parse } from 'yaml';
import { runKindOf } from '../../../../src/deploy/forges/registry';
import { estateJobs, factsOf } from '../../../../src/deploy/ci/facts';
import { JOBS } from '../../../../src/deploy/ci/jobs';
import { renderSettings } from '../../../../src/deploy/ci/render-settings';
import { touchedEstates } from '../../../../src/deploy/pipeline/touched';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { hostedSandboxFiles, planFiles } from '../../../support/sandbox';

const ESTATES = ['acme', 'acme-prod', 'beta'];

describe('the estates that a change touches', () => {
  const touched = (...paths: readonly string[]) => touchedEstates(ESTATES, { paths, estatesFolder: 'estates/' });

  test.each([
    ['estates/acme/estate.yaml', ['acme']],
    ['estates/acme-prod/policies/deny.json', ['acme-prod']],
    ['Pulumi.acme-customers.yaml', ['acme']],
    ['Pulumi.acme-prod-customers.yaml', ['acme-prod']],
  ])('are the one that %s belongs to', (path, estates) => {
    expect(touched(path)).toEqual(estates);
  });

  test.each([
    ...['package.json', 'package-lock.json', 'cdk.json', 'Pulumi.yaml', '.npmrc', 'bicep/main.bicep'],
    ...[
      '.github/workflows/identity-deploy.yaml',
      '.gitlab-ci.yml',
      'estates/gamma/estate.yaml',
      'other/estates/acme/x',
    ],
  ])('are all by %s', (path) => {
    expect(touched('estates/acme/estate.yaml', path)).toEqual(ESTATES);
  });

  test('are none by a text for people', () => {
    expect(touched('README.md', 'estates/acme/README.md')).toEqual([]);
  });

  test('are found in a folder of the repository as well', () => {
    const change = { paths: ['identity/estates/beta/estate.yaml'], estatesFolder: 'identity/estates/' };
    expect(touchedEstates(ESTATES, change)).toEqual(['beta']);
    expect(touchedEstates(ESTATES, { ...change, paths: ['identity/Pulumi.beta-workforce.yaml'] })).toEqual(['beta']);
  });
});

describe('the reason for which a forge runs a pipeline', () => {
  const none = () => ({});
  const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: 'event.json', GITHUB_REPOSITORY: 'acme/identity' };
  const GITLAB = {
    ...{ GITLAB_CI: 'true', CI_PROJECT_ID: '1', CI_MERGE_REQUEST_PROJECT_ID: '1', CI_MERGE_REQUEST_IID: '7' },
    ...{ CI_MERGE_REQUEST_DIFF_BASE_SHA: 'b'.repeat(40), CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' },
  };
  const AZURE = { TF_BUILD: 'True', BUILD_REASON: 'PullRequest' };
  const AZURE_REPOSITORY = { TF_BUILD: 'True', SYSTEM_TEAMPROJECT: 'team', BUILD_REPOSITORY_NAME: 'identity' };
  const pullRequestOf = (full_name: string) => () => ({ pull_request: { head: { repo: { full_name } } } });

  test.each([
    ['GitHub', GITHUB, pullRequestOf('acme/identity'), 'HEAD^1'],
    ['GitLab', { ...GITLAB, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1' }, none, 'b'.repeat(40)],
    ['Azure DevOps', { ...AZURE, SYSTEM_PULLREQUEST_ISFORK: 'False' }, none, 'HEAD^1'],
  ])('is a pull request at %s, which is compared, and asks the clouds', (...[, variables, event, base]) => {
    expect(runKindOf(variables, event)).toMatchObject({ base, asksClouds: true, comments: true });
  });

  test.each([
    ['GitHub', GITHUB, pullRequestOf('stranger/identity')],
    ['GitHub, where the fork is gone', GITHUB, () => ({ pull_request: { head: { repo: null } } })],
    ['GitLab', { ...GITLAB, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' }, none],
    // Its pipeline runs in the fork.
    ['GitLab, in the fork', { ...GITLAB, CI_PROJECT_ID: '2', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' }, none],
    [
      'GitLab, in the fork, before the branches were compared',
      {
        ...{ ...GITLAB, CI_MERGE_REQUEST_DIFF_BASE_SHA: '' },
        ...{ CI_PROJECT_ID: '2', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' },
      },
      none,
    ],
    ['GitLab, where it does not say which project', { ...GITLAB, CI_MERGE_REQUEST_PROJECT_ID: '' }, none],
    ['Azure DevOps', { ...AZURE, SYSTEM_PULLREQUEST_ISFORK: 'True' }, none],
    ['Azure DevOps, where it does not say whether', AZURE, none],
  ])('is a fork at %s, which asks no cloud and writes no comment', (_forge, variables, event) => {
    expect(runKindOf(variables, event)).toMatchObject({ asksClouds: false, comments: false });
  });

  test.each([
    ['GitHub', GITHUB, () => ({ merge_group: { base_sha: 'c'.repeat(40) } }), 'c'.repeat(40)],
    [
      'GitLab',
      {
        ...GITLAB,
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
        CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train',
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'd'.repeat(40),
      },
      none,
      'd'.repeat(40),
    ],
  ])('is a merge queue at %s, which is compared with what is before it', (...[, variables, event, base]) => {
    expect(runKindOf(variables, event)).toMatchObject({ base, asksClouds: false, comments: false });
  });

  test.each([
    ['GitHub', GITHUB],
    ['GitLab', { GITLAB_CI: 'true' }],
    ['Azure DevOps', { TF_BUILD: 'True', BUILD_REASON: 'IndividualCI' }],
  ])('is the branch otherwise at %s', (_forge, variables) => {
    expect(runKindOf(variables, none)).toMatchObject({ asksClouds: true, comments: false });
  });

  test.each([
    ['GitHub', GITHUB],
    ['GitLab', { GITLAB_CI: 'true', CI_PROJECT_PATH: 'acme/identity' }],
    ['Azure DevOps', { ...AZURE_REPOSITORY, SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/' }],
    [
      'Azure DevOps at its older address',
      { ...AZURE_REPOSITORY, SYSTEM_COLLECTIONURI: 'https://acme.visualstudio.com/' },
    ],
  ])('comes with the repository at %s', (_forge, variables) => {
    expect(runKindOf(variables, none)?.repository).toMatch(/^acme\/(identity|team\/identity)$/);
  });

  test.each([
    [
      'GitHub',
      { ...GITHUB, GITHUB_BASE_REF: 'main' },
      () => ({ pull_request: { head: { sha: 'e'.repeat(40), repo: null } } }),
    ],
    [
      'Azure DevOps',
      {
        ...AZURE,
        ...{ SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main', SYSTEM_PULLREQUEST_SOURCECOMMITID: 'e'.repeat(40) },
      },
      none,
    ],
    ['GitLab', { ...GITLAB, CI_COMMIT_SHA: 'e'.repeat(40) }, none],
    [
      'GitLab with merged results',
      { ...GITLAB, CI_COMMIT_SHA: 'f'.repeat(40), CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: 'e'.repeat(40) },
      none,
    ],
  ])('comes with the branch that is merged into, and the proposed commit, at %s', (_forge, variables, event) => {
    expect(runKindOf(variables, event)).toMatchObject({ into: 'main', head: 'e'.repeat(40) });
  });

  test('is compared with the branch at GitLab, until that has compared them itself', () => {
    const early = { ...GITLAB, CI_MERGE_REQUEST_DIFF_BASE_SHA: '', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1' };
    expect(runKindOf(early, none)).toMatchObject({ base: 'origin/main', asksClouds: true, comments: true });
  });

  test('in the pipeline of a fork at GitLab comes with the repository that is merged into', () => {
    const paths = { CI_PROJECT_PATH: 'stranger/identity', CI_MERGE_REQUEST_PROJECT_PATH: 'acme/identity' };
    expect(runKindOf({ ...GITLAB, ...paths }, none)?.repository).toBe('acme/identity');
  });

  test('is unknown outside of a forge', () => {
    expect(runKindOf({}, none)).toBeUndefined();
  });
});

const ID = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const IDENTITIES = `
  identities:
    workforce: { preview: ${ID('1')}, deploy: ${ID('2')} }
    customers: { preview: ${ID('3')}, deploy: ${ID('4')} }
`;
type Options = Parameters<typeof factsOf>[1];
const BRANCH: Options = { run: undefined, isTouched: true };

function jobs(more: string, options: Partial<Options> = {}): readonly string[] {
  const files = hostedSandboxFiles();
  const text = (files[ESTATE_FILE] ?? '').replace(/\npipeline:\n/, `\npipeline:${more}\n`);
  return estateJobs(factsOf(planFiles({ ...files, [ESTATE_FILE]: text }), { ...BRANCH, ...options })).jobs;
}

/** As `init --start empty` writes it, with one grant and a pipeline. */
const STARTED = {
  ...hostedSandboxFiles(),
  [ESTATE_FILE]: `apiVersion: entra-aws-identity/v1
workforce: { groups: [] }
access:
  identityCenter: { region: eu-central-1 }
  permissionSets: [{ name: ViewOnly, managedPolicies: [job-function/ViewOnlyAccess] }]
  grants: [{ group: Security Auditors, permissionSets: [ViewOnly], targets: { include: [{ account: playground }] } }]
pipeline: { repository: insurance/identity, environments: [solo] }
`,
};

const ALL = JOBS.map(({ id }) => id).filter((id) => id !== 'place');
const OF_PULUMI = ['ask-entra', 'report-entra', 'plan-entra', 'look-entra'];
const OF_CDK = ['ask-aws', 'plan-aws', 'images', 'preflight', 'access', 'look-aws', 'organization', 'propose'];

describe('the jobs of an estate that have something to do', () => {
  test('are all where it has what both engines sign in as, but for a placement file that matches', () => {
    expect(jobs(IDENTITIES)).toEqual(ALL);
  });

  test.each([
    ['no identity', ''],
    // The tenant of the customers alone does not lead to Pulumi's state.
    ['no identity of the workforce', IDENTITIES.replace(/^ +workforce:.*\n/m, '')],
  ])('are those of the CDK and what shows and deploys them, where it has %s', (_what, identities) => {
    const found = jobs(identities);
    expect(found).toEqual(ALL.filter((id) => !OF_PULUMI.includes(id)));
    expect(found).toEqual(expect.arrayContaining(OF_CDK));
  });

  test('deploy the access of an estate whose workforce has no group, as init writes it', () => {
    const { jobs: found } = estateJobs(factsOf(planFiles(STARTED), BRANCH));
    expect(found).toEqual(expect.arrayContaining(['plan-aws', 'show', 'deploy', 'access']));
    expect(found).not.toEqual(expect.arrayContaining(['images']));
    for (const job of OF_PULUMI) expect(found).not.toContain(job);
  });

  test('show a deployment, and report drift, of an estate whose errors leave its pipeline out', () => {
    expect(jobs(' [not-closed')).toEqual(['preview', 'report', 'show', 'drift', 'watch']);
    const sound = planFiles({ [ESTATE_FILE]: 'apiVersion: entra-aws-identity/v1\nworkforce: { groups: [] }\n' });
    expect(estateJobs(factsOf(sound, BRANCH)).jobs).toEqual(['preview', 'report']);
  });

  test('watch an estate whose errors may leave its access out, and none that has no access', () => {
    expect(jobs(' [not-closed')).toContain('watch');
    const estate = parse(STARTED[ESTATE_FILE]) as object;
    const watches = (edit: object): boolean => {
      const plan = planFiles({ ...STARTED, [ESTATE_FILE]: JSON.stringify({ ...estate, ...edit }) });
      return estateJobs(factsOf(plan, BRANCH)).jobs.includes('watch');
    };
    expect([watches({ access: undefined }), watches({ access: 5 })]).toEqual([false, true]);
  });

  test('ask no cloud for a fork, and none is there for an estate that is not touched', () => {
    expect(jobs(IDENTITIES, { run: { asksClouds: false, comments: false } })).toEqual(['preview', 'report']);
    expect(jobs(IDENTITIES, { isTouched: false })).toEqual([]);
  });

  test('write a stale placement file for a pull request of the repository itself, unless the estate wants a comment', () => {
    const OWN: Partial<Options> = { run: { asksClouds: true, comments: true } };
    const found = (more: string, options: Partial<Options>): boolean => {
      const files = hostedSandboxFiles();
      const text = (files[ESTATE_FILE] ?? '')
        .replace('permissionSets: [SecurityAudit, BillingReader]', 'permissionSets: [SecurityAudit]')
        .replace(/\npipeline:\n/, `\npipeline:${more}\n`);
      const plan = planFiles({ ...files, [ESTATE_FILE]: text });
      expect(plan.access?.placement.state).toBe('stale');
      return estateJobs(factsOf(plan, { ...BRANCH, ...options })).jobs.includes('place');
    };
    expect(jobs(IDENTITIES, OWN)).not.toContain('place');
    expect(found(IDENTITIES, OWN)).toBe(true);
    expect(found(IDENTITIES, { ...OWN, isTouched: false })).toBe(false);
    expect(found(IDENTITIES, { run: { asksClouds: false, comments: false } })).toBe(false);
    expect(found(IDENTITIES, BRANCH)).toBe(false);
    expect(found(`\n  placement: comment${IDENTITIES}`, OWN)).toBe(false);
  });

  test('refuse an estate whose name matches the artifacts of another, or is an expression', () => {
    for (const name of ['*', '{acme,beta}', '${{ x }}', 'a\nb', '##vso[x]', 'a%0Ab']) {
      const plan = planFiles({ [ESTATE_FILE]: 'workforce: {}\n' });
      expect(() => estateJobs(factsOf({ ...plan, estate: { ...plan.estate, name } }, BRANCH))).toThrow(
        'must have letters',
      );
    }
  });

  test('are written for each forge', () => {
    const all = [
      { name: 'acme', jobs: ['plan-aws', 'show'], deployEnvironment: 'acme', previewEnvironment: 'preview' },
    ];
    expect(JSON.parse(renderSettings('github', all).replace(/^estates=/, ''))).toEqual(all);
    expect(renderSettings('github', all).trim()).not.toContain('\n');
    expect(renderSettings('gitlab', all)).toContain("  IDENTITY_JOBS: ',acme:plan-aws,acme:show,'\n");
    expect(renderSettings('azure-devops', all)).toBe(
      '##vso[task.setvariable variable=JOBS;isOutput=true],plan-aws,show,\n',
    );
  });
});
