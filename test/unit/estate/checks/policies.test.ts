import { readFileSync } from 'node:fs';
import { managedPolicyNames } from '../../../../src/cli/reference/managed-policies';
import policies from '../../../../src/estate/sections/access/aws-managed-policies.json';
import { planOf, report } from '../../../support/estate-files';

function findingsOf(...lines: readonly string[]): readonly string[] {
  const rest = lines.map((line) => `      ${line}\n`).join('');
  return report(planOf(`access:\n  permissionSets:\n    - name: Admin\n${rest}  grants: []\n`));
}

const SET = 'access.permissionSets[0]';

test.each(['ReadOnlyAccess', 'job-function/ViewOnlyAccess', 'arn:aws:iam::aws:policy/SecurityAudit'])(
  'the managed policy %s is accepted',
  (policy) => {
    expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([]);
  },
);

test.each([
  [
    'arn:aws:iam::123456789012:policy/mine',
    'is a customer-managed policy (name and path under customerManagedPolicies; it must exist in every account)',
  ],
  ['Read Only', 'is not a valid policy name (a name such as job-function/ViewOnlyAccess, or an ARN)'],
  ['x'.repeat(513), 'is not a valid policy name (a name such as job-function/ViewOnlyAccess, or an ARN)'],
  ['arn:aws:s3:::bucket', 'is not the ARN of an AWS managed policy (arn:aws:iam::aws:policy/…)'],
  ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess', 'belongs to another partition (arn:aws:iam::aws:policy/…)'],
])('the managed policy %s is refused', (policy, problem) => {
  const shown = policy.length > 80 ? `"${'x'.repeat(79)}…` : `"${policy}"`;
  expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([
    `error managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]: ${shown} ${problem}`,
  ]);
});

const NEWER = `AWS added it after ${policies.asOf}, write its ARN`;

test.each([
  ['ReadOnlyAcess', `did you mean 'ReadOnlyAccess'? If ${NEWER}`],
  ['readonlyaccess', `did you mean 'ReadOnlyAccess'? If ${NEWER}`],
  ['SupportUser', `did you mean 'job-function/SupportUser'? If ${NEWER}`],
  ['Zzz', `if ${NEWER}`],
])('the managed policy %s, which AWS does not have, is an error with what was probably meant', (policy, hint) => {
  expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([
    `error unknown-managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]: "${policy}" is not the path and name of an AWS managed policy (${hint})`,
  ]);
});

test('the ARN of a managed policy that is newer than the list warns', () => {
  const arn = 'arn:aws:iam::aws:policy/NewOfToday';
  expect(findingsOf(`managedPolicies: ['${arn}']`)).toEqual([
    `warning unknown-managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]: "${arn}" is not among the AWS managed policies of ${policies.asOf} (a policy that exists; \`aws iam get-policy --policy-arn ARN\` shows it)`,
  ]);
});

test.each([
  'aws-service-role/AWSSSOServiceRolePolicy',
  'arn:aws:iam::aws:policy/aws-service-role/AWSSSOServiceRolePolicy',
])('the managed policy %s, which only its service attaches, is refused', (policy) => {
  expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([
    `error managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]: "${policy}" is for service-linked roles only (a policy that IAM attaches to other roles too)`,
  ]);
});

test('the names are those of the package that AWS is read from', () => {
  expect(readFileSync('src/estate/sections/access/aws-managed-policies.json', 'utf8')).toBe(managedPolicyNames());
});

test.each([
  ['x'.repeat(128), '/'],
  ['a+=,.@_-', '/team/sub-team/'],
  ['a', `/${'x'.repeat(510)}/`],
])('the customer-managed policy %s below %s is accepted', (name, path) => {
  expect(findingsOf(`customerManagedPolicies: [{ name: '${name}', path: '${path}' }]`)).toEqual([]);
});

test.each(['x'.repeat(129), 'a b', 'a/b'])('the customer-managed policy name %s is refused', (name) => {
  const shown = name.length > 80 ? `"${'x'.repeat(79)}…` : `"${name}"`;
  expect(findingsOf(`customerManagedPolicies: [{ name: '${name}' }]`)).toEqual([
    `error customer-managed-policy estate.yaml:4:41 ${SET}.customerManagedPolicies[0].name: ${shown} is not a valid policy name (1 to 128 letters, digits and +=,.@_-)`,
  ]);
});

