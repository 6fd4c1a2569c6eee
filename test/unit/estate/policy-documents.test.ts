import { explainAction } from '../../../src/estate/plan/explanation/allowed';
import { POLICIES_FILE } from '../../../src/estate/source/estate-folder';
import { documentsOf } from '../../../src/estate/sections/access/sets/policy-documents';
import type { AwsPolicies } from '../../../src/estate/source/aws-snapshots';
import { type ControlPolicy, controlPolicy, policiesText } from '../../support/aws-policies';
import { MANAGEMENT, type OrganizationSpec, planOf } from '../../support/estate-files';
import { codesAndPlaces } from '../../support/estate-files';

const ESTATE = `access:
  permissionSets:
    - name: Admin
      managedPolicies: [AdministratorAccess]
    - name: Audit
      managedPolicies: [SecurityAudit]
  grants:
    - group: Developers
      permissionSets: [Admin, Audit]
      accounts: { include: [{ all: true }, { name: management }] }
`;
const ORGANIZATION: OrganizationSpec = {
  ous: ['/Workloads'],
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app', ou: '/Workloads' },
    { id: '100000000002', name: 'delegate', ou: '/Workloads' },
    { id: '100000000003', name: 'other' },
  ],
  groups: ['Developers'],
  delegatedAdministrator: '100000000002',
};
const EVERYWHERE = ['r-root', 'ou-root-00000001', '100000000001', '100000000002', '100000000003'];
const FULL = controlPolicy('FullAWSAccess', EVERYWHERE);

const planWith = (parts: Partial<AwsPolicies>) =>
  planOf(ESTATE, ORGANIZATION, { [POLICIES_FILE]: policiesText(parts) });
const answersOf = (parts: Partial<AwsPolicies>, action: string, resource?: string): readonly string[] =>
  explainAction(planWith(parts), { action, resource, permissionSet: 'Admin' }).answers.map(
    ({ verdict, held, condition }) =>
      [verdict, held.flatMap(({ accounts }) => accounts).join(), ...(condition === undefined ? [] : [condition])].join(
        ' ',
      ),
  );

const scps = (...policies: readonly ControlPolicy[]): Partial<AwsPolicies> => ({
  serviceControlPolicies: { state: 'read', policies: [...policies] },
});
const rcps = (...policies: readonly ControlPolicy[]): Partial<AwsPolicies> => ({
  resourceControlPolicies: { state: 'read', policies: [...policies] },
});

test('service control policies bind by account, the delegated administrator too, and never the management account', () => {
  const keep = controlPolicy('KeepBuckets', ['ou-root-00000001'], { Action: 's3:DeleteBucket' });
  expect(answersOf(scps(FULL, keep), 's3:DeleteBucket')).toEqual(['yes management,other', 'no app,delegate']);
  const atRoot = controlPolicy('KeepBuckets', ['r-root'], { Action: 's3:DeleteBucket' });
  expect(answersOf(scps(FULL, atRoot), 's3:DeleteBucket')).toEqual(['yes management', 'no app,delegate,other']);
});

test('each level has to allow it', () => {
  const only = {
    ...controlPolicy('OnlyS3', ['100000000001']),
    document: { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } },
  };
  const levels = scps(
    controlPolicy(
      'FullAWSAccess',
      EVERYWHERE.filter((one) => one !== '100000000001'),
    ),
    only,
  );
  expect(answersOf(levels, 'ec2:RunInstances')).toEqual(['yes management,delegate,other', 'no app']);
  expect(answersOf(levels, 's3:DeleteBucket')).toEqual(['yes management,delegate,other,app']);
});

test('resource control policies bind actions of the services that they apply to, and no others', () => {
  const deny = controlPolicy('Deny', ['r-root'], { Principal: '*', Action: '*' });
  expect(answersOf(rcps(deny), 's3:DeleteBucket')).toEqual(['yes management', 'no app,delegate,other']);
  expect(answersOf(rcps(deny), 'kms:RetireGrant')).toEqual(['yes management,app,delegate,other']);
  expect(answersOf(rcps(deny), 'iam:CreateUser')).toEqual(['yes management,app,delegate,other']);
});

