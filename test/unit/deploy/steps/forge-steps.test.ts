import { type CommandResult, shellLine } from '../../../../src/deploy/steps/command';
import type { Step } from '../../../../src/deploy/steps/step';
import { deploymentSteps } from '../../../../src/deploy/steps/steps';
import { renderPlan } from '../../../../src/deploy/steps/run-steps';
import { AZURE, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import { planOf } from '../../../support/estate-files';
import { AZURE_DEVOPS, atRepository, GITLAB } from '../../../support/forges';

const WORKFORCE = 'workforce: { tenantId: 66946bae-c7f1-4099-b768-6ec1ac684280, groups: [] }\n';
const WORKFLOWS = 'pipeline: { workflows: example/entra-aws-identity@v1.2.3 }\n';

const stepsOf = (pipeline: string, repository = 'example/identity'): readonly Step[] =>
  deploymentSteps(planOf(WORKFORCE + HOSTED_CUSTOMERS + atRepository(AZURE, repository) + pipeline), { yes: false });
const gitLab = (more = '') => stepsOf(GITLAB + more, 'example/platform/identity');
const azureDevOps = () => stepsOf(AZURE_DEVOPS, 'example/Platform Team/identity');

const idsOf = (steps: readonly Step[]) => steps.map(({ id }) => id);
const stepOf = (steps: readonly Step[], id: string) => steps.find((step) => step.id === id);

function checksOf(steps: readonly Step[], id: string): readonly string[] {
  const verification = stepOf(steps, id)?.verification;
  if (verification === undefined || 'state' in verification) throw new Error(`${id} has no checks`);
  return verification.map(({ command }) => shellLine(command));
}

/** What the command of a step hands over to Bicep. */
function trustIn(steps: readonly Step[], id: string): unknown {
  const [file] = stepOf(steps, id)?.files ?? [];
  const values = JSON.parse(file?.text ?? 'null') as { parameters: { trusted: { value: unknown } } } | null;
  return values?.parameters.trusted.value;
}

test('at GitHub without more, the default subjects are trusted and nothing is to be set', () => {
  const steps = stepsOf('pipeline: {}\n');
  const subjects = (...runs: readonly string[]) =>
    runs.map((run) => expect.objectContaining({ subject: `repo:example/identity:${run}` }) as unknown);
  expect(trustIn(steps, 'azure')).toEqual({
    preview: subjects('environment:preview', 'ref:refs/heads/main'),
    deploy: subjects('environment:sandbox'),
  });
  expect(idsOf(steps).filter((id) => ['token-subject', 'service-connections'].includes(id))).toEqual([]);
});

test('with reusable workflows, the subject of the tokens is set, and Bicep lays what has the workflow in it', () => {
  const steps = stepsOf(WORKFLOWS);
  expect(checksOf(steps, 'token-subject')).toEqual(['gh api repos/example/identity/actions/oidc/customization/sub']);
  const called = 'job_workflow_ref:example/entra-aws-identity/.github/workflows';
  expect(trustIn(steps, 'azure')).toEqual({
    preview: [
      {
        name: 'github-environment-preview-identity-entra-estate',
        issuer: 'https://token.actions.githubusercontent.com',
        subject: `repo:example/identity:environment:preview:${called}/identity-entra-estate.yaml@refs/tags/v1.2.3`,
      },
      expect.objectContaining({ name: 'github-ref-refs-heads-main-identity-deploy' }),
      expect.objectContaining({ name: 'github-ref-refs-heads-main-identity-deploy-estate' }),
      expect.objectContaining({ name: 'github-ref-refs-heads-main-identity-drift-estate' }),
    ],
    deploy: [
      expect.objectContaining({
        name: 'github-environment-sandbox-identity-deploy-estate',
        subject: `repo:example/identity:environment:sandbox:${called}/identity-deploy-estate.yaml@refs/tags/v1.2.3`,
      }),
    ],
  });
});

describe('the approvals of deployments', () => {
  const readingOf = (steps: readonly Step[], answer: Partial<CommandResult>) => {
    const verification = stepOf(steps, 'deploy-approval')?.verification;
    if (verification === undefined || 'state' in verification) throw new Error('deploy-approval has no checks');
    return verification.map(({ read }) => read({ code: 0, stdout: '', stderr: '', ...answer }).state);
  };
  const rules = (...protection_rules: readonly object[]) => ({ stdout: JSON.stringify({ protection_rules }) });

  test('are those of the environment that deploys', () => {
    const github = stepsOf('pipeline: {}\n');
    expect(checksOf(github, 'deploy-approval')).toEqual(['gh api repos/example/identity/environments/sandbox']);
    expect(checksOf(gitLab(), 'deploy-approval')).toEqual([
      'glab api projects/example%2Fplatform%2Fidentity/protected_environments/sandbox',
    ]);
    expect(readingOf(github, rules({ type: 'required_reviewers', reviewers: [{}] }))).toEqual(['done']);
  });

  test.each<readonly [string, Partial<CommandResult>]>([
    ['is not there, so that GitHub would make it', { code: 1, stderr: 'gh: Not Found (HTTP 404)\n' }],
    ['has no rule', rules()],
    ['has a list of reviewers without a reviewer', rules({ type: 'required_reviewers', reviewers: [] })],
    ['takes one branch, which nobody approves', rules({ type: 'branch_policy' })],
  ])('are missing where the environment %s', (_what, answer) => {
    expect(readingOf(stepsOf('pipeline: {}\n'), answer)).toEqual(['pending']);
  });

  test('are not looked for where the estate says that there are none', () => {
    expect(idsOf(stepsOf('pipeline: { protectedEnvironments: false }\n'))).not.toContain('deploy-approval');
  });
});

// A credential of an older tag has the same name, so that Azure replaces it.
test('another tag gives credentials of the same names', () => {
  const namesOf = (tag: string) =>
    JSON.stringify(trustIn(stepsOf(WORKFLOWS.replace('v1.2.3', tag)), 'azure')).match(/"name":"[^"]+"/g);
  expect(namesOf('v1.2.3')).toEqual(namesOf('v2.0.0'));
});

test('the identities that deploy are looked at too, since an older tag or forge may still be trusted', () => {
  const ids = idsOf(stepsOf(WORKFLOWS));
  expect(ids).toEqual(expect.arrayContaining(['preview-trust', 'deploy-trust']));
  expect(checksOf(stepsOf(WORKFLOWS), 'deploy-trust')[0]).toContain('--identity-name id-pulumi-deploy');
});

test('at GitLab, a protected environment holds merge requests back, and the project sets the subject', () => {
  const steps = gitLab();
  expect(checksOf(steps, 'preview-environment')).toEqual([
    'glab api projects/example%2Fplatform%2Fidentity/protected_environments/preview',
  ]);
  expect(checksOf(steps, 'token-subject')).toEqual(['glab api projects/example%2Fplatform%2Fidentity']);
  expect(JSON.stringify(stepOf(steps, 'token-subject'))).toContain(
    'ci_id_token_sub_claim_components[]=environment_protected',
  );
  expect(trustIn(steps, 'azure')).toMatchObject({
    deploy: [
      {
        name: 'gitlab-ref_protected-true-environment_protected-true-deployment_tier-production',
        issuer: 'https://gitlab.com',
      },
    ],
  });
});

test('at a GitLab of its own, that one is asked; without protected environments there is none to look at', () => {
  const steps = gitLab('  server: https://gitlab.example.com\n  protectedEnvironments: false\n');
  expect(checksOf(steps, 'token-subject')[0]).toContain('glab api --hostname gitlab.example.com projects/');
  expect(idsOf(steps)).not.toContain('preview-environment');
});

test('at Azure DevOps, approvals of the service connections hold pull requests and deployments back', () => {
  const steps = azureDevOps();
  const [approvals] = checksOf(steps, 'preview-environment');
  expect(approvals).toContain('https://dev.azure.com/example/Platform%20Team/_apis/pipelines/checks/configurations');
  expect(approvals).toContain('resourceId=11111111-0000-4000-8000-000000000003');
  const checks = checksOf(steps, 'service-connections');
  expect(checks.filter((line) => line.includes('/serviceendpoint/endpoints/'))).toHaveLength(6);
  expect(checks.filter((line) => line.includes('/pipelines/checks/configurations'))).toHaveLength(3);
  expect(trustIn(steps, 'azure')).toMatchObject({
    preview: [{ name: 'azure-devops-preview' }],
    deploy: [{ name: 'azure-devops-deploy' }],
  });
});

test('at Azure DevOps, the connection that publishes images is looked at where something is hosted', () => {
  const text = WORKFORCE + HOSTED_CUSTOMERS + HOSTING + atRepository(AZURE, 'example/Platform Team/identity');
  const steps = deploymentSteps(planOf(text + AZURE_DEVOPS), { yes: false });
  const checks = checksOf(steps, 'service-connections');
  const ofPublish = checks.filter((line) => line.includes('11111111-0000-4000-8000-000000000007'));
  expect(ofPublish.map((line) => /checks\/configurations|serviceendpoint/.exec(line)?.[0])).toEqual([
    'serviceendpoint',
    'checks/configurations',
  ]);
  expect(renderPlan(steps)).toContain('aws-publish, which publishes images before anybody approves: Branch control');
  expect(renderPlan(azureDevOps())).not.toContain('aws-publish');
});

test('names of credentials are such that Entra ID takes', () => {
  const long = 'e'.repeat(100);
  const plan = planOf(
    WORKFORCE + HOSTED_CUSTOMERS + AZURE.replace('[sandbox]', `[${long}, ${long.slice(1)}f]`) + WORKFLOWS,
  );
  const names = JSON.stringify(trustIn(deploymentSteps(plan, { yes: false }), 'azure')).match(/"name":"[^"]+"/g) ?? [];
  for (const name of names) expect(name).toMatch(/^"name":"[A-Za-z0-9][A-Za-z0-9_-]{2,119}"$/);
  expect(new Set(names).size).toBe(names.length);
});
