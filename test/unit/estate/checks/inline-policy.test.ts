import { planOf, report } from '../../../support/estate-files';

const SET = 'access.permissionSets[0]';

function findingsOf(policy: unknown): readonly string[] {
  return report(
    planOf(
      `access:\n  permissionSets:\n    - name: Admin\n      inlinePolicy: ${JSON.stringify(policy)}\n  grants: []\n`,
    ),
  );
}

function findingsOfFile(text: string): readonly string[] {
  const estate =
    'access:\n  permissionSets:\n    - name: Admin\n      inlinePolicyFile: policies/a.json\n  grants: []\n';
  return report(planOf(estate, undefined, { 'policies/a.json': text }));
}

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (...statements: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement: statements });

test.each([
  ['one statement', policy(statement)],
  ['a statement without a list', { Version: '2012-10-17', Statement: statement }],
  ['all keys', policy({ ...statement, Sid: 'A', Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
  ['the negative keys', policy({ Effect: 'Deny', NotAction: ['S3:*', 's*:Get*'], NotResource: ['arn:aws:s3:::a'] })],
  ['an id', { ...(policy(statement) as object), Id: 'x' }],
])('a policy with %s is accepted', (_, document) => {
  expect(findingsOf(document)).toEqual([]);
});

test.each([
  ['secretmanager:GetSecretValue', "'secretmanager' (did you mean 'secretsmanager'?)"],
  ['zzzzzzzz:Do', "'zzzzzzzz' (a service that exists)"],
])('the action %s of a service that is not there is a warning', (action, rest) => {
  expect(findingsOf(policy({ ...statement, Action: ['s3:GetObject', action] }))).toEqual([
    expect.stringContaining(
      `${SET}.inlinePolicy.Statement[0].Action[1]: "${action}" is an action of a service that is unknown here, ${rest}`,
    ),
  ]);
  expect(findingsOf(policy({ ...statement, Action: action })).map((line) => line.split(' ', 2).join(' '))).toEqual([
    'warning unknown-service',
  ]);
});

/** What a finding says of an action: the problem, and what is allowed. */
const saidOf = (action: string): readonly string[] =>
  findingsOf(policy({ ...statement, Action: ['s3:PutObject', action] })).map((line) =>
    line
      .replace(/^warning unknown-action estate\.yaml:4:\d+ /, '')
      .replace(`${SET}.inlinePolicy.Statement[0].Action[1]: `, ''),
  );

test.each([
  ['s3:GetObjet', "is not an action of s3 (did you mean 's3:GetObject'? The list is of 2026-10-27)"],
  ['s3:HeadObject', "is not an action of s3 (did you mean 's3:GetObject'? The list is of 2026-10-27)"],
  ['iam:PasRole', "is not an action of iam (did you mean 'iam:PassRole'? The list is of 2026-10-27)"],
  [
    's3:AssumeRoleWithSAML',
    "is not an action of s3 (did you mean 'sts:AssumeRoleWithSAML'? The list is of 2026-10-27)",
  ],
  ['s3:Get:Object', "is not an action of s3 (did you mean 's3:GetObject'? The list is of 2026-10-27)"],
  ['s3:Zzzzzzzzzzzzzzzzzzz', 'is not an action of s3 (an action that exists; the list is of 2026-10-27)'],
  ['s3:constructor', 'is not an action of s3 (an action that exists; the list is of 2026-10-27)'],
  ['s3:', 'is not an action of s3 (an action that exists; the list is of 2026-10-27)'],
  ['s3:GetObjct*', "matches no action of s3 (did you mean 's3:GetObject*'? The list is of 2026-10-27)"],
  ['s3:Git?bject', "matches no action of s3 (did you mean 's3:Get?bject'? The list is of 2026-10-27)"],
  ['s3:*Objet', 'matches no action of s3 (an action that exists; the list is of 2026-10-27)'],
  ['GetObject', 'names no service, so that IAM refuses the policy (service:Action, such as s3:GetObject, or *)'],
])('the action %s, which is not there, is a warning', (action, said) => {
  expect(saidOf(action)).toEqual([`"${action}" ${said}`]);
});

test.each([
  's3:GetObject',
  'S3:getobject',
  's3:Get*',
  's3:*',
  's3:Get?bject',
  '*',
  '**',
  's*:Get*',
  'codestar:createproject',
])('the action %s is accepted', (action) => {
  expect(saidOf(action)).toEqual([]);
});

test('an action of a policy file is named by the line that names the file, and a denial is read too', () => {
  const text = JSON.stringify(policy({ Effect: 'Deny', NotAction: 's3:GetObjet', Resource: '*' }));
  expect(findingsOfFile(text)).toEqual([
    `warning unknown-action estate.yaml:4:25 ${SET}.inlinePolicyFile: "s3:GetObjet" is not an action of s3 (did you mean 's3:GetObject'? The list is of 2026-10-27)`,
  ]);
});

/** A policy that has so many bytes: its one statement carries a long condition. */
function policyOfSize(bytes: number, filler: string): string {
  const document = (count: number): string =>
    JSON.stringify(policy({ ...statement, Condition: { StringLike: { 'aws:username': filler.repeat(count) } } }));
  return document((bytes - Buffer.byteLength(document(0))) / Buffer.byteLength(filler));
}

test('10,240 characters are accepted, one more is refused', () => {
  expect(findingsOfFile(policyOfSize(10_240, 'x'))).toEqual([]);
  expect(findingsOfFile(policyOfSize(10_241, 'x'))).toEqual([
    `error inline-policy estate.yaml:4:25 ${SET}.inlinePolicyFile: "policies/a.json" has 10241 characters (at most 10240 characters without white space; move statements to customer-managed policies)`,
  ]);
});

test('white space counts towards the bytes alone: 32,768 of them are accepted, one more is refused', () => {
  expect(findingsOfFile(policyOfSize(32_768, ' '))).toEqual([]);
  expect(findingsOfFile(policyOfSize(32_769, ' '))).toEqual([
    `error inline-policy estate.yaml:4:25 ${SET}.inlinePolicyFile: "policies/a.json" is 32769 bytes long (at most 32768 bytes)`,
  ]);
});

test('indentation of the file does not count: what is deployed is compact', () => {
  const document: unknown = JSON.parse(policyOfSize(10_240, 'x'));
  expect(findingsOfFile(JSON.stringify(document, undefined, 8000))).toEqual([]);
});

test.each([
  [
    'another version',
    { ...(policy(statement) as object), Version: '2008-10-17' },
    `4:32 ${SET}.inlinePolicy.Version: must be the current version of the policy language ("2012-10-17")`,
  ],
  ['no statement', { Version: '2012-10-17' }, `4:21 ${SET}.inlinePolicy.Statement: has no statement (at least one)`],
  ['an empty list', policy(), `4:57 ${SET}.inlinePolicy.Statement: has no statement (at least one)`],
  [
    'an unknown key',
    { ...(policy(statement) as object), Statements: [] },
    `4:130 ${SET}.inlinePolicy.Statements: 'Statements' is not a valid key of a policy document (Version, Id, Statement)`,
  ],
  [
    'a statement that is a string',
    policy('x'),
    `4:58 ${SET}.inlinePolicy.Statement[0]: is not a statement (an object with Effect, Action and Resource)`,
  ],
  [
    'a principal',
    policy({ ...statement, Principal: '*' }),
    `4:127 ${SET}.inlinePolicy.Statement[0].Principal: 'Principal' is not a valid key in a permission set's policy (Sid, Effect, Action, NotAction, Resource, NotResource, Condition)`,
  ],
  [
    'a wrong effect',
    policy({ ...statement, Effect: 'allow' }),
    `4:68 ${SET}.inlinePolicy.Statement[0].Effect: the effect is missing or wrong (Allow or Deny)`,
  ],
  [
    'no action',
    policy({ Effect: 'Allow', Resource: '*' }),
    `4:58 ${SET}.inlinePolicy.Statement[0]: a statement has neither Action nor NotAction (one of the two)`,
  ],
  [
    'both kinds of resource',
    policy({ ...statement, NotResource: 'x' }),
    `4:58 ${SET}.inlinePolicy.Statement[0]: a statement has both Resource and NotResource (one of the two)`,
  ],
  [
    'an empty list of actions',
    policy({ ...statement, Action: [] }),
    `4:85 ${SET}.inlinePolicy.Statement[0].Action: Action is not a list of strings (a string or a list of strings)`,
  ],
  [
    'a number as a resource',
    policy({ ...statement, Resource: [1] }),
    `4:111 ${SET}.inlinePolicy.Statement[0].Resource: Resource is not a list of strings (a string or a list of strings)`,
  ],
])('a policy with %s is refused', (_, document, line) => {
  expect(findingsOf(document)).toEqual([`error inline-policy estate.yaml:${line}`]);
});

test('a fault in a file of its own is reported where the file is named, with the path inside', () => {
  expect(findingsOfFile(JSON.stringify(policy({ ...statement, Effect: 'Maybe' })))).toEqual([
    `error inline-policy estate.yaml:4:25 ${SET}.inlinePolicyFile: "policies/a.json" Statement.0.Effect: the effect is missing or wrong (Allow or Deny)`,
  ]);
});

test('a number that is no number is refused', () => {
  const estate = 'access:\n  permissionSets:\n    - name: Admin\n      inlinePolicy: { Version: .nan }\n  grants: []\n';
  expect(report(planOf(estate))).toEqual([
    `error invalid-value estate.yaml:4:32 ${SET}.inlinePolicy.Version: .nan is not valid JSON: a number is infinite or not a number`,
  ]);
});
