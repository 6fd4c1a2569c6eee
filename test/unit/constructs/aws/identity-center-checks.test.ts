import type { App } from 'aws-cdk-lib';
import { Stack, Validations } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { IdentityCenterChecks } from '../../../../constructs/aws/checks/identity-center-checks';
import { synthesizeEstate } from '../../../../src/preview/engine/synthesize';
import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { pathAndName } from '../../../../src/estate/sections/access/sets/policy-changes';
import { POLICY_RULE_IDS, POLICY_RULES } from '../../../../src/estate/sections/access/policy-rules';
import type { OrganizationSpec } from '../../../support/estate-files';
import { MANAGEMENT, planOf } from '../../../support/estate-files';
import type { EstateDraft } from '../../../support/sandbox';
import { accessApp } from '../../../support/templates';

type SetEntry = Omit<EstateDraft['access']['permissionSets'][number], 'name'>;
type GrantEntry = EstateDraft['access']['grants'][number];

const REASON = 'Agreed with the security team.';
const ORGANIZATION: OrganizationSpec = {
  accounts: [MANAGEMENT, { id: '100000000001', name: 'app' }, { id: '100000000002', name: 'data' }],
  groups: ['Developers', 'Auditors'],
};

/** A set that breaks no rule, but for what the test gives it. */
const faultless: SetEntry = { description: 'Reads.', managedPolicies: ['ReadOnlyAccess'] };
const grantOf = (name: string, grant: Partial<GrantEntry> = {}): GrantEntry => ({
  group: 'Developers',
  permissionSets: [name],
  accounts: { include: [{ name: 'app' }] },
  ...grant,
});

const everywhere = { include: [{ all: true as const }, { name: 'management' }] };
const documentOf = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });
const POLICIES = [
  { name: 'Limit', accounts: everywhere, document: documentOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) },
  { name: 'Everything', accounts: everywhere, document: documentOf({ Effect: 'Allow', Action: '*', Resource: '*' }) },
  { name: 'KeptElsewhere', managedElsewhere: 'The landing zone keeps it.' },
  ...['AdministratorAccess', 'Own'].map((name) => ({ name, managedElsewhere: 'The landing zone keeps it.' })),
];

