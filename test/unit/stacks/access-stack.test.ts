import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { EstateFiles } from '../../support/large-estate';
import { imageSourceOf } from '../../../stacks/image-source';
import { addStacks } from '../../../stacks/aws/estate-app';
import { cdkStacks } from '../../../src/estate/plan/stacks/stacks';
import { AccessStack } from '../../../stacks/aws/access-stack';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import type { EstateDraft } from '../../support/sandbox';
import { delegatedSandbox, edited, itemOf, planFiles, sandboxFiles } from '../../support/sandbox';
import type { Template as TemplateJson } from '../../support/templates';
import {
  ASSIGNMENT,
  PERMISSION_SET,
  resourcesOf,
  shardTemplates,
  temporaryFolder,
  withoutHashes,
} from '../../support/templates';
import { principalId } from '../../support/ids';

expect.addSnapshotSerializer(withoutHashes);

type SetEntry = EstateDraft['access']['permissionSets'][number];

const AUDITORS = 'c2a55444-7071-70a0-1c4f-5b9d3f0a3333';
const CLAIMS_DEV = '210000000011';

const delegated = delegatedSandbox();
const outdir = temporaryFolder();

/** Templates by stack and shard, as `cdk synth` writes them, and what validation found. */
function synthesized(files: EstateFiles) {
  const { templates, issues } = synthesizeEstate(planFiles(files));
  const named = templates.map(
    ({ stack, shard, template }) => [[stack, shard].join(' ').trim(), template as unknown as TemplateJson] as const,
  );
  return { templates: new Map(named), issues };
}

function templateOf(templates: ReadonlyMap<string, TemplateJson>, name: string): TemplateJson {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`no template ${name}`);
  return template;
}

/** The stacks of an app, before synthesis. */
function stacksOf(files: EstateFiles): readonly AccessStack[] {
  const plan = planFiles(files);
  const stacks = cdkStacks(plan).filter(({ section }) => section === 'access');
  const app = new App({ outdir, analyticsReporting: false });
  addStacks(app, stacks, { plan, sources: { imageOf: imageSourceOf } });
  return app.node.children.filter((child) => child instanceof AccessStack);
}

/** The sandbox with these sets alone, all granted to the auditors in claims-dev. */
function withSets(...sets: readonly SetEntry[]): EstateFiles {
  return edited(sandboxFiles(), ({ access }) => {
    access.attributes = [];
    access.permissionSets = [...sets];
    const permissionSets = sets.map(({ name }) => name);
    access.grants = [{ group: 'Security Auditors', permissionSets, accounts: { include: [{ id: CLAIMS_DEV }] } }];
  });
}

/** The properties that one set of the estate file gives its resource. */
function propertiesOf(set: Omit<SetEntry, 'name'>): unknown {
  const { templates } = synthesized(withSets({ name: 'Set', ...set }));
  const [resource] = resourcesOf(templateOf(templates, 'sandbox-access'), PERMISSION_SET).values();
  return resource?.Properties;
}

describe('the templates of the sandbox', () => {
  test('deployed from the management account', () => {
    const { templates, issues } = synthesized(sandboxFiles());
    expect(issues).toEqual([]);
    expect(Object.fromEntries(templates)).toMatchSnapshot();
  });

  test('deployed by the delegated administrator', () => {
    const { templates, issues } = synthesized(delegated);
    expect(issues).toEqual([]);
    expect(Object.fromEntries(templates)).toMatchSnapshot();
  });
});

