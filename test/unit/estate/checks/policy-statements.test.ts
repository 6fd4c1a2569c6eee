import { codesAndPlaces, planOf } from '../../../support/estate-files';

type Statements = readonly Readonly<Record<string, unknown>>[];

const estateOf = (statements: Statements): string => {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return `access:\n  permissionSets:\n    - name: Admin\n      inlinePolicy: ${policy}\n  grants: []\n`;
};
const PLACE = 'access.permissionSets[0].inlinePolicy.Statement';
const found = (...statements: Statements): readonly string[] =>
  codesAndPlaces(planOf(estateOf(statements))).map((one) => one.replace(/^\w+ (\S+) \S+ /, '$1 ').replace(PLACE, ''));
const allow = (more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  ...more,
});
const under = (operator: string, key: string): Readonly<Record<string, unknown>> =>
  allow({ Condition: { [operator]: { [key]: 'x' } } });

test.each([
  ['StringEqual', 's3:prefix', 'inline-policy'],
  ['ForAnyValues:StringLike', 'aws:TagKeys', 'inline-policy'],
  ['StringEquals', 'aws:PrincpalTag/team', 'unknown-condition-key'],
  ['StringEquals', 'aws:PrincpalTag/CostCenterOfTheClaims', 'unknown-condition-key'],
  ['StringEquals', 's3:prefx', 'unknown-condition-key'],
  ['StringEquals', 'iam:PassedToServices', 'unknown-condition-key'],
])('the condition %s of %s is misspelt', (operator, key, code) => {
  expect(found(under(operator, key))).toEqual([expect.stringContaining(`${code} [0].Condition`)]);
});

test.each([
  ['stringequals', 'AWS:principaltag/Team'],
  ['ForAllValues:StringEqualsIfExists', 'aws:TagKeys'],
  ['ArnLike', 'iam:PermissionsBoundary'],
  ['StringEquals', 's3:ExistingObjectTag/class'],
  ['StringEquals', 'token.actions.githubusercontent.com:aud'],
  ['StringEquals', 'aws:SomethingThatAwsAddsNextYear'],
])('the condition %s of %s is none of our business', (operator, key) => {
  expect(found(under(operator, key))).toEqual([]);
});

test('an action and a resource of other types than those of their statement have no effect', () => {
  const bucket = 'arn:aws:s3:::claims';
  const objects = 'arn:aws:s3:::claims/*';
  expect(found(allow({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: [objects] }))).toEqual([
    'action-without-resource [0].Action[1]',
  ]);
  expect(found(allow({ Effect: 'Deny', Resource: [bucket, objects] }))).toEqual([
    'resource-without-action [0].Resource[0]',
  ]);
  expect(found(allow({ Action: 'sqs:Send*', Resource: 'arn:aws:sns:*:*:claims' }))).toEqual([
    'action-without-resource [0].Action',
  ]);
});

test.each([
  ['s3:ListBucket', 'arn:aws:s3:::claims-*'],
  ['s3:*', 'arn:aws:s3:::claims'],
  ['s3:GetObject', 'arn:aws:s3:::${aws:PrincipalTag/bucket}'],
  ['s3:ListAllMyBuckets', 'arn:aws:s3:::*'],
  ['iam:PassRole', 'arn:aws:iam::*:role/claims/*'],
  ['dynamodb:Query', 'arn:aws:dynamodb:*:*:table/claims/index/*'],
  ['logs:PutLogEvents', 'arn:aws:logs:*:*:log-group:/claims:*'],
  ['s3:AnActionOfNextYear?', 'arn:aws:s3:::claims'],
])('%s on %s may have an effect', (Action, Resource) => {
  expect(found(allow({ Action, Resource })).filter((one) => !one.includes('unknown-action'))).toEqual([]);
});

test('a statement that others of its policy allow or deny as a whole is idle, and of two equal ones the second', () => {
  const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'claims' } } };
  expect(found(allow({ Action: 's3:*' }), allow({}))).toEqual(['idle-statement [1]']);
  expect(found(allow({}), allow({}))).toEqual(['idle-statement [1]']);
  expect(found(allow(tagged), allow({}))).toEqual(['idle-statement [0]']);
  expect(found(allow({}), allow({ Effect: 'Deny', Action: 's3:Get*' }))).toEqual(['idle-statement [0]']);
  expect(found(allow({ Effect: 'Deny', ...tagged }), allow({ Effect: 'Deny' }))).toEqual(['idle-statement [0]']);
});

test('a statement that adds a request, or a denial that takes a part, is not idle', () => {
  const tagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'claims' } } };
  expect(found(allow({}), allow({ Effect: 'Deny', ...tagged }))).toEqual([]);
  expect(found(allow({ Action: 's3:Get*', Resource: 'arn:aws:s3:::a*' }), allow({ Action: 's3:Get*' }))).toHaveLength(
    1,
  );
  expect(found(allow({ Action: 's3:Get*' }), allow({ Action: 's3:*Object' }))).toEqual([]);
  expect(found(allow({ NotAction: 'iam:*', Action: undefined }), allow({ Action: 'iam:GetUser' }))).toEqual([]);
});
