import fc from 'fast-check';
import type { Estate } from '../../../src/estate/sections/estate';
import type { AwsTrusts, RoleTrust, RoleTrusts } from '../../../src/estate/sections/pipeline/role-trust';
import { pipelineTrust } from '../../../src/estate/sections/pipeline/trust';
import { AZURE, changed, HOSTED_CUSTOMERS, HOSTING } from '../../support/entra-estate';
import { planOf } from '../../support/estate-files';
import { AZURE_DEVOPS, atRepository, GITLAB, ORGANIZATION_ID } from '../../support/forges';

const TENANT = '66946bae-c7f1-4099-b768-6ec1ac684280';
const WORKFORCE = `workforce: { tenantId: ${TENANT}, groups: [] }\n`;

const estateOf = (pipeline: string, azure = AZURE): Estate =>
  planOf(WORKFORCE + HOSTED_CUSTOMERS + HOSTING + azure + pipeline).estate;
const findingsOf = (pipeline: string) => planOf(WORKFORCE + AZURE + pipeline).findings.map(({ code }) => code);
const trustOf = (pipeline: string, azure = AZURE) => pipelineTrust(estateOf(pipeline, azure));
const onGitLab = (more = '') => trustOf(`${GITLAB}${more}`, atRepository(AZURE, 'example/platform/identity'));
const onAzureDevOps = (pipeline = AZURE_DEVOPS) =>
  trustOf(pipeline, atRepository(AZURE, 'example/Platform Team/identity'));

const WORKFLOWS = 'pipeline: { workflows: example/entra-aws-identity@v1.2.3 }\n';
const CALLED = 'job_workflow_ref:example/entra-aws-identity/.github/workflows';

function subjects({ preview, deploy }: Partial<RoleTrusts> = {}) {
  return { preview: preview?.subjects, deploy: deploy?.subjects };
}

