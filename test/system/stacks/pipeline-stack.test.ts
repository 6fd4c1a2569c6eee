import {
  ACCESS_ACTIONS,
  DOCTOR_ACCESS_ACTIONS,
  PREFLIGHT_ACTIONS,
  SNAPSHOT_ACTIONS,
} from '../../../src/estate/sections/access/snapshot-actions';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { parse } from 'yaml';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { EMERGENCY_ACCOUNT, emergencyEstatePlan, emergencyFiles } from '../../support/emergency';
import { estateFile } from '../../support/estate-file';
import { HOSTING_ACCOUNT, MANAGEMENT_ACCOUNT, pipelinePlan, pipelineTemplates } from '../../support/pipeline';
import { delegatedSandbox, hostedSandboxFiles, planFiles } from '../../support/sandbox';
import type { Resource, Template } from '../../support/templates';
import { resourcesOf, temporaryFolder } from '../../support/templates';

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: unknown;
}

const ROLE = 'AWS::IAM::Role';
const PROVIDER = 'AWS::IAM::OIDCProvider';
const GITHUB = 'token.actions.githubusercontent.com';

const outdir = temporaryFolder();
const edited = (edit?: (estate: EstateFile) => void) => pipelineTemplates(pipelinePlan(edit), outdir);

const sandbox = edited();
const hosting = templateOf(sandbox, HOSTING_ACCOUNT);
const management = templateOf(sandbox, MANAGEMENT_ACCOUNT);

function templateOf(templates: ReadonlyMap<string, Template>, account: string): Template {
  const template = templates.get(account);
  if (template === undefined) throw new Error(`no pipeline in ${account}`);
  return template;
}

function roleOf(template: Template, name: 'preview' | 'publish' | 'deploy'): Resource {
  const found = [...resourcesOf(template, ROLE).values()].find(
    ({ Properties }) => Properties['RoleName'] === `sandbox-pipeline-${name}`,
  );
  if (found === undefined) throw new Error(`no role ${name}`);
  return found;
}

/** Statements of the policy that a role has itself. */
function statementsOf(template: Template, name: 'Preview' | 'Publish' | 'Deploy'): readonly Statement[] {
  const policies = [...resourcesOf(template, 'AWS::IAM::Policy')].filter(([id]) => id.startsWith(name));
  return policies.flatMap(([, { Properties }]) => documentOf(Properties['PolicyDocument']));
}

function documentOf(document: unknown): readonly Statement[] {
  const { Statement } = document as { readonly Statement: readonly Statement[] };
  return Statement.map((one) => ('NotAction' in one ? { ...one, Action: [] } : one));
}

function boundariesOf(template: Template, name: 'Publish' | 'Deploy'): readonly (readonly [string, Resource])[] {
  return [...resourcesOf(template, 'AWS::IAM::ManagedPolicy')].filter(([id]) => id.startsWith(name));
}

function trustOf(role: Resource): unknown {
  return documentOf(role.Properties['AssumeRolePolicyDocument']).map(({ Effect, Action, Condition }) => ({
    Effect,
    Action,
    Condition,
  }));
}

function allowed(statements: readonly Statement[], action: string): readonly (string | readonly string[])[] {
  return statements
    .filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().includes(action))
    .flatMap(({ Resource: resources }) => resources ?? []);
}

function withOwnKeys({ hosting: section }: EstateFile): void {
  if (section !== undefined) section.kmsKeys = 'customer';
}

function atGitLab(estate: EstateFile): void {
  if (estate.azure !== undefined) estate.azure.repository = 'insurance/platform/identity';
  estate.pipeline = { forge: 'gitlab' };
}

test('each account that the estate deploys to has a stack', () => {
  expect([...sandbox.keys()]).toEqual([MANAGEMENT_ACCOUNT, HOSTING_ACCOUNT]);
});

test.each([
  ['as it is', undefined],
  ['with keys of its own', withOwnKeys],
  ['at GitLab', atGitLab],
])('nothing is found in the templates of the sandbox %s', (_what, edit) => {
  const { templates, issues } = synthesizeEstate(pipelinePlan(edit));
  expect(templates.filter(({ role }) => role === 'pipeline')).toHaveLength(2);
  expect(issues).toEqual([]);
});