function estateOf(set: SetEntry, grants: readonly GrantEntry[] = [grantOf('Set')]): EstatePlan {
  const access = { permissionSets: [{ name: 'Set', ...set }], grants, policies: POLICIES };
  const plan = planOf(JSON.stringify({ access }), ORGANIZATION);
  expect(plan.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return plan;
}

function checksOf({ access }: EstatePlan): IdentityCenterChecks {
  if (access === undefined) throw new Error('no access section');
  return new IdentityCenterChecks({
    managementAccountId: access.organization.managementAccountId,
    grantedPermissionSets: new Set(access.expansion.assignments.map(({ permissionSet }) => permissionSet)),
    policies: new Map(access.rollouts.map(({ policy }) => [pathAndName(policy), policy.document.document])),
  });
}

/** Every violation as `<rule> <severity> <number of resources>`. The model must have found the same rules. */
function violationsOf(plan: EstatePlan): readonly string[] {
  const { violations } = checksOf(plan).validateScope(accessApp(plan));
  const byModel = new Set(plan.ruleViolations.map(({ code, severity }) => `${code} ${severity}`));
  expect(byModel).toEqual(new Set(violations.map(({ ruleName, severity }) => `${ruleName} ${severity}`)));
  return violations.map(({ ruleName, severity, violatingResources }) =>
    [ruleName.replace('IdentityCenter-', ''), severity, violatingResources.length].join(' '),
  );
}

const policy = (...statements: readonly object[]): SetEntry => ({
  description: 'Has an inline policy.',
  inlinePolicy: { Version: '2012-10-17', Statement: statements.map((statement) => ({ ...statement })) },
});
const allow = (Action: unknown, more: object = {}): object => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const boundary: SetEntry = { permissionsBoundary: { managedPolicy: 'PowerUserAccess' } };
const administrator: SetEntry = { ...boundary, description: 'Everything.', managedPolicies: ['AdministratorAccess'] };

const AWS_POLICY = 'arn:aws:iam::aws:policy/';
const boundedBy = (permissionsBoundary: NonNullable<SetEntry['permissionsBoundary']>): SetEntry => ({
  permissionsBoundary,
});

test('a set without fault breaks no rule', () => {
  expect(violationsOf(estateOf(faultless))).toEqual([]);
});

describe('IC1: AdministratorAccess for longer than an hour', () => {
  test.each(['PT1H1S', 'PT61M', 'PT2H', 'PT12H'])('a session of %s breaks it', (sessionDuration) => {
    expect(violationsOf(estateOf({ ...administrator, sessionDuration }))).toEqual(['IC1 error 1']);
  });

  test.each([undefined, 'PT1H', 'PT60M', 'PT3600S'])('a session of %s does not', (sessionDuration) => {
    expect(violationsOf(estateOf({ ...administrator, ...(sessionDuration && { sessionDuration }) }))).toEqual([]);
  });

  test("a session of a template whose duration can't be read counts as long", () => {
    const plan = estateOf(administrator);
    const app = accessApp(plan);
    const sets = app.node.findAll().filter((node) => node instanceof CfnPermissionSet);
    for (const set of sets) set.sessionDuration = 'P1D';
    const { violations } = checksOf(plan).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['IdentityCenter-IC1']);
  });

  test('the policy counts by its ARN too', () => {
    const managedPolicies = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    expect(violationsOf(estateOf({ ...administrator, managedPolicies, sessionDuration: 'PT2H' }))).toEqual([
      'IC1 error 1',
    ]);
  });

  test.each<[string, SetEntry]>([
    ['another managed policy', { ...faultless, managedPolicies: ['AmazonAthenaFullAccess'] }],
    ['one whose name begins so', { ...faultless, managedPolicies: ['AdministratorAccess-AWSElasticBeanstalk'] }],
    ['a boundary of that name', { ...faultless, permissionsBoundary: { managedPolicy: 'AdministratorAccess' } }],
    ['a policy of your own', { description: 'Own.', customerManagedPolicies: [{ name: 'AdministratorAccess' }] }],
  ])('%s does not, however long the session', (_what, set) => {
    expect(violationsOf(estateOf({ ...set, sessionDuration: 'PT12H' }))).toEqual([]);
  });
});

describe('IC2: an inline policy that allows everything', () => {
  test.each<[string, object]>([
    ['every action', allow('*')],
    ['every action of every service', allow('*:*')],
    ['two stars', allow('**')],
    ['a question mark and a star', allow('?*')],
    ['two wildcards in a pair', allow('?*:*')],
    ['every ARN', allow('*', { Resource: 'arn:*' })],
    ['every ARN of the partition', allow('*', { Resource: 'arn:aws:*:*:*:*' })],
    ['all actions but some', { Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }],
    ['every action among others', allow(['s3:GetObject', '*'], { Resource: ['arn:aws:s3:::a', '*'] })],
    ['every action under a condition', allow('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ['every action, of all resources but one', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::a' }],
  ])('%s breaks it', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toContain('IC2 error 1');
  });

  test.each<[string, object]>([
    ['every action of one service', allow('s3:*')],
    ['every action on one resource', allow('*', { Resource: 'arn:aws:s3:::a' })],
    ['all actions but some on one resource', { Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:aws:s3:::a' }],
    ['no action at all', { Effect: 'Allow', NotAction: '*', Resource: '*' }],
    ['a denial of everything', { Effect: 'Deny', Action: '*', Resource: '*' }],
  ])('%s does not', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toEqual([]);
  });
});