test.each(['team', '/team', 'team/', '//', '', '/a b/'])('the policy path %j is refused', (path) => {
  expect(findingsOf(`customerManagedPolicies: [{ name: A, path: '${path}' }]`)).toEqual([
    `error customer-managed-policy estate.yaml:4:50 ${SET}.customerManagedPolicies[0].path: "${path}" is not a valid policy path (/ or /a/b/, at most 512 characters)`,
  ]);
});

test('a policy path of 513 characters is refused', () => {
  const [finding] = findingsOf(`customerManagedPolicies: [{ name: A, path: '/${'x'.repeat(511)}/' }]`);
  expect(finding).toContain(`${SET}.customerManagedPolicies[0].path: "/xxx`);
});

/** Policies that exist and may be attached to any role. */
const POLICIES = policies.names.filter((name) => !name.includes('/'));
const managed = (count: number): string => `managedPolicies: [${POLICIES.slice(0, count).join(', ')}]`;
const customer = (count: number): string =>
  `customerManagedPolicies: [${Array.from({ length: count }, (_, index) => `{ name: C${index} }`).join(', ')}]`;

test('more than ten policies of a set are a warning: IAM attaches ten to a role by default', () => {
  expect(findingsOf(managed(4), customer(6))).toEqual([]);
  expect(findingsOf(managed(5), customer(6))).toEqual([
    `warning role-policy-quota estate.yaml:3:7 ${SET}: "Admin" attaches 11 policies to its role, more than IAM's default quota (10; raise 'Managed policies attached to an IAM role' in every account)`,
  ]);
});

test.each([
  ['managedPolicies', managed, 24],
  ['customerManagedPolicies', customer, 32],
])('twenty of %s are within the quota, 21 are not', (key, list, column) => {
  expect(findingsOf(list(20)).map((line) => line.split(' ')[1])).toEqual(['role-policy-quota']);
  expect(findingsOf(list(21))).toEqual([
    `error too-many-policies estate.yaml:4:${column} ${SET}.${key}: 21 policies (at most 20 in a permission set)`,
  ]);
});

test('the same managed policy by name and by ARN is a duplicate, with both places', () => {
  expect(findingsOf('managedPolicies: [ReadOnlyAccess, arn:aws:iam::aws:policy/ReadOnlyAccess]')).toEqual([
    `error duplicate-policy estate.yaml:4:41 ${SET}.managedPolicies[1]: "arn:aws:iam::aws:policy/ReadOnlyAccess" is attached twice (each policy once) [see estate.yaml:4:25]`,
  ]);
});

test('customer-managed policies are duplicates by name and path', () => {
  expect(findingsOf('customerManagedPolicies: [{ name: A }, { name: A, path: /b/ }]')).toEqual([]);
  expect(findingsOf('customerManagedPolicies: [{ name: A }, { name: A, path: / }]')).toEqual([
    `error duplicate-policy estate.yaml:4:46 ${SET}.customerManagedPolicies[1]: "/A" is attached twice (each policy once) [see estate.yaml:4:33]`,
  ]);
});

test('a permissions boundary is of one kind', () => {
  expect(findingsOf('permissionsBoundary: { managedPolicy: PowerUserAccess }')).toEqual([]);
  expect(findingsOf('permissionsBoundary: { customerManagedPolicy: { name: A } }')).toEqual([]);
  const one = `error invalid-value estate.yaml:4:28 ${SET}.permissionsBoundary: needs exactly one kind of policy (managedPolicy or customerManagedPolicy)`;
  expect(findingsOf('permissionsBoundary: { managedPolicy: X, customerManagedPolicy: { name: A } }')).toEqual([one]);
  expect(findingsOf('permissionsBoundary: {}')).toEqual([one]);
});

test('the policy of a boundary is checked like any other', () => {
  expect(findingsOf('permissionsBoundary: { managedPolicy: "a b" }')).toEqual([
    `error managed-policy estate.yaml:4:45 ${SET}.permissionsBoundary.managedPolicy: "a b" is not a valid policy name (a name such as job-function/ViewOnlyAccess, or an ARN)`,
  ]);
  expect(findingsOf('permissionsBoundary: { customerManagedPolicy: { name: A, path: b } }')).toEqual([
    `error customer-managed-policy estate.yaml:4:70 ${SET}.permissionsBoundary.customerManagedPolicy.path: "b" is not a valid policy path (/ or /a/b/, at most 512 characters)`,
  ]);
});