test('the preview is for pull requests and the deployed branch of the repository, letter by letter', () => {
  expect(trustOf(roleOf(hosting, 'preview'))).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB}:sub`]: ['repo:insurance/identity:pull_request', 'repo:insurance/identity:ref:refs/heads/main'],
        },
      },
    },
  ]);
});

test('the deployment is for the environments of the repository, on the deployed branch alone', () => {
  expect(trustOf(roleOf(hosting, 'deploy'))).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB}:sub`]: ['repo:insurance/identity:environment:sandbox'],
          [`${GITHUB}:ref`]: 'refs/heads/main',
        },
      },
    },
  ]);
});

test('a repository with ids in its tokens is trusted by them', () => {
  const templates = edited(({ azure }) => {
    if (azure !== undefined) azure.repository = 'insurance@123456/identity@456789';
  });
  const text = JSON.stringify(templateOf(templates, HOSTING_ACCOUNT));
  expect(text).toContain('repo:insurance@123456/identity@456789:environment:sandbox');
  expect(text).not.toContain('insurance/identity');
});

test.each([
  ['management', management],
  ['hosting', hosting],
])('the preview in the %s account reads, and neither secrets nor data', (_what, template) => {
  const statements = statementsOf(template, 'Preview');
  const allows = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  expect(
    allows.filter(
      (action) =>
        action !== 'sts:AssumeRole' &&
        !/:(Describe|Detect|(Get\w*(ForPermissionSet|Policy|PolicyVersion|RegionOptStatus|ServiceQuota)|ValidatePolicy)$|List|LookupEvents)/.test(
          action,
        ),
    ),
  ).toEqual([]);
  expect(roleOf(template, 'preview').Properties['ManagedPolicyArns']).toEqual([
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/ReadOnlyAccess']] },
  ]);
  const denied = statements.filter(({ Effect, Resource: all }) => Effect === 'Deny' && all === '*');
  expect(denied.flatMap(({ Action }) => Action)).toEqual(
    expect.arrayContaining([
      'kms:Decrypt',
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      's3:GetObject',
      'logs:GetLogEvents',
    ]),
  );
});

test("the preview takes on the CDK's lookup role and no other", () => {
  const statements = statementsOf(hosting, 'Preview');
  const lookup = `arn:aws:iam::${HOSTING_ACCOUNT}:role/cdk-hnb659fds-lookup-role-${HOSTING_ACCOUNT}-eu-west-1`;
  expect(allowed(statements, 'sts:AssumeRole')).toEqual([lookup]);
  expect(statements).toContainEqual({
    Sid: 'NoOtherRole',
    Effect: 'Deny',
    Action: 'sts:AssumeRole',
    NotResource: lookup,
  });
});

test('in the account of IAM Identity Center the preview takes on the reader of roles alone, and reads what the estate has there', () => {
  const statements = statementsOf(management, 'Preview');
  const reader = 'arn:aws:iam::*:role/identity-role-reader';
  expect(allowed(statements, 'sts:AssumeRole')).toEqual([reader]);
  expect(statements).toContainEqual({
    ...{ Sid: 'NoOtherRole', Effect: 'Deny', Action: 'sts:AssumeRole' },
    NotResource: reader,
  });
  const withoutInventory = statementsOf(hosting, 'Preview').flatMap(({ Sid }) => Sid ?? []);
  expect(withoutInventory).toContain('NoInventory');
  expect(statements.flatMap(({ Sid }) => Sid ?? [])).not.toContain('NoInventory');
  const { NotAction = [] } = statements.find(({ Sid }) => Sid === 'NothingElse') ?? {};
  const isLeft = (action: string): boolean =>
    [NotAction].flat().some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action));
  const read = [
    ...SNAPSHOT_ACTIONS,
    ...ACCESS_ACTIONS,
    ...DOCTOR_ACCESS_ACTIONS,
    ...PREFLIGHT_ACTIONS,
    'cloudformation:DetectStackDrift',
  ];
  expect(read.filter((action) => !isLeft(action))).toEqual([]);
  const others = [
    's3:ListBucket',
    'ce:GetCostAndUsage',
    'athena:GetQueryResults',
    'ec2:DescribeInstances',
    'sqs:ReceiveMessage',
  ];
  expect(others.filter(isLeft)).toEqual([]);
  expect(statements).toContainEqual(
    expect.objectContaining({
      Sid: 'NoOtherParameter',
      Effect: 'Deny',
      Action: ['ssm:GetParameter', 'ssm:GetParameters'],
    }),
  );
  expect(statementsOf(hosting, 'Preview').filter(({ Sid }) => Sid === 'NothingElse')).toEqual([]);
});