test('control policies that were not read leave it unknown where they could bind, and a type that is not enabled does not', () => {
  const unread = { state: 'not read', reason: 'organizations:ListPolicies' } as const;
  expect(answersOf({ serviceControlPolicies: unread }, 's3:DeleteBucket')).toEqual([
    'yes management',
    'unknown app,delegate,other not (a service control policy denies it)',
  ]);
  const byResources = { resourceControlPolicies: unread };
  expect(answersOf(byResources, 's3:DeleteBucket')).toEqual([
    'yes management',
    'unknown app,delegate,other not (a resource control policy denies it)',
  ]);
  expect(answersOf(byResources, 'iam:CreateUser')).toEqual(['yes management,app,delegate,other']);
  expect(answersOf({}, 's3:DeleteBucket')).toEqual(['yes management,app,delegate,other']);
});

test('a level without any policy, which AWS does not let be, is not read as one that allows nothing', () => {
  const partial = scps(
    controlPolicy(
      'FullAWSAccess',
      EVERYWHERE.filter((one) => one !== '100000000003'),
    ),
  );
  expect(answersOf(partial, 's3:DeleteBucket')).toEqual([
    'yes management,app,delegate',
    'unknown other not (a service control policy of 100000000003 denies it)',
  ]);
});

test('the statement of a control policy that denies it has its place in the file', () => {
  const keep = controlPolicy(
    'KeepBuckets',
    ['r-root'],
    { Action: 's3:Get*' },
    { Sid: 'Keep', Action: 's3:DeleteBucket' },
  );
  const { answers } = explainAction(planWith(scps(FULL, keep)), { action: 's3:DeleteBucket' });
  expect(answers.flatMap(({ by }) => by.map(({ place, text }) => `${place?.file ?? ''} ${text}`))).toContain(
    'estates/demo/aws-policies.json statement 2 (Keep) of the policy KeepBuckets of the organization',
  );
});

test('managed policies of the file are judged, and only what was not read is named', () => {
  const document = { Statement: { Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: '*' } };
  const managedPolicies = [{ name: 'SecurityAudit', version: 'v1', changed: '2026-11-01', document }];
  const read = explainAction(planWith({ managedPolicies }), { action: 's3:GetBucketAcl' });
  expect(read.answers.map(({ permissionSet, verdict }) => [permissionSet, verdict])).toContainEqual(['Audit', 'yes']);
  expect(read.notRead).toEqual(["policies of resources, keys and roles' trust"]);
  const refused = [{ name: 'SecurityAudit', reason: 'iam:GetPolicy' }];
  expect(explainAction(planWith({ notRead: refused }), { action: 's3:GetBucketAcl' }).notRead).toEqual([
    'the AWS managed policy SecurityAudit (iam:GetPolicy)',
    "policies of resources, keys and roles' trust",
  ]);
  expect(explainAction(planOf(ESTATE, ORGANIZATION), { action: 's3:GetBucketAcl' }).notRead).toEqual([
    'the AWS managed policy SecurityAudit (npx --no entra-aws snapshot reads it)',
    'service control policies (npx --no entra-aws snapshot reads it)',
    'resource control policies (npx --no entra-aws snapshot reads it)',
    "policies of resources, keys and roles' trust",
  ]);
});

test.each([
  ['{ "version": 2 }', 'aws-policies-file aws-policies.json:1:14 version'],
  ['{', 'json-syntax '],
  [policiesText({ serviceControlPolicies: { state: 'odd' } as never }), 'serviceControlPolicies.state'],
])('the file %j is refused at its place, and is not read', (text, finding) => {
  const plan = planOf(ESTATE, ORGANIZATION, { [POLICIES_FILE]: text });
  expect(codesAndPlaces(plan)).toContainEqual(expect.stringContaining(finding));
  expect(documentsOf(plan).notRead).toContain('service control policies (npx --no entra-aws snapshot reads it)');
});

test('plans with equal files share what is found out about them; other accounts have their own', () => {
  const levelsOf = (organization: OrganizationSpec): unknown =>
    documentsOf(planOf(ESTATE, organization, { [POLICIES_FILE]: policiesText(scps(FULL)) })).scps?.('100000000001');
  const levels = levelsOf(ORGANIZATION);
  expect(levelsOf({ ...ORGANIZATION, groups: ['Developers', 'Others'] })).toBe(levels);
  const moved = ORGANIZATION.accounts.filter(({ id }) => id !== '100000000003');
  expect(levelsOf({ ...ORGANIZATION, accounts: moved })).not.toBe(levels);
});