describe('IC3: iam:PassRole on every resource', () => {
  test.each<[string, object]>([
    ['the action', allow('iam:PassRole')],
    ['the action in other letters', allow('IAM:passrole')],
    ['a wildcard over it', allow('iam:Pass*')],
    ['every role', allow('iam:PassRole', { Resource: 'arn:aws:iam::*:role/*' })],
    ['every role of an account', allow('iam:PassRole', { Resource: 'arn:aws:iam::100000000001:role/*' })],
    ['every role of a variable', allow('iam:PassRole', { Resource: 'arn:aws:iam::${aws:PrincipalAccount}:role/*' })],
    ['every IAM resource', allow('iam:PassRole', { Resource: 'arn:aws:iam::*' })],
    ['a Region', allow('iam:PassRole', { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })],
    ['an empty condition', allow('iam:PassRole', { Condition: {} })],
    ['a condition that compares nothing', allow('iam:PassRole', { Condition: { StringEquals: {} } })],
    ['all resources but one', { Effect: 'Allow', Action: 'iam:PassRole', NotResource: 'arn:aws:iam::*:role/admin' }],
  ])('%s breaks it', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toEqual(['IC3 error 1']);
  });

  test.each<[string, object]>([
    ['roles of a path', allow('iam:PassRole', { Resource: 'arn:aws:iam::*:role/service/*' })],
    [
      'a condition',
      allow('iam:PassRole', { Condition: { StringEquals: { 'iam:PassedToService': 'a.amazonaws.com' } } }),
    ],
    ['tags of the role', allow('iam:PassRole', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } })],
    ['a denial', { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' }],
    ['one role', allow('iam:PassRole', { Resource: 'arn:aws:iam::100000000001:role/service' })],
    ['reading actions', allow(['iam:Get*', 'iam:List*'])],
  ])('%s does not', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toEqual([]);
  });
});

test('IC2 and IC3: all actions but others allow nearly everything, and passing every role', () => {
  const set = { ...boundary, ...policy({ Effect: 'Allow', NotAction: ['s3:*'], Resource: '*' }) };
  expect(violationsOf(estateOf(set))).toEqual(['IC2 error 1', 'IC3 error 1']);
});

describe('IC4: no description', () => {
  test.each([undefined, '  '])('%j breaks it, as a warning', (description) => {
    const set = { managedPolicies: ['ReadOnlyAccess'], ...(description !== undefined && { description }) };
    expect(violationsOf(estateOf(set))).toEqual(['IC4 warning 1']);
  });
});

describe('IC5: access to the management account', () => {
  test('every assignment there breaks it', () => {
    const grants = [
      grantOf('Set', { accounts: { include: [{ name: 'management' }, { name: 'app' }] } }),
      grantOf('Set', { group: 'Auditors', accounts: { include: [{ id: MANAGEMENT.id }] } }),
    ];
    expect(violationsOf(estateOf(faultless, grants))).toEqual(['IC5 error 2']);
  });

  test('access to all other accounts does not', () => {
    expect(violationsOf(estateOf(faultless, [grantOf('Set', { accounts: { include: [{ all: true }] } })]))).toEqual([]);
  });
});

describe('IC6: a set that is granted nowhere', () => {
  test('without a grant it is broken, as a warning', () => {
    expect(violationsOf(estateOf(faultless, []))).toEqual(['IC6 warning 1']);
  });

  test('a grant to a group that is not synchronized yet counts', () => {
    const workforce = { groups: [{ name: 'Analysts' }] };
    const access = { permissionSets: [{ name: 'Set', ...faultless }], grants: [grantOf('Set', { group: 'Analysts' })] };
    expect(violationsOf(planOf(JSON.stringify({ workforce, access }), ORGANIZATION))).toEqual([]);
  });
});