test('beside a delegated administrator, the preview in the management account is bounded too, and reads no organization', () => {
  const templates = pipelineTemplates(planFiles(delegatedSandbox(hostedSandboxFiles())), outdir);
  const statements = statementsOf(templateOf(templates, MANAGEMENT_ACCOUNT), 'Preview');
  const sids = statements.flatMap(({ Sid }) => Sid ?? []);
  expect(sids).toEqual(expect.arrayContaining(['NoOtherRole', 'NothingElse', 'NoOtherParameter']));
  expect(allowed(statements, 'sts:AssumeRole')).toEqual([]);
  expect(statements).toContainEqual({ Sid: 'NoOtherRole', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' });
  expect(statements.flatMap(({ Action }) => Action)).not.toContain('organizations:ListAccounts');
});

describe('with emergency access', () => {
  const files = emergencyFiles();
  const { azure, pipeline } = estateFile(parse(hostedSandboxFiles()[ESTATE_FILE] ?? ''));
  const estate = estateFile(JSON.parse(files[ESTATE_FILE] ?? ''));
  const plan = planFiles({ ...files, [ESTATE_FILE]: JSON.stringify({ ...estate, azure, pipeline }) });
  const { templates, issues } = synthesizeEstate(plan);
  const readers = ['210000000001', '210000000006', '210000000008', EMERGENCY_ACCOUNT].map(
    (account) => `arn:aws:iam::${account}:role/sandbox-emergency-reader`,
  );
  const inventory = 'arn:aws:iam::*:role/identity-role-reader';

  test('the preview reads it by a role in each of its accounts, and by no role that reads more', () => {
    expect(issues).toEqual([]);
    const found = templates.find(({ stack }) => stack === `sandbox-pipeline-${MANAGEMENT_ACCOUNT}`);
    const statements = statementsOf(found?.template as unknown as Template, 'Preview');
    expect(allowed(statements, 'sts:AssumeRole').flat()).toEqual([inventory, ...readers]);
    const others = { Sid: 'NoOtherRole', NotResource: [...readers, inventory] };
    expect(statements).toContainEqual(expect.objectContaining(others));
    const { NotAction = [] } = statements.find(({ Sid }) => Sid === 'NothingElse') ?? {};
    expect(NotAction).toEqual(expect.arrayContaining(['sts:AssumeRole', 'cloudtrail:GetEventSelectors']));
  });

  test('each of its accounts has the role, which that of the preview alone takes on, and which reads settings', () => {
    const roles = templates.flatMap(({ template }) =>
      [...resourcesOf(template as unknown as Template, ROLE).values()].filter(
        ({ Properties }) => Properties['RoleName'] === 'sandbox-emergency-reader',
      ),
    );
    expect(roles).toHaveLength(readers.length);
    const preview = `arn:aws:iam::${MANAGEMENT_ACCOUNT}:role/sandbox-pipeline-preview`;
    for (const role of roles) {
      expect(trustOf(role)).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Condition: { ArnEquals: { 'aws:PrincipalArn': preview } } },
      ]);
      const [{ PolicyDocument }] = role.Properties['Policies'] as [{ readonly PolicyDocument: unknown }];
      const actions = documentOf(PolicyDocument).flatMap(({ Action }) => Action);
      expect(actions.filter((action) => !/^(?:cloudtrail|events|iam|sns):(?:Describe|Get|List)/.test(action))).toEqual(
        [],
      );
    }
  });

  test('without a pipeline there is no such role', () => {
    const alone = JSON.stringify(synthesizeEstate(emergencyEstatePlan()).templates);
    expect(alone).not.toContain('emergency-reader');
  });
});

/** Permissions of the read handlers of what the stacks there are made of, by which CloudFormation looks for drift. */
test.each(['logs:GetDataProtectionPolicy', 'logs:DescribeLogGroups', 'logs:ListTagsForResource'])(
  'the bounds leave %s, which the drift of a log group takes',
  (action) => {
    const { NotAction = [] } = statementsOf(management, 'Preview').find(({ Sid }) => Sid === 'NothingElse') ?? {};
    const patterns = [NotAction].flat().map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
    expect(patterns.some((pattern) => pattern.test(action))).toBe(true);
  },
);