describe('a stack', () => {
  test('is one, of the management account, where that deploys', () => {
    const stacks = stacksOf(sandboxFiles());
    expect(stacks.map(({ stackName, account, region }) => ({ stackName, account, region }))).toEqual([
      { stackName: 'sandbox-access', account: '210000000001', region: 'eu-west-1' },
    ]);
  });

  test('of the management account has what a delegated administrator may not touch', () => {
    const stacks = stacksOf(delegated);
    expect(stacks.map(({ stackName, account, region }) => ({ stackName, account, region }))).toEqual([
      { stackName: 'sandbox-access', account: '210000000003', region: 'eu-west-1' },
      { stackName: 'sandbox-access-management', account: '210000000001', region: 'eu-west-1' },
    ]);
  });

  test('is protected from termination and says what it is', () => {
    expect(
      stacksOf(delegated).map(({ terminationProtection, templateOptions: { description } }) => ({
        terminationProtection,
        description,
      })),
    ).toEqual([
      { terminationProtection: true, description: 'IAM Identity Center access (access)' },
      { terminationProtection: true, description: 'IAM Identity Center access (management)' },
    ]);
  });

  test('of the management account reaches no other account, and the other stack never that one', () => {
    const { templates } = synthesized(delegated);
    const targets = (name: string): unknown[] =>
      [...resourcesOf(templateOf(templates, name), ASSIGNMENT).values()].map(
        ({ Properties }) => Properties['TargetId'],
      );
    expect(new Set(targets('sandbox-access-management 1'))).toEqual(new Set(['210000000001']));
    expect(targets('sandbox-access 1')).not.toContain('210000000001');
  });

  test('of the management account leaves the attributes of the instance to the other stack', () => {
    const { templates } = synthesized(delegated);
    const attributes = 'AWS::SSO::InstanceAccessControlAttributeConfiguration';
    Template.fromJSON(templateOf(templates, 'sandbox-access')).resourceCountIs(attributes, 1);
    Template.fromJSON(templateOf(templates, 'sandbox-access-management')).resourceCountIs(attributes, 0);
  });
});

describe('a permission set', () => {
  test('has a session of an hour, and nothing else that the estate does not say', () => {
    expect(propertiesOf({})).toEqual({
      InstanceArn: 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6',
      Name: 'Set',
      SessionDuration: 'PT1H',
    });
  });

  test('has description, session duration and relay state as written', () => {
    const set = {
      description: 'Für "A & B" <claims>',
      sessionDuration: 'PT1H30M',
      relayState: 'https://eu-west-1.console.aws.amazon.com/vpc/home?a=b#c',
    };
    expect(propertiesOf(set)).toMatchObject({
      Description: set.description,
      SessionDuration: set.sessionDuration,
      RelayStateType: set.relayState,
    });
  });

  test('has managed policies as ARNs of the partition, whether named or given as ARNs, with paths', () => {
    const managedPolicies = ['job-function/Billing', 'arn:aws:iam::aws:policy/AmazonS3FullAccess', 'SecurityAudit'];
    expect(propertiesOf({ managedPolicies })).toMatchObject({
      ManagedPolicies: [
        'arn:aws:iam::aws:policy/AmazonS3FullAccess',
        'arn:aws:iam::aws:policy/SecurityAudit',
        'arn:aws:iam::aws:policy/job-function/Billing',
      ],
    });
  });

  test('has customer-managed policies with their paths, the root where there is none', () => {
    const customerManagedPolicies = [{ name: 'B' }, { name: 'A', path: '/team/' }];
    expect(propertiesOf({ customerManagedPolicies })).toMatchObject({
      CustomerManagedPolicyReferences: [
        { Name: 'A', Path: '/team/' },
        { Name: 'B', Path: '/' },
      ],
    });
  });

  test.each([
    [
      'an AWS managed policy',
      { managedPolicy: 'PowerUserAccess' },
      { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    ],
    [
      'a customer-managed policy',
      { customerManagedPolicy: { name: 'Limit', path: '/identity/' } },
      { CustomerManagedPolicyReference: { Name: 'Limit', Path: '/identity/' } },
    ],
    [
      'a customer-managed policy of the root',
      { customerManagedPolicy: { name: 'Limit' } },
      { CustomerManagedPolicyReference: { Name: 'Limit', Path: '/' } },
    ],
  ])('has %s as its boundary', (_kind, permissionsBoundary, expected) => {
    expect(propertiesOf({ permissionsBoundary })).toHaveProperty('PermissionsBoundary', expected);
  });

  test('has its inline policy as an object, from the estate file or from a file beside it', () => {
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }],
    };
    expect(propertiesOf({ inlinePolicy: document })).toHaveProperty('InlinePolicy', document);
    const file = 'policies/systems-operator.json';
    expect(propertiesOf({ inlinePolicyFile: file })).toHaveProperty(
      'InlinePolicy',
      JSON.parse(sandboxFiles()[file] ?? ''),
    );
  });

  test('has its tags, in the same order however the estate lists them', () => {
    const properties = propertiesOf({ tags: { team: 'claims', Cost: '', 'a:b': 'x=y' } });
    expect(properties).toHaveProperty('Tags', [
      { Key: 'a:b', Value: 'x=y' },
      { Key: 'Cost', Value: '' },
      { Key: 'team', Value: 'claims' },
    ]);
    expect(propertiesOf({ tags: { 'a:b': 'x=y', team: 'claims', Cost: '' } })).toEqual(properties);
  });
});

