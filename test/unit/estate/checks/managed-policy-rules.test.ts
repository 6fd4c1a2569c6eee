import { POLICIES_FILE } from '../../../../src/estate/source/estate-folder';
import { policiesText } from '../../../support/aws-policies';
import { planOf, SMALL_ORGANIZATION } from '../../../support/estate-files';

/** Rules that a set with a managed policy breaks, as the snapshot has its document or, without one, as this release knows it. */
function brokenBy(policy: string, document?: Readonly<Record<string, unknown>>, boundary?: string): readonly string[] {
  const within = boundary === undefined ? '' : `, permissionsBoundary: { managedPolicy: ${boundary} }`;
  const estate = `access:
  permissionSets:
    - { name: Set, description: A set., managedPolicies: [${policy}]${within} }
  grants:
    - { group: Developers, permissionSets: [Set], accounts: { include: [{ all: true }] } }
`;
  const managedPolicies =
    document === undefined ? [] : [{ name: policy, version: 'v9', changed: '2026-11-01', document: { ...document } }];
  const files = document === undefined ? {} : { [POLICIES_FILE]: policiesText({ managedPolicies }) };
  return planOf(estate, SMALL_ORGANIZATION, files).ruleViolations.map(({ code }) =>
    code.replace('IdentityCenter-', ''),
  );
}

test.each([
  ['AdministratorAccess-Amplify', ['IC10', 'IC12', 'IC13', 'IC3', 'IC7']],
  ['AWSLambda_FullAccess', ['IC13']],
  ['SecretsManagerReadWrite', ['IC13']],
  ['AmazonSSMFullAccess', ['IC13']],
  ['AmazonEC2FullAccess', ['IC13']],
  ['AWSCloudFormationFullAccess', ['IC13']],
  ['job-function/SystemAdministrator', ['IC13']],
  ['AmazonElasticMapReduceFullAccess', ['IC3']],
  ['PowerUserAccess', ['IC13']],
  ['IAMFullAccess', ['IC7']],
  // It names the stacks and roles of its service.
  ['AdministratorAccess-AWSElasticBeanstalk', []],
  ['job-function/NetworkAdministrator', []],
  ['ReadOnlyAccess', []],
  ['SecurityAudit', []],
])('%s breaks %j without a snapshot', (policy, rules) => {
  expect(brokenBy(policy)).toEqual(expect.arrayContaining(rules));
  expect(brokenBy(policy).filter((rule) => !rules.includes(rule))).toEqual([]);
});

const allow = (action: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: action, Resource: '*' },
});

test('a document of the snapshot counts, and not the list of this release', () => {
  expect(brokenBy('AmazonSSMFullAccess', allow('ssm:Describe*'))).toEqual([]);
  expect(brokenBy('ReadOnlyAccess', allow('iam:PassRole'))).toEqual(['IC3']);
  expect(brokenBy('ReadOnlyAccess', allow('sts:AssumeRoot'))).toEqual(['IC12']);
});

test('a policy that names roles of its service, or the policies that they get, is not judged as one for all', () => {
  const attach = { Effect: 'Allow', Action: 'iam:AttachRolePolicy' };
  const within = (statement: object) => ({ Version: '2012-10-17', Statement: [{ ...attach, ...statement }] });
  expect(brokenBy('ReadOnlyAccess', within({ Resource: '*' }))).toEqual(['IC7']);
  expect(brokenBy('ReadOnlyAccess', within({ Resource: 'arn:aws:iam::*:role/service-role/one-*' }))).toEqual([]);
  const Condition = { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/service-role/One' } };
  expect(brokenBy('ReadOnlyAccess', within({ Resource: '*', Condition }))).toEqual([]);
});

test.each([
  ['iam:CreateSAMLProvider', 'IC10'],
  ['iam:CreateOpenIDConnectProvider', 'IC10'],
  ['states:UpdateStateMachine', 'IC13'],
  ['ssm:StartAutomationExecution', 'IC13'],
  ['secretsmanager:GetSecretValue', 'IC13'],
])('%s on everything breaks %s', (action, rule) => {
  expect(brokenBy('ReadOnlyAccess', allow(action))).toEqual([rule]);
});