describe('at GitHub', () => {
  test('previews are of pull requests and the deployed branch, and deployments of environments on that branch', () => {
    const { aws } = trustOf('pipeline: {}\n') ?? {};
    expect(subjects(aws)).toEqual({
      preview: ['repo:example/identity:pull_request', 'repo:example/identity:ref:refs/heads/main'],
      deploy: ['repo:example/identity:environment:sandbox'],
    });
    expect(aws?.preview.claims).toEqual({});
    expect(aws?.deploy.claims).toEqual({ ref: ['refs/heads/main'] });
    expect(aws?.deploy).toMatchObject({
      issuer: 'https://token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
    });
  });

  test('another branch than main is trusted in its place, by AWS and by Entra ID', () => {
    const { aws, workforce } = trustOf('pipeline: { branch: trunk }\n') ?? {};
    expect(aws?.deploy.claims).toEqual({ ref: ['refs/heads/trunk'] });
    expect(aws?.publish).toMatchObject({ subjects: ['repo:example/identity:ref:refs/heads/trunk'] });
    expect(JSON.stringify([aws, workforce])).not.toContain('refs/heads/main');
    expect(workforce?.preview.subjects).toContain('repo:example/identity:ref:refs/heads/trunk');
  });

  test.each([
    'a"b',
    'a b',
    '-a',
    'a..b',
    'a//b',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a/',
    '$(id)',
    '${{ x }}',
    '*',
    'a'.repeat(101),
  ])('the branch %j, which would mean more than a name, is trusted by no one', (branch) => {
    expect(trustOf(`pipeline: { branch: ${JSON.stringify(branch)} }\n`)?.aws?.deploy.claims).toEqual({
      ref: ['refs/heads/main'],
    });
    expect(findingsOf(`pipeline: { branch: ${JSON.stringify(branch)} }\n`)).toContain('pipeline-branch');
  });

  test('Entra ID trusts a pull request in the environment of previews alone', () => {
    const { workforce, customers } = trustOf('') ?? {};
    expect(subjects(workforce)).toEqual({
      preview: ['repo:example/identity:environment:preview', 'repo:example/identity:ref:refs/heads/main'],
      deploy: ['repo:example/identity:environment:sandbox'],
    });
    expect(customers).toEqual(workforce);
    expect(workforce?.preview.audience).toBe('api://AzureADTokenExchange');
  });

  test('with reusable workflows, a job of any other workflow, or at another tag, has another subject', () => {
    const { aws, workforce } = trustOf(WORKFLOWS) ?? {};
    expect(subjects(aws)).toEqual({
      preview: [
        `repo:example/identity:pull_request:${CALLED}/identity-preview-estate.yaml@refs/tags/v1.2.3`,
        `repo:example/identity:ref:refs/heads/main:${CALLED}/identity-deploy.yaml@refs/tags/v1.2.3`,
        `repo:example/identity:ref:refs/heads/main:${CALLED}/identity-deploy-estate.yaml@refs/tags/v1.2.3`,
        `repo:example/identity:ref:refs/heads/main:${CALLED}/identity-drift-estate.yaml@refs/tags/v1.2.3`,
        `repo:example/identity:ref:refs/heads/main:${CALLED}/identity-watch-estate.yaml@refs/tags/v1.2.3`,
        `repo:example/identity:ref:refs/heads/main:${CALLED}/identity-accounts-estate.yaml@refs/tags/v1.2.3`,
      ],
      deploy: [`repo:example/identity:environment:sandbox:${CALLED}/identity-deploy-estate.yaml@refs/tags/v1.2.3`],
    });
    // Neither the organization nor the access of each hour is read with an identity of Entra ID.
    expect(JSON.stringify(workforce)).not.toMatch(/identity-(?:accounts|watch)/);
    expect(subjects(workforce).preview?.[0]).toBe(
      `repo:example/identity:environment:preview:${CALLED}/identity-entra-estate.yaml@refs/tags/v1.2.3`,
    );
    expect(aws?.deploy.claims).toEqual({
      ref: ['refs/heads/main'],
      job_workflow_ref: ['example/entra-aws-identity/.github/workflows/identity-deploy-estate.yaml@refs/tags/v1.2.3'],
    });
    expect(aws?.preview.claims['job_workflow_ref']).toHaveLength(6);
  });

  test.each([
    ['https://github.example.com', 'https://github.example.com/_services/token', {}],
    ['https://example.ghe.com', 'https://token.actions.example.ghe.com', { ref: ['refs/heads/main'] }],
  ])('of %s the issuer is %s, and AWS compares the claims that it knows of it', (server, issuer, claims) => {
    expect(trustOf(`pipeline: { server: ${server} }\n`)?.aws?.deploy).toMatchObject({ issuer, claims });
  });
});

describe('images', () => {
  test('are published at GitHub by jobs of the deployed branch alone, in no environment', () => {
    expect(trustOf('pipeline: {}\n')?.aws?.publish).toEqual({
      issuer: 'https://token.actions.githubusercontent.com',
      audience: 'sts.amazonaws.com',
      subjects: ['repo:example/identity:ref:refs/heads/main'],
      claims: { ref: ['refs/heads/main'] },
    });
  });

  test('with reusable workflows, by the one of deployments', () => {
    const file = 'example/entra-aws-identity/.github/workflows/identity-deploy-estate.yaml@refs/tags/v1.2.3';
    expect(trustOf(WORKFLOWS)?.aws?.publish).toMatchObject({
      subjects: [`repo:example/identity:ref:refs/heads/main:job_workflow_ref:${file}`],
      claims: { ref: ['refs/heads/main'], job_workflow_ref: [file] },
    });
  });

  test('at GitLab, by jobs of protected branches with a tier of their own', () => {
    const { aws, workforce } = onGitLab() ?? {};
    expect(aws?.publish).toMatchObject({
      subjects: [
        'project_path:example/platform/identity:ref_protected:true:environment_protected:false:deployment_tier:staging',
      ],
      claims: { ref_protected: ['true'] },
    });
    expect(workforce).not.toHaveProperty('publish');
  });

  test('at Azure DevOps, by a service connection of their own', () => {
    expect(onAzureDevOps()?.aws?.publish?.subjects).toEqual(['sc://example/Platform Team/aws-publish']);
  });

  test.each([
    ['pipeline: {}\n', AZURE],
    [GITLAB, atRepository(AZURE, 'example/platform/identity')],
    [AZURE_DEVOPS, atRepository(AZURE, 'example/project/identity')],
  ])('are published by nobody where nothing is hosted: %j', (pipeline, azure) => {
    expect(pipelineTrust(planOf(WORKFORCE + HOSTED_CUSTOMERS + azure + pipeline).estate)?.aws).not.toHaveProperty(
      'publish',
    );
  });
});

