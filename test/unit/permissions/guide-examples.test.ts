import { parsePolicy, type Statement } from '../../../src/permissions/policy';
import { can, type Policies, sideOf } from '../../../src/permissions/side';

// What pages of the IAM and Organizations user guides say of their own examples, with other names.
const policy = (...Statement: readonly object[]): readonly Statement[] =>
  parsePolicy({ Version: '2012-10-17', Statement }, 'example');
const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, Resource: string | readonly string[] = '*', more: object = {}) => ({
  Effect: 'Deny',
  Action,
  Resource,
  ...more,
});
const verdict = (policies: Policies, action: string, resource?: string): string =>
  can(sideOf(policies), { action, resources: resource === undefined ? undefined : [resource] }).verdict;

// reference_policies_evaluation-logic_policy-eval-basics.html: a denial of buckets with a word in their name.
test.each([
  ['s3:ListAllMyBuckets', 'arn:aws:s3:::*', 'yes'],
  ['s3:PutObject', 'arn:aws:s3:::ada-data/file', 'yes'],
  ['s3:PutObject', 'arn:aws:s3:::ada-data-logs/file', 'no'],
  ['s3:PutObject', 'arn:aws:s3:::others/file', 'no'],
])('a denial overrides what another statement allows: %s on %s is %s', (action, resource, expected) => {
  const identity = policy(
    allow(['s3:GetBucketLocation', 's3:ListAllMyBuckets'], 'arn:aws:s3:::*'),
    allow('s3:*', ['arn:aws:s3:::ada-data/*', 'arn:aws:s3:::ada-data']),
    deny('s3:*', 'arn:aws:s3:::*log*'),
  );
  expect(verdict({ identity }, action, resource)).toBe(expected);
});

// access_policies_boundaries.html: a boundary of three services, and policies within and beyond it.
test.each([
  ['iam:CreateUser', policy(allow('iam:CreateUser')), 'no'],
  ['s3:CreateBucket', policy(allow('iam:CreateUser')), 'no'],
  ['s3:CreateBucket', policy(allow('s3:CreateBucket')), 'yes'],
])('a boundary gives nothing by itself and takes what it lacks: %s', (action, identity, expected) => {
  const boundary = policy(allow(['s3:*', 'cloudwatch:*', 'ec2:*']));
  expect(verdict({ identity, boundary }, action)).toBe(expected);
});

// orgs_manage_policies_scps_evaluation.html: an action needs an Allow at every level, and one Deny is enough.
const FULL = policy(allow('*'));
const OUTSIDE = { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } };
test.each([
  ['at every level', [FULL, FULL, FULL], 'yes'],
  ['but at the unit', [FULL, policy(allow('ec2:*')), FULL], 'no'],
  ['but at the account', [FULL, FULL, policy(allow('ec2:*'))], 'no'],
  ['and denied at the root', [[...FULL, ...policy(deny('s3:*'))], FULL, FULL], 'no'],
  ['and denied outside a Region', [[...FULL, ...policy(deny('*', '*', OUTSIDE))], FULL, FULL], 'only if'],
])('service control policies that allow it %s', (_where, scps, expected) => {
  expect(verdict({ identity: policy(allow('s3:PutObject')), scps }, 's3:PutObject')).toBe(expected);
});

// reference_policies_elements_notaction.html, ..._notresource.html: everything but what is named, also of other services.
test.each([
  [
    'Allow of NotAction leaves other services open',
    { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
    'ec2:RunInstances',
    'yes',
  ],
  ['and not what it names', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, 'iam:CreateUser', 'no'],
  [
    'NotAction within one service needs its resources',
    { Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' },
    's3:PutObject',
    'yes',
  ],
])('%s', (...[, statement, action, expected]) => {
  expect(verdict({ identity: policy(statement) }, action)).toBe(expected);
});

test('a Deny of NotResource spares what it names alone', () => {
  const identity = policy(allow('s3:*'), {
    Effect: 'Deny',
    Action: 's3:*',
    NotResource: ['arn:aws:s3:::ada-data', 'arn:aws:s3:::ada-data/*'],
  });
  expect(verdict({ identity }, 's3:GetObject', 'arn:aws:s3:::ada-data/file')).toBe('yes');
  expect(verdict({ identity }, 's3:GetObject', 'arn:aws:s3:::others/file')).toBe('no');
});

// reference_policies_variables.html: a variable stands for what the request makes of it.
test('a folder of a user by a variable is only his', () => {
  const identity = policy(allow('s3:GetObject', 'arn:aws:s3:::shared/${aws:username}/*'));
  expect(verdict({ identity }, 's3:GetObject', 'arn:aws:s3:::shared/ada/file')).toBe('only if');
  expect(verdict({ identity }, 's3:GetObject', 'arn:aws:s3:::other/ada/file')).toBe('no');
});