describe('IC7: can create roles or users, and no boundary holds that back', () => {
  test.each<[string, SetEntry]>([
    ['AdministratorAccess', { description: 'Admin.', managedPolicies: ['AdministratorAccess'] }],
    ['IAMFullAccess', { description: 'Admin.', managedPolicies: ['IAMFullAccess'] }],
    ...[
      'iam:CreateRole',
      'iam:createuser',
      'iam:AttachRolePolicy',
      'iam:Put*',
      'iam:*',
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:AttachUserPolicy',
      'iam:AttachGroupPolicy',
      'iam:PutUserPolicy',
      'iam:PutGroupPolicy',
      'iam:UpdateAssumeRolePolicy',
      'iam:CreateAccessKey',
      'iam:CreateLoginProfile',
      'iam:UpdateLoginProfile',
      'iam:AddUserToGroup',
    ].map((action): [string, SetEntry] => [action, policy(allow(action, { Resource: 'arn:aws:iam::*:role/team/*' }))]),
    ['all actions but others', policy({ Effect: 'Allow', NotAction: 's3:*', Resource: 'arn:aws:iam::*:role/team/*' })],
    ...[
      { managedPolicy: 'AdministratorAccess' },
      { managedPolicy: 'AdministratorAccess-Amplify' },
      { managedPolicy: `${AWS_POLICY}NewerThanTheList` },
      { customerManagedPolicy: { name: 'Everything' } },
      { customerManagedPolicy: { name: 'KeptElsewhere' } },
    ].map((bounds): [string, SetEntry] => [
      `a boundary ${JSON.stringify(bounds)}`,
      { ...administrator, ...boundedBy(bounds) },
    ]),
  ])('%s breaks it', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual(['IC7 error 1']);
  });

  test.each<[string, SetEntry]>([
    ['a boundary that does not allow it', { ...administrator }],
    ['one of AWS by its ARN', { ...administrator, ...boundedBy({ managedPolicy: `${AWS_POLICY}PowerUserAccess` }) }],
    ['one of the estate', { ...administrator, ...boundedBy({ customerManagedPolicy: { name: 'Limit' } }) }],
    ['reading IAM', policy(allow(['iam:Get*', 'iam:List*']))],
    ['a denial', policy(allow('s3:*'), { Effect: 'Deny', Action: 'iam:CreateRole', Resource: '*' })],
  ])('%s does not', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual([]);
  });
});

describe('IC8: no policy at all', () => {
  test('a set with a boundary alone breaks it, as a warning', () => {
    expect(violationsOf(estateOf({ description: 'Nothing.', ...boundary }))).toEqual(['IC8 warning 1']);
  });

  test.each<[string, SetEntry]>([
    ['a managed policy', faultless],
    ['a customer-managed policy', { description: 'Own.', customerManagedPolicies: [{ name: 'Own' }] }],
    ['an inline policy', policy(allow('s3:*'))],
  ])('%s is one', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual([]);
  });
});

describe('IC9: changes of the organization and of IAM Identity Center', () => {
  test.each<[string, SetEntry]>([
    ...[
      'sso:*',
      'identitystore:*',
      'organizations:*',
      'sso:CreateAccountAssignment',
      'sso:PutPermissionsBoundaryToPermissionSet',
      'sso:Put*',
      'identitystore:CreateGroupMembership',
      'organizations:DetachPolicy',
    ].map((action): [string, SetEntry] => [action, policy(allow(action))]),
    ['on instances', policy(allow('sso:CreateAccountAssignment', { Resource: 'arn:aws:sso:::instance/*' }))],
    ['a managed policy', { ...faultless, managedPolicies: ['AWSSSOMasterAccountAdministrator'] }],
  ])('%s breaks it', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual(['IC9 error 1']);
  });

  test.each<[string, SetEntry]>([
    ['reading', policy(allow(['sso:List*', 'sso:Describe*', 'identitystore:List*', 'organizations:Describe*']))],
    ['all actions but others, on buckets', policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'arn:aws:s3:::a' })],
    ['a denial', policy({ Effect: 'Deny', Action: 'sso:*', Resource: '*' })],
  ])('%s does not', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual([]);
  });
});

describe('IC10: changes of boundaries, policies and providers of whatever name', () => {
  test.each<[string, object]>([
    ['taking off', allow('iam:DeleteRolePermissionsBoundary')],
    ['another boundary', allow('iam:PutRolePermissionsBoundary', { Resource: 'arn:aws:iam::*:role/*' })],
    ['another version', allow('iam:CreatePolicyVersion', { Resource: 'arn:aws:iam::100000000001:policy/*' })],
    ['an older version', allow('iam:SetDefaultPolicyVersion')],
    ['other metadata', allow('iam:UpdateSAMLProvider')],
  ])('%s breaks it', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toEqual(['IC10 error 1']);
  });

  test.each<[string, object]>([
    ['roles of a path', allow('iam:DeleteRolePermissionsBoundary', { Resource: 'arn:aws:iam::*:role/claims/*' })],
    ['policies of a path', allow('iam:CreatePolicyVersion', { Resource: 'arn:aws:iam::*:policy/claims/*' })],
    ['one provider', allow('iam:UpdateSAMLProvider', { Resource: 'arn:aws:iam::*:saml-provider/claims' })],
    ['a denial', { Effect: 'Deny', Action: 'iam:*PermissionsBoundary', Resource: '*' }],
  ])('%s does not', (_what, statement) => {
    expect(violationsOf(estateOf({ ...boundary, ...policy(statement) }))).toEqual([]);
  });
});

