import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import { AZURE, changed, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import { AZURE_DEVOPS, atRepository, GITLAB, ORGANIZATION_ID } from '../../../support/forges';
import {
  memoryFolder,
  organizationText,
  planOf,
  codesAndPlaces,
  SMALL_ORGANIZATION,
} from '../../../support/estate-files';

const GITHUB = 'pipeline: { repository: example/identity, environments: [sandbox] }\n';
const PUBLIC_HOSTING = changed(
  changed(HOSTING, 'platform: app-runner', 'platform: ecs-express'),
  /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '',
  '  network: { subnets: [subnet-0a1b2c3d, subnet-1a1b2c3d] }\n',
);
const HOSTED = PUBLIC_HOSTING + HOSTED_CUSTOMERS;

const reportOf = (pipeline: string, rest = HOSTED): readonly string[] => codesAndPlaces(planOf(pipeline + rest));

test('a pipeline says its repository itself, or the section for Azure says it', () => {
  expect(reportOf(GITHUB)).toEqual([]);
  expect(reportOf('pipeline: {}\n', HOSTED + AZURE).filter((line) => line.includes('pipeline'))).toEqual([]);
});

test.each(['example/identity', 'example@12/identity@3456', 'a/b.c_d'])('takes the repository %s', (repository) => {
  expect(reportOf(changed(GITHUB, 'example/identity', repository))).toEqual([]);
});

test.each(['example', 'example@12/identity', 'example/identity@3456', 'example/*', '-example/identity'])(
  'refuses the repository %s',
  (repository) => {
    expect(reportOf(changed(GITHUB, 'example/identity', `'${repository}'`))).toEqual([
      'error repository estate.yaml:1:25 pipeline.repository',
    ]);
  },
);

test.each([
  {
    what: 'nobody says who may deploy',
    text: 'pipeline: {}\n',
    expected: [
      'error missing-repository estate.yaml:1:11 pipeline',
      'error missing-repository estate.yaml:1:11 pipeline',
    ],
  },
  {
    what: 'no environment',
    text: changed(GITHUB, '[sandbox]', '[]'),
    expected: ['error no-environment estate.yaml:1:57 pipeline.environments'],
  },
  {
    what: 'an environment that a token has encoded',
    text: changed(GITHUB, '[sandbox]', "['live:eu']"),
    expected: ['error environment-name estate.yaml:1:58 pipeline.environments[0]'],
  },
  {
    what: 'a limit that no change can be compared with',
    text: changed(GITHUB, ' }', ', limits: { lost: { number: -1 }, gained: { share: 12.5 } } }'),
    expected: [
      'error change-limit estate.yaml:1:94 pipeline.limits.lost.number',
      'error change-limit estate.yaml:1:117 pipeline.limits.gained.share',
    ],
  },
  {
    what: 'a provider in an account of somebody else',
    text: changed(GITHUB, ' }', ", existingProviders: ['100000000009'] }"),
    expected: ['error pipeline-account estate.yaml:1:88 pipeline.existingProviders[0]'],
  },
  {
    what: 'a provider twice',
    text: changed(GITHUB, ' }', ", existingProviders: ['100000000001', '100000000001'] }"),
    expected: ['error duplicate-provider estate.yaml:1:104 pipeline.existingProviders[1] [see estate.yaml:1:88]'],
  },
])('$what', ({ text, expected }) => {
  expect(reportOf(text)).toEqual(expected);
});

test('what the section for Azure says is not said again', () => {
  const found = reportOf(GITHUB, HOSTED + AZURE).filter((line) => line.includes(' repository-twice '));
  expect(found.map((line) => line.replace(/ \[see .*/, ''))).toEqual([
    'error repository-twice estate.yaml:1:13 pipeline.repository',
    'error repository-twice estate.yaml:1:43 pipeline.environments',
  ]);
});

test('a section for Azure that could not be read hides nothing: only its own fault is told', () => {
  const found = reportOf('pipeline: {}\n', HOSTED + changed(AZURE, '  location: westeurope\n', ''));
  expect(found.map((line) => line.split(' ')[1])).toEqual(['missing-key']);
});

test('the roles are named after the estate, which must leave them room', () => {
  const nameOf = (length: number): string => 'e'.repeat(length);
  const found = [47, 48].map((length) => {
    const files = { [ESTATE_FILE]: GITHUB, [ORGANIZATION_FILE]: organizationText(SMALL_ORGANIZATION) };
    return codesAndPlaces(planEstate(memoryFolder(files, nameOf(length)))).filter((line) => line.startsWith('error'));
  });
  expect(found).toEqual([[], [`error pipeline-estate-name estates/${nameOf(48)}/estate.yaml:1:1`]]);
});

const WORKFORCE = 'workforce:\n  tenantId: 5d1c7a4e-8f02-4b6d-9c3e-2a1b0f9d8e76\n  groups: []\n';
const onGitLab = (pipeline = GITLAB) => HOSTED + atRepository(AZURE, 'example/platform/identity') + pipeline;
const onAzureDevOps = (pipeline = AZURE_DEVOPS, workforce = WORKFORCE) =>
  HOSTED + workforce + atRepository(AZURE, 'example/Platform Team/identity') + pipeline;
/** Findings about the forge, without their positions. */
const forgeFindings = (text: string): readonly string[] =>
  codesAndPlaces(planOf(text))
    .filter((line) => /azure\.repository|pipeline/.test(line))
    .map((line) => line.replace(/estate\.yaml:\S+ /, '').replace(/ \[see .*/, ''));

test.each([
  ['GitLab', onGitLab()],
  ['Azure DevOps', onAzureDevOps()],
  ['GitHub with reusable workflows', `${HOSTED}${AZURE}pipeline: { workflows: example/entra-aws-identity@v1.2.3 }\n`],
  ['GitHub Enterprise Server', `${HOSTED}${AZURE}pipeline: { server: https://github.example.com }\n`],
  ['a GitLab of its own below a path', onGitLab(`${GITLAB}  server: https://example.com:8443/gitlab\n`)],
  [
    'identities',
    `${HOSTED}${AZURE}pipeline: { identities: { workforce: { preview: ${ORGANIZATION_ID}, deploy: 11111111-0000-4000-8000-000000000009 } } }\n`,
  ],
])('an estate at %s is sound', (_forge, text) => {
  expect(forgeFindings(text)).toEqual([]);
});

test.each([
  {
    what: 'a repository of GitHub at GitLab',
    text: HOSTED + atRepository(AZURE, 'example@12/identity@34') + GITLAB,
    expected: 'error repository azure.repository',
  },
  {
    what: 'a repository without its project at Azure DevOps',
    text: HOSTED + WORKFORCE + AZURE + AZURE_DEVOPS,
    expected: 'error repository azure.repository',
  },
  {
    what: 'an unknown forge, and nothing that follows from it',
    text: onGitLab('pipeline: { forge: bitbucket }\n'),
    expected: 'error invalid-value pipeline.forge',
  },
  {
    what: 'reusable workflows of GitHub at GitLab',
    text: onGitLab(`${GITLAB}  workflows: example/entra-aws-identity@v1.2.3\n`),
    expected: 'error forge-key pipeline.workflows',
  },
  {
    what: 'an organization of Azure DevOps at GitHub',
    text: `${HOSTED}${AZURE}pipeline: { organizationId: ${ORGANIZATION_ID} }\n`,
    expected: 'error forge-key pipeline.organizationId',
  },
  {
    what: 'workflows at a branch',
    text: `${HOSTED}${AZURE}pipeline: { workflows: example/entra-aws-identity@main }\n`,
    expected: 'error pipeline-workflows pipeline.workflows',
  },
  {
    what: 'a branch with a space',
    text: `${HOSTED}${AZURE}pipeline: { branch: main branch }\n`,
    expected: 'error pipeline-branch pipeline.branch',
  },
  {
    what: 'a server without https',
    text: `${HOSTED}${AZURE}pipeline: { server: github.example.com }\n`,
    expected: 'error pipeline-server pipeline.server',
  },
  {
    what: 'the public server',
    text: onGitLab(`${GITLAB}  server: https://gitlab.com\n`),
    expected: 'error pipeline-server pipeline.server',
  },
  {
    what: 'a server of Azure DevOps',
    text: onAzureDevOps(`${AZURE_DEVOPS}  server: https://devops.example.com\n`),
    expected: 'error pipeline-server pipeline.server',
  },
  {
    what: 'an organization by its name',
    text: onAzureDevOps(changed(AZURE_DEVOPS, ORGANIZATION_ID, 'example')),
    expected: 'error azure-devops-organization pipeline.organizationId',
  },
  {
    what: 'no organization',
    text: onAzureDevOps(changed(AZURE_DEVOPS, `  organizationId: ${ORGANIZATION_ID}\n`, '')),
    expected: 'error azure-devops-organization pipeline',
  },
  {
    what: 'no connection to AWS',
    text: onAzureDevOps(AZURE_DEVOPS.replace(/    aws:\n(?:      .*\n)*/, '')),
    expected: 'error missing-service-connection pipeline',
  },
  {
    what: 'no connection that publishes images, where there is a hosting',
    text: onAzureDevOps(AZURE_DEVOPS.replace(/      publish: .*\n/, '')),
    expected: 'error missing-service-connection pipeline.serviceConnections.aws',
  },
  {
    what: 'a connection of previews that publishes images',
    text: onAzureDevOps(changed(AZURE_DEVOPS, 'name: aws-publish', 'name: aws-preview')),
    expected: 'error duplicate-service-connection pipeline.serviceConnections.aws.publish.name',
  },
  {
    what: 'a connection by a name for its id',
    text: onAzureDevOps(changed(AZURE_DEVOPS, '11111111-0000-4000-8000-000000000003', 'entra-preview')),
    expected: 'error service-connection pipeline.serviceConnections.workforce.preview.id',
  },
  {
    what: 'a connection whose name ends the subject early',
    text: onAzureDevOps(changed(AZURE_DEVOPS, 'name: aws-preview', 'name: aws/preview')),
    expected: 'error service-connection pipeline.serviceConnections.aws.preview.name',
  },
  {
    what: 'one connection for previews and deployments',
    text: onAzureDevOps(changed(AZURE_DEVOPS, 'name: aws-deploy', 'name: AWS-preview')),
    expected: 'error duplicate-service-connection pipeline.serviceConnections.aws.deploy.name',
  },
  {
    what: 'connections to a tenant that nothing names',
    text: onAzureDevOps(AZURE_DEVOPS, ''),
    expected: 'error missing-tenant-id pipeline.serviceConnections.workforce',
  },
  {
    what: 'a client id that is a name',
    text: `${HOSTED}${AZURE}pipeline: { identities: { workforce: { preview: id-pulumi-preview, deploy: ${ORGANIZATION_ID} } } }\n`,
    expected: 'error pipeline-client-id pipeline.identities.workforce.preview',
  },
  {
    what: 'one identity for previews and deployments, in whatever case',
    text: `${HOSTED}${AZURE}pipeline: { identities: { customers: { preview: ${ORGANIZATION_ID.toUpperCase()}, deploy: ${ORGANIZATION_ID} } } }\n`,
    expected: 'error same-identity pipeline.identities.customers.deploy',
  },
])('$what', ({ text, expected }) => {
  expect(forgeFindings(text)).toEqual([expected]);
});

test('GitLab without approvals is told what that lets people do', () => {
  const deploys = 'warning deploy-without-approval pipeline.protectedEnvironments';
  const decrypts = 'warning preview-without-review pipeline.protectedEnvironments';
  const unprotected = `${GITLAB}  protectedEnvironments: false\n`;
  expect(forgeFindings(onGitLab(unprotected))).toEqual([deploys, decrypts]);
  const own = `${unprotected}  repository: example/identity\n  environments: [sandbox]\n`;
  expect(forgeFindings(HOSTED + own)).toEqual([deploys]);
});

test.each([
  ['GitHub', `${HOSTED}${AZURE}pipeline: { protectedEnvironments: false }\n`, ['deploy-without-approval']],
  [
    'GitLab',
    onGitLab(`${GITLAB}  protectedEnvironments: false\n`),
    ['deploy-without-approval', 'preview-without-review'],
  ],
  ['Azure DevOps', onAzureDevOps(`${AZURE_DEVOPS}  protectedEnvironments: false\n`), ['deploy-without-approval']],
])('a deployment without an approval is found at %s', (_forge, text, codes) => {
  const found = planOf(text).findings.map(({ code }) => code);
  expect(found.filter((code) => code.includes('-without-'))).toEqual(codes);
});

describe('a pipeline that deploys nothing', () => {
  const GROUPS = 'workforce: { groups: [{ name: Engineers }] }\n';
  const NO_GROUPS = 'workforce: { groups: [] }\n';
  const codesOf = (text: string): readonly string[] => planOf(text).findings.map(({ code }) => code);

  test.each([
    ['its groups have no identities', GROUPS],
    ['its workforce has no group', NO_GROUPS],
    ['it has identities for no group', `${NO_GROUPS}${AZURE}`],
    ['it declares nothing else', ''],
  ])('is found where %s', (_what, rest) => {
    expect(codesOf(GITHUB + rest)).toContain('pipeline-deploys-nothing');
  });

  test('is not one that deploys to AWS alone, or to Entra ID alone', () => {
    const identities = `pipeline: { identities: { workforce: { preview: ${ORGANIZATION_ID.replace(/^./, 'f')}, deploy: ${ORGANIZATION_ID} } } }\n`;
    for (const text of [GITHUB + HOSTED, GROUPS + AZURE + identities])
      expect(codesOf(text)).not.toContain('pipeline-deploys-nothing');
  });
});