describe('at GitLab', () => {
  const project = 'project_path:example/platform/identity';

  test('deployments are of a protected environment on a protected branch, and previews of neither', () => {
    const { aws, workforce } = onGitLab() ?? {};
    const branch = `${project}:ref_protected:true:environment_protected:false:deployment_tier:testing`;
    const deploy = [`${project}:ref_protected:true:environment_protected:true:deployment_tier:production`];
    expect(subjects(aws)).toEqual({
      preview: [`${project}:ref_protected:false:environment_protected:false:deployment_tier:testing`, branch],
      deploy,
    });
    expect(subjects(workforce)).toEqual({
      preview: [`${project}:ref_protected:false:environment_protected:true:deployment_tier:testing`, branch],
      deploy,
    });
    expect(aws?.deploy).toMatchObject({ issuer: 'https://gitlab.com', claims: { ref_protected: ['true'] } });
  });

  test('without protected environments, a protected branch is all that a deployment takes', () => {
    const { workforce } = onGitLab('  protectedEnvironments: false\n') ?? {};
    expect(subjects(workforce).deploy).toEqual([
      `${project}:ref_protected:true:environment_protected:false:deployment_tier:production`,
    ]);
    expect(subjects(workforce).preview?.join()).not.toContain('environment_protected:true');
  });

  test('on a server of its own, AWS compares audience and subject alone', () => {
    const { aws } = onGitLab('  server: https://gitlab.example.com\n') ?? {};
    expect(aws?.deploy).toMatchObject({ issuer: 'https://gitlab.example.com', claims: {} });
  });
});

describe('at Azure DevOps', () => {
  test('AWS trusts service connections by their names, of the issuer of the organization', () => {
    const { aws } = onAzureDevOps() ?? {};
    expect(subjects(aws)).toEqual({
      preview: ['sc://example/Platform Team/aws-preview'],
      deploy: ['sc://example/Platform Team/aws-deploy'],
    });
    expect(aws?.deploy).toMatchObject({
      issuer: `https://vstoken.dev.azure.com/${ORGANIZATION_ID}`,
      audience: 'api://AzureADTokenExchange',
    });
  });

  // The pair of ids and texts of the prefix is one that Azure DevOps itself gave to a connection.
  test('Entra ID trusts them by their ids, of the issuer of its own tenant', () => {
    const { workforce, customers } = onAzureDevOps() ?? {};
    const prefix = '/eid1/c/pub/t/rmuUZvHHmUC3aG7BrGhCgA/a/rISbSSETf0KqFyZ8ppdXmA/sc';
    expect(workforce?.deploy).toEqual({
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      audience: 'api://AzureADTokenExchange',
      subjects: [`${prefix}/${ORGANIZATION_ID}/11111111-0000-4000-8000-000000000004`],
      claims: {},
    });
    expect(customers?.deploy.issuer).not.toBe(workforce?.deploy.issuer);
  });

  test('nothing is trusted while the organization is unknown', () => {
    expect(onAzureDevOps(changed(AZURE_DEVOPS, `  organizationId: ${ORGANIZATION_ID}\n`, ''))).toEqual({
      forge: 'azure-devops',
    });
  });
});