describe('IC11: a pattern of roles for any service, and running code', () => {
  const roles = { Resource: 'arn:aws:iam::*:role/claims/*' };
  test.each(['lambda:Create*', 'ec2:RunInstances', 'glue:Create*', 'cloudformation:CreateStack', 'ecs:RunTask'])(
    'with %s it is broken, as a warning',
    (action) => {
      expect(violationsOf(estateOf(policy(allow('iam:PassRole', roles), allow(action))))).toEqual(['IC11 warning 1']);
    },
  );

  test.each<[string, SetEntry]>([
    ['no code', policy(allow('iam:PassRole', roles), allow('s3:*'))],
    [
      'a named service',
      policy(
        allow('iam:PassRole', {
          ...roles,
          Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
        }),
        allow('lambda:Create*'),
      ),
    ],
    ['one role', policy(allow('iam:PassRole', { Resource: 'arn:aws:iam::*:role/claims' }), allow('lambda:Create*'))],
    [
      'no function, but roles,',
      policy({ Effect: 'Allow', Action: ['iam:PassRole', 'lambda:CreateFunction'], ...roles }),
    ],
  ])('with %s it is not', (_what, set) => {
    expect(violationsOf(estateOf(set))).toEqual([]);
  });
});

describe('IC12 and IC13: every role, machine or secret', () => {
  test.each<[string, SetEntry, string]>([
    ['every role', policy(allow('sts:AssumeRole')), 'IC12 error 1'],
    [
      'every role of an account',
      policy(allow('sts:*', { Resource: 'arn:aws:iam::100000000001:role/*' })),
      'IC12 error 1',
    ],
    ['commands on every machine', policy(allow('ssm:SendCommand')), 'IC13 warning 1'],
    [
      'a shell on every machine',
      policy(allow('ssm:StartSession', { Resource: 'arn:aws:ec2:*:*:instance/*' })),
      'IC13 warning 1',
    ],
    ['code of every function', policy(allow('lambda:UpdateFunctionCode')), 'IC13 warning 1'],
    [
      'every build of an account',
      policy(allow('codebuild:StartBuild', { Resource: 'arn:aws:codebuild:*:100000000001:project/*' })),
      'IC13 warning 1',
    ],
    ['every stack', policy(allow('cloudformation:*')), 'IC13 warning 1'],
    ['every secret', policy(allow('secretsmanager:*')), 'IC13 warning 1'],
    [
      'every secret of a Region',
      policy(allow('secretsmanager:GetSecretValue', { Resource: 'arn:aws:secretsmanager:eu-west-1:*:secret:*' })),
      'IC13 warning 1',
    ],
    ['PowerUserAccess', { ...faultless, managedPolicies: ['PowerUserAccess'] }, 'IC13 warning 1'],
  ])('%s breaks one', (_what, set, broken) => {
    expect(violationsOf(estateOf(set))).toEqual([broken]);
  });

  const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/team': 'claims' } } };
  test.each<[string, object]>([
    ['roles of a path', allow('sts:AssumeRole', { Resource: 'arn:aws:iam::*:role/claims/*' })],
    ['machines with a tag', allow(['ssm:StartSession', 'ssm:SendCommand'], tagged)],
    [
      'secrets of a name',
      allow('secretsmanager:GetSecretValue', { Resource: 'arn:aws:secretsmanager:*:*:secret:claims/*' }),
    ],
    ['functions of a name', allow('lambda:*', { Resource: 'arn:aws:lambda:*:*:function:claims-*' })],
    ['functions with a tag', allow('lambda:UpdateFunctionCode', tagged)],
    ['documents', allow('ssm:SendCommand', { Resource: 'arn:aws:ssm:*:*:document/*' })],
  ])('%s do not', (_what, statement) => {
    expect(violationsOf(estateOf(policy(statement)))).toEqual([]);
  });
});