test('the attributes of the instance are sorted by key', () => {
  const { templates } = synthesized(
    edited(sandboxFiles(), ({ access }) => {
      access.attributes = [
        { key: 'b', source: '${path:enterprise.department}' },
        { key: 'B', source: '${path:userName}' },
        { key: 'a', source: '${path:enterprise.costCenter}' },
      ];
    }),
  );
  Template.fromJSON(templateOf(templates, 'sandbox-access')).hasResourceProperties(
    'AWS::SSO::InstanceAccessControlAttributeConfiguration',
    {
      InstanceArn: 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6',
      AccessControlAttributes: [
        { Key: 'B', Value: { Source: ['${path:userName}'] } },
        { Key: 'a', Value: { Source: ['${path:enterprise.costCenter}'] } },
        { Key: 'b', Value: { Source: ['${path:enterprise.department}'] } },
      ],
    },
  );
});

test('an assignment has the ARN of its set from the parent stack, which refers to no name', () => {
  const { templates } = synthesized(withSets({ name: 'Set', managedPolicies: ['ReadOnlyAccess'] }));
  const parent = Template.fromJSON(templateOf(templates, 'sandbox-access'));
  const nested = Template.fromJSON(templateOf(templates, 'sandbox-access 1'));
  const [parameter = ''] = Object.keys(nested.findParameters('*'));
  const [set = ''] = Object.keys(parent.findResources(PERMISSION_SET));
  parent.hasResourceProperties('AWS::CloudFormation::Stack', {
    Parameters: { [parameter]: { 'Fn::GetAtt': [set, 'PermissionSetArn'] } },
  });
  nested.hasResourceProperties(ASSIGNMENT, {
    InstanceArn: 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6',
    PermissionSetArn: { Ref: parameter },
    PrincipalId: AUDITORS,
    PrincipalType: 'GROUP',
    TargetId: CLAIMS_DEV,
    TargetType: 'AWS_ACCOUNT',
  });
});

test('a group that is not synchronized yet has no assignment, and its set is there for the day when it is', () => {
  const { templates } = synthesized(sandboxFiles());
  const parent = templateOf(templates, 'sandbox-access');
  const sets = [...resourcesOf(parent, PERMISSION_SET)];
  const dataReader = sets.find(([, { Properties }]) => Properties['Name'] === 'DataReader')?.[0];
  expect(dataReader).toMatch(/^PermissionSetsDataReader/);
  const [shard] = resourcesOf(parent, 'AWS::CloudFormation::Stack').values();
  expect(JSON.stringify(shard)).not.toContain(dataReader);
  expect(JSON.stringify(templateOf(templates, 'sandbox-access 1'))).not.toContain('DataReader');
});