test("the deployment takes on the CDK's four roles of its own account", () => {
  const roles = ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
    (role) => `arn:aws:iam::${HOSTING_ACCOUNT}:role/cdk-hnb659fds-${role}-role-${HOSTING_ACCOUNT}-eu-west-1`,
  );
  expect(allowed(statementsOf(hosting, 'Deploy'), 'sts:AssumeRole')).toEqual(roles);
});

test('the organization is read where IAM Identity Center is administered, and nowhere else', () => {
  for (const role of ['Preview', 'Deploy'] as const) {
    const actions = (template: Template) =>
      statementsOf(template, role)
        .flatMap(({ Action }) => Action)
        .filter((action) => SNAPSHOT_ACTIONS.includes(action));
    expect(actions(management)).toEqual(SNAPSHOT_ACTIONS);
    expect(actions(hosting)).toEqual([]);
  }
});

test('what people have in IAM Identity Center is read by the preview there, and by no other role', () => {
  const wanted = [...ACCESS_ACTIONS, ...DOCTOR_ACCESS_ACTIONS].toSorted();
  const read = (template: Template, role: 'Preview' | 'Deploy') =>
    statementsOf(template, role)
      .flatMap(({ Action }) => Action)
      .filter((action) => wanted.includes(action));
  expect(read(management, 'Preview')).toEqual(wanted);
  expect([...read(hosting, 'Preview'), ...read(hosting, 'Deploy')]).toEqual([]);
  // It looks for what it is about to remove.
  expect(read(management, 'Deploy')).toEqual([
    'cloudformation:DescribeStackEvents',
    'cloudformation:ListStackResources',
    'sso:DescribePermissionSet',
    'sso:ListAccountAssignments',
  ]);
});

test('what a deployment needs is asked by the preview there, and by no role of the hosting', () => {
  const actions = (template: Template, role: 'Preview' | 'Deploy') =>
    statementsOf(template, role).flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
  expect(actions(management, 'Preview')).toEqual(expect.arrayContaining([...PREFLIGHT_ACTIONS]));
  expect(actions(hosting, 'Preview')).not.toContain('access-analyzer:ValidatePolicy');
});

test('the deployment removes assignments of the one instance where the stacks of access are, and gives them back', () => {
  const changes = (template: Template): readonly string[] =>
    statementsOf(template, 'Deploy')
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith('sso:') && !/^sso:(Describe|Get|List)/.test(action));
  const all = ['sso:CreateAccountAssignment', 'sso:DeleteAccountAssignment', 'sso:DeletePermissionSet'];
  expect(changes(management)).toEqual(all);
  expect(changes(hosting)).toEqual([]);
  const instance = 'ssoins-6804a1b2c3d4e5f6';
  for (const action of all) {
    expect(allowed(statementsOf(management, 'Deploy'), action)).toEqual([
      'arn:aws:sso:::account/*',
      `arn:aws:sso:::instance/${instance}`,
      `arn:aws:sso:::permissionSet/${instance}/*`,
    ]);
  }
});

test('the handoff is for the hosting account, and for what this estate hands over', () => {
  const deploy = statementsOf(hosting, 'Deploy');
  const written = [...allowed(deploy, 'ssm:PutParameter'), ...allowed(deploy, 'secretsmanager:PutSecretValue')];
  expect(written).toHaveLength(14);
  for (const resource of written) expect(resource).toMatch(/^arn:aws:(ssm|secretsmanager):eu-west-1:210000000011:/);
  for (const resource of written) expect(resource).toContain('sandbox/customers/');
  const elsewhere = statementsOf(management, 'Deploy').flatMap(({ Action }) => Action);
  expect(elsewhere.filter((action) => /^(ssm:GetParameters$|secretsmanager:|kms:)/.test(action))).toEqual([]);
});