/** For each rule, an estate that breaks it alone. */
const BROKEN: Readonly<Record<keyof typeof POLICY_RULES, SetEntry>> = {
  adminSession: { ...administrator, sessionDuration: 'PT8H' },
  // Allowing everything allows passing every role as well.
  everything: { ...boundary, ...policy(allow('*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } } })) },
  passRole: { ...boundary, ...policy(allow('iam:PassRole')) },
  noDescription: { managedPolicies: ['ReadOnlyAccess'] },
  managementAccount: faultless,
  grantedNowhere: faultless,
  noBoundary: { description: 'Admin.', managedPolicies: ['AdministratorAccess'] },
  noPolicy: { description: 'Nothing.' },
  organization: policy(allow('sso:*')),
  boundaries: { ...boundary, ...policy(allow('iam:DeleteRolePermissionsBoundary')) },
  passRoleToCode: policy(
    allow('iam:PassRole', { Resource: 'arn:aws:iam::*:role/claims/*' }),
    allow('lambda:CreateFunction'),
  ),
  assumeRole: policy(allow('sts:AssumeRole')),
  reach: policy(allow('secretsmanager:GetSecretValue')),
};
type RuleName = keyof typeof BROKEN;
const RULE_NAMES = Object.keys(BROKEN) as readonly RuleName[];
const RULES_OF_SETS = RULE_NAMES.filter((name) => name !== 'managementAccount');

function grantsOf(name: RuleName, grant: Partial<GrantEntry> = {}): readonly GrantEntry[] {
  if (name === 'grantedNowhere') return [];
  const account = name === 'managementAccount' ? 'management' : 'app';
  return [grantOf('Set', { accounts: { include: [{ name: account }] }, ...grant })];
}

test.each(RULE_NAMES)('the rule %s is reported by its id, its severity and what to do', (name) => {
  const rule = POLICY_RULES[name];
  const plan = estateOf(BROKEN[name], grantsOf(name));
  const { violations } = checksOf(plan).validateScope(accessApp(plan));
  expect(violations.map(({ ruleName, severity, description }) => ({ ruleName, severity, description }))).toEqual([
    { ruleName: rule.id, severity: rule.severity, description: `${rule.info} ${rule.explanation}` },
  ]);
});

test.each(RULES_OF_SETS)('the rule %s is silent on a set that acknowledges it', (name) => {
  const acknowledge = [{ rule: POLICY_RULES[name].id, reason: REASON }];
  expect(violationsOf(estateOf({ ...BROKEN[name], acknowledge }, grantsOf(name)))).toEqual([]);
});

test.each(RULES_OF_SETS)('the rule %s is not silent on a set that acknowledges all others', (name) => {
  const others = POLICY_RULE_IDS.filter((rule) => rule !== POLICY_RULES[name].id);
  const acknowledge = others.map((rule) => ({ rule, reason: REASON }));
  expect(violationsOf(estateOf({ ...BROKEN[name], acknowledge }, grantsOf(name)))).toHaveLength(1);
});

test('an acknowledgement on a set stands for that set alone', () => {
  const acknowledge = [{ rule: POLICY_RULES.noPolicy.id, reason: REASON }];
  const permissionSets = ['A', 'B'].map((name) => ({ name, description: name, ...(name === 'A' && { acknowledge }) }));
  const grants = [grantOf('A', { permissionSets: ['A', 'B'] })];
  const plan = planOf(JSON.stringify({ access: { permissionSets, grants } }), ORGANIZATION);
  const { violations } = checksOf(plan).validateScope(accessApp(plan));
  const constructs = violations.flatMap(({ violatingResources }) => violatingResources);
  expect(constructs.map(({ constructPath }) => constructPath)).toEqual(['demo-access/PermissionSets/B/Resource']);
});

test('a grant acknowledges access to the management account, for its own assignments alone', () => {
  const acknowledge = [{ rule: POLICY_RULES.managementAccount.id, reason: REASON }];
  const [mine] = grantsOf('managementAccount', { acknowledge });
  const [other] = grantsOf('managementAccount', { group: 'Auditors' });
  if (mine === undefined || other === undefined) throw new Error('no grant');
  expect(violationsOf(estateOf(faultless, [mine]))).toEqual([]);
  expect(violationsOf(estateOf(faultless, [mine, other]))).toEqual(['IC5 error 1']);
});

test('two grants may give the same assignment and each acknowledge it with its own reason', () => {
  const acknowledge = (reason: string) => [{ rule: POLICY_RULES.managementAccount.id, reason }];
  const grants = [
    ...grantsOf('managementAccount', { acknowledge: acknowledge('The auditors need it.') }),
    ...grantsOf('managementAccount', {
      accounts: { include: [{ id: MANAGEMENT.id }, { name: 'data' }] },
      acknowledge: acknowledge('The bookkeepers need it.'),
    }),
  ];
  expect(violationsOf(estateOf(faultless, grants))).toEqual([]);
});

test('an acknowledgement on a set does not stand for its assignments', () => {
  const acknowledge = [{ rule: POLICY_RULES.managementAccount.id, reason: REASON }];
  expect(violationsOf(estateOf({ ...faultless, acknowledge }, grantsOf('managementAccount')))).toEqual(['IC5 error 1']);
});

test('an assignment that a team has added by itself is judged too', () => {
  const plan = estateOf(faultless);
  const app = accessApp(plan);
  const add = (id: string, targetId: string) =>
    new CfnAssignment(Stack.of(app.node.findChild('demo-access')), id, {
      instanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef',
      principalId: 'aaaaaaaa-0000-4000-8000-000000000000',
      principalType: 'GROUP',
      targetId,
      targetType: 'AWS_ACCOUNT',
    });
  add('Own', MANAGEMENT.id);
  add('Other', '100000000001');
  const { violations } = checksOf(plan).validateScope(app);
  expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([
    [POLICY_RULES.managementAccount.id, [{ constructPath: 'demo-access/Own', locations: ['Properties'] }]],
  ]);
});

test('an assignment of the estate is told of by its path', () => {
  const plan = estateOf(faultless, grantsOf('managementAccount'));
  const { success, violations } = checksOf(plan).validateScope(accessApp(plan));
  expect(success).toBe(false);
  expect(violations.flatMap(({ violatingResources }) => violatingResources)).toEqual([
    {
      constructPath: expect.stringMatching(
        /^demo-access\/Assignments\/Shard1\/Assignment\/\d{12}:Set:[-0-9a-f]{36}$/,
      ) as unknown,
      locations: ['Properties'],
    },
  ]);
});

describe('synthesis', () => {
  function synthesize(name: RuleName): App {
    const plan = estateOf(BROKEN[name], grantsOf(name));
    const app = accessApp(plan);
    Validations.of(app).addPlugins(checksOf(plan));
    return app;
  }

  const namesOf = (severity: string) => RULE_NAMES.filter((name) => POLICY_RULES[name].severity === severity);

  test.each(namesOf('error'))('fails for the error %s and says why', (name) => {
    const app = synthesize(name);
    expect(() => app.synth()).toThrow(POLICY_RULES[name].info);
  });

  test.each(namesOf('warning'))('shows the warning %s and goes on', (name) => {
    const shown = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const app = synthesize(name);
    app.synth();
    expect(shown.mock.calls.join('\n')).toContain(POLICY_RULES[name].info);
    shown.mockRestore();
  });

  test('hands the preview nothing of it: the model has told it, with its place', () => {
    const plan = estateOf({ ...BROKEN.noBoundary, sessionDuration: 'PT2H' });
    expect(plan.ruleViolations).toHaveLength(2);
    expect(synthesizeEstate(plan).issues).toEqual([]);
  });
});