test('tags whose keys every object has are deployed', () => {
  const tags = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((key) => [key, `of ${key}`]));
  const { templates, issues } = synthesized(withSets({ name: 'Audit', managedPolicies: ['ReadOnlyAccess'], tags }));
  expect(issues).toEqual([]);
  const [set] = resourcesOf(templateOf(templates, 'sandbox-access'), PERMISSION_SET).values();
  expect(set?.Properties['Tags']).toEqual(
    expect.arrayContaining(Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))),
  );
});

test.each([
  [['a.b', 'ab', 'a-b', 'AB', 'a+b', 'a_b']],
  // What every JavaScript object has, and what the construct tree gives a meaning of its own.
  [['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']],
  [['Default', 'Resource', 'default', 'resource', 'Tree']],
])('the sets %j live beside each other', (names) => {
  const { templates, issues } = synthesized(
    withSets(...names.map((name) => ({ name, description: name, managedPolicies: ['ReadOnlyAccess'] }))),
  );
  expect(issues).toEqual([]);
  const parent = templateOf(templates, 'sandbox-access');
  const nested = templateOf(templates, 'sandbox-access 1');
  const sets = [...resourcesOf(parent, PERMISSION_SET).values()].map(({ Properties }) => Properties['Name']);
  expect(new Set(sets)).toEqual(new Set(names));
  expect(sets).toHaveLength(names.length);
  // A logical id says which set it is.
  for (const [id, { Properties }] of resourcesOf(parent, PERMISSION_SET)) {
    expect(id.slice(0, -8)).toBe(`PermissionSets${String(Properties['Name']).replaceAll(/[^A-Za-z0-9]/g, '')}`);
  }
  expect(Object.keys(nested.Parameters ?? {})).toHaveLength(names.length);
  const arns = [...resourcesOf(nested, ASSIGNMENT).values()].map(({ Properties }) => JSON.stringify(Properties));
  expect(new Set(arns).size).toBe(names.length);
});

test('every form of an Identity Store group id passes validation', () => {
  const { templates, issues } = synthesized(
    edited(sandboxFiles(), ({ access, organization }) => {
      const ids = ['32f5a4c4b0d1e2f3a4b5c6d7e8f90a1b', '9067f0a1b2-1e2d3c4b-5a69-4788-9f0e-d1c2b3a49586', AUDITORS];
      organization.groups = ids.map((id, index) => ({ id: principalId(id), displayName: `Group ${index}` }));
      const set = itemOf(access.permissionSets, ({ name }) => name === 'SecurityAudit');
      access.permissionSets = [set];
      access.grants = organization.groups.map(({ displayName }) => ({
        group: displayName,
        permissionSets: [set.name],
        accounts: { include: [{ id: CLAIMS_DEV }] },
      }));
    }),
  );
  expect(issues).toEqual([]);
  expect(resourcesOf(templateOf(templates, 'sandbox-access 1'), ASSIGNMENT).size).toBe(3);
});

test('an estate without grants has permission sets and no nested stack', () => {
  const files = edited(sandboxFiles(), ({ access }) => {
    access.grants = [];
  });
  expect(shardTemplates(planFiles(files)).size).toBe(0);
  const { templates } = synthesized(files);
  expect([...templates.keys()]).toEqual(['sandbox-policies', 'sandbox-access']);
});

test('a stack that lost its last grant is still deployed, so that the access goes', () => {
  const files = edited(sandboxFiles(), (draft) => {
    draft.access.grants = [];
    draft.access.permissionSets = [];
    draft.access.attributes = [];
  });
  const { templates, issues } = synthesized(files);
  expect(issues).toEqual([]);
  expect(Object.values(templateOf(templates, 'sandbox-access').Resources).map(({ Type }) => Type)).toEqual([
    'AWS::CloudFormation::WaitConditionHandle',
  ]);
});