test('the record of deployments is for the account of access: the deployment reads and writes it, the preview reads it', () => {
  const record = `arn:aws:ssm:eu-west-1:${MANAGEMENT_ACCOUNT}:parameter/entra-aws/sandbox/deployed`;
  // The calls of src/clouds/aws/parameter.ts that a job makes.
  expect(statementsOf(management, 'Deploy')).toContainEqual({
    Sid: 'DeployedCommit',
    Effect: 'Allow',
    Action: ['ssm:GetParameter', 'ssm:PutParameter'],
    Resource: record,
  });
  const denied = statementsOf(management, 'Preview').find(({ Sid }) => Sid === 'NoOtherParameter');
  expect(denied?.NotResource).toEqual(['arn:aws:ssm:*:*:parameter/cdk-bootstrap/*', record]);
  expect(JSON.stringify(statementsOf(hosting, 'Deploy'))).not.toContain('parameter/entra-aws/');
});

test('without access, the record of deployments is beside the watch over the workforce', () => {
  const templates = edited((estate) => {
    delete estate.access;
  });
  const written = [...templates.values()].map((template) =>
    allowed(statementsOf(template, 'Deploy'), 'ssm:PutParameter').filter((arn) => String(arn).includes('/entra-aws/')),
  );
  expect(written.flat()).toEqual([`arn:aws:ssm:eu-west-1:${MANAGEMENT_ACCOUNT}:parameter/entra-aws/sandbox/deployed`]);
});

test('the key of the handoff serves for its one secret, through Secrets Manager', () => {
  const statements = statementsOf(templateOf(edited(withOwnKeys), HOSTING_ACCOUNT), 'Deploy');
  expect(statements.find(({ Sid }) => Sid === 'HandOverKey')?.Condition).toEqual({
    StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
    ArnLike: {
      'kms:EncryptionContext:SecretARN': `arn:aws:secretsmanager:eu-west-1:${HOSTING_ACCOUNT}:secret:sandbox/customers/web-client-secret-??????`,
    },
  });
});

test.each([
  ['management', management],
  ['hosting', hosting],
])('the boundary in the %s account allows what the role that deploys needs, and no more', (_what, template) => {
  const [[id, boundary] = []] = boundariesOf(template, 'Deploy');
  expect(documentOf(boundary?.Properties['PolicyDocument'])).toEqual(statementsOf(template, 'Deploy'));
  expect(roleOf(template, 'deploy').Properties['PermissionsBoundary']).toEqual({ Ref: id });
});

test("what publishes images takes on the CDK's role for them, and may never do more", () => {
  const role = `arn:aws:iam::${HOSTING_ACCOUNT}:role/cdk-hnb659fds-image-publishing-role-${HOSTING_ACCOUNT}-eu-west-1`;
  const only = [{ Sid: 'CdkImages', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }];
  expect(statementsOf(hosting, 'Publish')).toEqual(only);
  const [[id, boundary] = []] = boundariesOf(hosting, 'Publish');
  expect(documentOf(boundary?.Properties['PolicyDocument'])).toEqual(only);
  const { Properties } = roleOf(hosting, 'publish');
  expect(Properties['PermissionsBoundary']).toEqual({ Ref: id });
  expect(Properties).not.toHaveProperty('ManagedPolicyArns');
});

test('images are published from the deployed branch alone, in no environment', () => {
  expect(conditionsOf(hosting, 'publish')).toEqual([
    {
      StringEquals: {
        [`${GITHUB}:aud`]: 'sts.amazonaws.com',
        [`${GITHUB}:sub`]: ['repo:insurance/identity:ref:refs/heads/main'],
        [`${GITHUB}:ref`]: 'refs/heads/main',
      },
    },
  ]);
});

test('where nothing is hosted, no role publishes', () => {
  expect(() => roleOf(management, 'publish')).toThrow('no role publish');
  const templates = edited((estate) => {
    delete estate.hosting;
  });
  for (const template of templates.values()) expect(() => roleOf(template, 'publish')).toThrow('no role publish');
});

/** Every `*` among the resources of what is allowed, and why it is there. */
const WILDCARDS: Readonly<Record<string, string>> = {
  'arn:aws:iam::*:role/identity-role-reader': 'the inventory of roles reads every account',
  '*': 'drift detections and the organization have no resource to name',
  'arn:aws:cloudformation:eu-west-1:210000000011:stack/sandbox-hosting/*': 'CloudFormation adds an id to a name',
  'arn:aws:cloudformation:eu-west-1:210000000001:stack/sandbox-access*/*': 'nested stacks have longer names',
  'arn:aws:sso:::account/*': 'an assignment may leave any account',
  'arn:aws:sso:::permissionSet/ssoins-6804a1b2c3d4e5f6/*': 'AWS makes the ids of permission sets',
};