test('a repository in the form of another forge is not trusted', () => {
  expect(trustOf(GITLAB, atRepository(AZURE, 'example@1/identity@2'))).toBeUndefined();
});

/** Estates of every forge, with whatever their names may be. */
function estates(): fc.Arbitrary<Estate> {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,20}[A-Za-z0-9]$/);
  const environments = fc.uniqueArray(name, { minLength: 1, maxLength: 5, selector: (text) => text.toLowerCase() });
  const previewTrust = fc.constantFrom('environment:pull_requests', 'pull_request');
  const forge = fc.constantFrom(
    'pipeline: {}\n',
    WORKFLOWS,
    GITLAB,
    `${GITLAB}  protectedEnvironments: false\n`,
    AZURE_DEVOPS,
  );
  return fc.record({ owner: name, project: name, environments, previewTrust, forge }).map((drawn) => {
    const middle = drawn.forge === AZURE_DEVOPS ? '/project' : '';
    const azure = atRepository(AZURE, `'${drawn.owner}${middle}/${drawn.project}'`);
    const lines = `environments: ${JSON.stringify(drawn.environments)}\n  previewTrust: ${drawn.previewTrust}`;
    return estateOf(drawn.forge, changed(azure, 'environments: [sandbox]', lines));
  });
}

const PARTIES = ['aws', 'workforce', 'customers'] as const;

/** What a role of a cloud trusts, as one text each. */
const keysOf = ({ issuer, subjects: all }: RoleTrust) => all.map((subject) => `${issuer} ${subject}`);

test('what publishes images neither deploys nor comes from a pull request', () => {
  const holds = fc.property(estates(), (estate) => {
    const { publish, deploy, preview }: Partial<AwsTrusts> = pipelineTrust(estate)?.aws ?? {};
    if (publish === undefined || deploy === undefined || preview === undefined) throw new Error('nothing is trusted');
    expect(keysOf(publish).filter((key) => keysOf(deploy).includes(key))).toEqual([]);
    // At GitHub a job without an environment has nothing but its branch; that it reads as well is no harm.
    const shared = keysOf(publish).filter((key) => keysOf(preview).includes(key));
    expect(shared.filter((key) => !key.includes(':ref:refs/heads/main'))).toEqual([]);
    expect(keysOf(publish).join('\n')).not.toMatch(/[*?]|undefined|pull_request|ref_protected:false/);
    expect(publish.subjects).toHaveLength(1);
  });
  fc.assert(holds);
});

test('no estate trusts a wildcard, nor the same token in two roles of a cloud, nor the same token twice', () => {
  const holds = fc.property(estates(), (estate) => {
    const trust = pipelineTrust(estate);
    for (const party of PARTIES) {
      const { preview, deploy } = trust?.[party] ?? {};
      if (preview === undefined || deploy === undefined) throw new Error(`${party} trusts nothing`);
      const keys = [preview, deploy].flatMap(keysOf);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.join('\n')).not.toMatch(/[*?]|undefined/);
      expect(Object.values({ ...preview.claims, ...deploy.claims }).join()).not.toMatch(/[*?]/);
      for (const { subjects: some } of [preview, deploy]) expect(some.length).toBeGreaterThan(0);
    }
  });
  fc.assert(holds);
});

// Entra ID: 20 federated credentials an identity, and 600 characters a subject.
test('Entra ID has room for what is trusted', () => {
  const holds = fc.property(estates(), (estate) => {
    const { workforce } = pipelineTrust(estate) ?? {};
    for (const { subjects: some } of Object.values(workforce ?? {})) {
      expect(some.length).toBeLessThanOrEqual(20);
      for (const subject of some) expect(subject.length).toBeLessThanOrEqual(600);
    }
  });
  fc.assert(holds);
});