test('every wildcard of a statement has its reason; no statement allows all actions of a service', () => {
  for (const template of [management, hosting]) {
    const statements = (['Preview', 'Publish', 'Deploy'] as const).flatMap((role) => statementsOf(template, role));
    const allows = statements.filter(({ Effect }) => Effect === 'Allow');
    const resources = allows.flatMap(({ Resource: all }) => all ?? []).filter((resource) => resource.includes('*'));
    expect(resources.filter((resource) => WILDCARDS[resource] === undefined)).toEqual([]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  }
});

test("an account that has GitHub's provider keeps it: the roles trust it by its ARN", () => {
  const templates = edited(({ pipeline }) => {
    if (pipeline !== undefined) pipeline.existingProviders = [MANAGEMENT_ACCOUNT];
  });
  const [existing, made] = [MANAGEMENT_ACCOUNT, HOSTING_ACCOUNT].map((account) => templateOf(templates, account));
  expect(existing && resourcesOf(existing, PROVIDER).size).toBe(0);
  expect(made && resourcesOf(made, PROVIDER).size).toBe(1);
  expect(JSON.stringify(existing)).toContain(`arn:aws:iam::${MANAGEMENT_ACCOUNT}:oidc-provider/${GITHUB}`);
});

test('one account for everything has one stack with all of it', () => {
  const templates = edited((estate) => {
    if (estate.hosting !== undefined) estate.hosting.account = MANAGEMENT_ACCOUNT;
  });
  expect([...templates.keys()]).toEqual([MANAGEMENT_ACCOUNT]);
  const actions = statementsOf(templateOf(templates, MANAGEMENT_ACCOUNT), 'Deploy').flatMap(({ Action }) => Action);
  expect(actions).toEqual(expect.arrayContaining(['ssm:PutParameter', 'organizations:ListAccounts']));
});

/** The section of another forge, and the repository in its form. */
function at(repository: string, section: EstateFile['pipeline']): Template {
  const templates = edited((estate) => {
    if (estate.azure !== undefined) estate.azure.repository = repository;
    estate.pipeline = section ?? {};
  });
  return templateOf(templates, HOSTING_ACCOUNT);
}

function conditionsOf(template: Template, name: 'preview' | 'publish' | 'deploy'): unknown {
  const document = roleOf(template, name).Properties['AssumeRolePolicyDocument'];
  return documentOf(document).map(({ Condition }) => Condition);
}

function providerOf(template: Template): unknown {
  return [...resourcesOf(template, PROVIDER).values()].map(({ Properties }) => Properties);
}

test('with reusable workflows, a job of another workflow or tag takes on neither role', () => {
  const template = at('insurance/identity', { workflows: 'insurance/entra-aws-identity@v1.2.3' });
  const workflow = 'insurance/entra-aws-identity/.github/workflows/identity-deploy-estate.yaml@refs/tags/v1.2.3';
  expect(conditionsOf(template, 'deploy')).toEqual([
    {
      StringEquals: {
        [`${GITHUB}:aud`]: 'sts.amazonaws.com',
        [`${GITHUB}:sub`]: [`repo:insurance/identity:environment:sandbox:job_workflow_ref:${workflow}`],
        [`${GITHUB}:ref`]: 'refs/heads/main',
        [`${GITHUB}:job_workflow_ref`]: workflow,
      },
    },
  ]);
  expect(JSON.stringify(conditionsOf(template, 'preview'))).not.toContain('refs/heads/main"');
});

test('at GitHub Enterprise Server, AWS compares audience and subject, which is all that it knows of it', () => {
  const template = at('insurance/identity', { server: 'https://github.example.com' });
  const issuer = 'github.example.com/_services/token';
  expect(providerOf(template)).toMatchObject([{ Url: `https://${issuer}`, ClientIdList: ['sts.amazonaws.com'] }]);
  expect(conditionsOf(template, 'deploy')).toEqual([
    {
      StringEquals: {
        [`${issuer}:aud`]: 'sts.amazonaws.com',
        [`${issuer}:sub`]: ['repo:insurance/identity:environment:sandbox'],
      },
    },
  ]);
});

test('at GitLab, the roles are for jobs by branch and environment, and say so', () => {
  const template = at('insurance/platform/identity', { forge: 'gitlab' });
  const project = 'project_path:insurance/platform/identity';
  expect(template.Description).toBe('Roles of GitLab CI/CD');
  expect(providerOf(template)).toMatchObject([{ Url: 'https://gitlab.com', ClientIdList: ['sts.amazonaws.com'] }]);
  expect(conditionsOf(template, 'deploy')).toEqual([
    {
      StringEquals: {
        'gitlab.com:aud': 'sts.amazonaws.com',
        'gitlab.com:sub': [`${project}:ref_protected:true:environment_protected:true:deployment_tier:production`],
        'gitlab.com:ref_protected': 'true',
      },
    },
  ]);
  expect(JSON.stringify(template)).not.toContain('GitHub');
});

test('at Azure DevOps, the roles are for service connections', () => {
  const ids = (n: number) => `11111111-0000-4000-8000-00000000000${n}`;
  const organizationId = '0c11a3f2-5b0e-4d26-9a77-3f2f5f1f7a01';
  const template = at('insurance/Platform/identity', {
    forge: 'azure-devops',
    organizationId,
    serviceConnections: {
      aws: {
        preview: { name: 'aws-preview', id: ids(1) },
        publish: { name: 'aws-publish', id: ids(7) },
        deploy: { name: 'aws-deploy', id: ids(2) },
      },
      workforce: { preview: { name: 'e-preview', id: ids(3) }, deploy: { name: 'e-deploy', id: ids(4) } },
      customers: { preview: { name: 'c-preview', id: ids(5) }, deploy: { name: 'c-deploy', id: ids(6) } },
    },
  });
  const issuer = `vstoken.dev.azure.com/${organizationId}`;
  expect(providerOf(template)).toMatchObject([
    { Url: `https://${issuer}`, ClientIdList: ['api://AzureADTokenExchange'] },
  ]);
  for (const role of ['preview', 'publish', 'deploy'] as const) {
    expect(conditionsOf(template, role)).toEqual([
      {
        StringEquals: {
          [`${issuer}:aud`]: 'api://AzureADTokenExchange',
          [`${issuer}:sub`]: [`sc://insurance/Platform/aws-${role}`],
        },
      },
    ]);
  }
});

test("an account that has another forge's provider is named by the issuer of that forge", () => {
  const template = at('insurance/identity', {
    forge: 'gitlab',
    server: 'https://example.com/gitlab',
    existingProviders: [HOSTING_ACCOUNT],
  });
  expect(providerOf(template)).toEqual([]);
  expect(JSON.stringify(template)).toContain(`arn:aws:iam::${HOSTING_ACCOUNT}:oidc-provider/example.com/gitlab`);
});

test('without the section, no account has a stack', () => {
  const templates = edited((estate) => {
    delete estate.pipeline;
  });
  expect(templates.size).toBe(0);
});

test('records of deployments are put by the role that deploys, which can neither read nor delete them', () => {
  const kept = edited(({ pipeline }) => {
    if (pipeline !== undefined) pipeline.evidence = { keepDays: 90 };
  });
  const template = templateOf(kept, MANAGEMENT_ACCOUNT);
  const onS3 = (statements: readonly Statement[]) =>
    statements.filter(
      ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some((one) => /^s3:|^\*$/.test(one)),
    );
  const only = {
    ...{ Sid: 'Evidence', Effect: 'Allow', Action: 's3:PutObject' },
    Condition: { StringEquals: { 'aws:ResourceAccount': MANAGEMENT_ACCOUNT } },
  };
  const [statement, ...others] = onS3(statementsOf(template, 'Deploy'));
  expect([statement, others]).toMatchObject([only, []]);
  expect(JSON.stringify(statement?.Resource)).toContain(`:s3:::sandbox-evidence-${MANAGEMENT_ACCOUNT}-eu-west-1/*`);
  expect(onS3(statementsOf(template, 'Preview'))).toEqual([]);
  expect(onS3(statementsOf(templateOf(kept, HOSTING_ACCOUNT), 'Deploy'))).toEqual([]);
  const { issues } = synthesizeEstate(
    pipelinePlan(({ pipeline }) => {
      if (pipeline !== undefined) pipeline.evidence = { keepDays: 90 };
    }),
  );
  expect(issues).toEqual([]);
});
