import type { EstatePlan } from '../../../../src/estate/plan/planner';
import policies from '../../../../src/estate/sections/access/aws-managed-policies.json';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

function planWith(...lines: readonly string[]): EstatePlan {
  const rest = lines.map((line) => `      ${line}\n`).join('');
  return planOf(`access:\n  permissionSets:\n    - name: Admin\n${rest}  grants: []\n`);
}

const findingsOf = (...lines: readonly string[]): readonly string[] => codesAndPlaces(planWith(...lines));

const SET = 'access.permissionSets[0]';

test.each(['ReadOnlyAccess', 'job-function/ViewOnlyAccess', 'arn:aws:iam::aws:policy/SecurityAudit'])(
  'the managed policy %s is accepted',
  (policy) => {
    expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([]);
  },
);

test.each([
  'arn:aws:iam::123456789012:policy/mine',
  'Read Only',
  'x'.repeat(513),
  'arn:aws:s3:::bucket',
  'arn:aws-cn:iam::aws:policy/ReadOnlyAccess',
])('the managed policy %s is refused', (policy) => {
  expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([
    `error managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]`,
  ]);
});

const NEWER = `AWS added it after ${policies.asOf}, write its ARN`;

test.each([
  ['ReadOnlyAcess', `did you mean 'ReadOnlyAccess'? If ${NEWER}`],
  ['readonlyaccess', `did you mean 'ReadOnlyAccess'? If ${NEWER}`],
  ['SupportUser', `did you mean 'job-function/SupportUser'? If ${NEWER}`],
  ['Zzz', `if ${NEWER}`],
])('the managed policy %s, which AWS does not have, is an error with what was probably meant', (policy, allowed) => {
  expect(planWith(`managedPolicies: ['${policy}']`).findings).toMatchObject([
    { severity: 'error', code: 'unknown-managed-policy', path: `${SET}.managedPolicies[0]`, allowed },
  ]);
});

test('the ARN of a managed policy that is newer than the list warns', () => {
  const arn = 'arn:aws:iam::aws:policy/NewOfToday';
  expect(findingsOf(`managedPolicies: ['${arn}']`)).toEqual([
    `warning unknown-managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]`,
  ]);
});

test.each([
  'aws-service-role/AWSSSOServiceRolePolicy',
  'arn:aws:iam::aws:policy/aws-service-role/AWSSSOServiceRolePolicy',
])('the managed policy %s, which only its service attaches, is refused', (policy) => {
  expect(findingsOf(`managedPolicies: ['${policy}']`)).toEqual([
    `error managed-policy estate.yaml:4:25 ${SET}.managedPolicies[0]`,
  ]);
});

test.each([
  ['x'.repeat(128), '/'],
  ['a+=,.@_-', '/team/sub-team/'],
  ['a', `/${'x'.repeat(510)}/`],
])('the customer-managed policy %s below %s is accepted', (name, path) => {
  expect(findingsOf(`customerManagedPolicies: [{ name: '${name}', path: '${path}' }]`)).toEqual([]);
});

test.each(['x'.repeat(129), 'a b', 'a/b'])('the customer-managed policy name %s is refused', (name) => {
  expect(findingsOf(`customerManagedPolicies: [{ name: '${name}' }]`)).toEqual([
    `error customer-managed-policy estate.yaml:4:41 ${SET}.customerManagedPolicies[0].name`,
  ]);
});

test.each(['team', '/team', 'team/', '//', '', '/a b/'])('the policy path %j is refused', (path) => {
  expect(findingsOf(`customerManagedPolicies: [{ name: A, path: '${path}' }]`)).toEqual([
    `error customer-managed-policy estate.yaml:4:50 ${SET}.customerManagedPolicies[0].path`,
  ]);
});

test('a policy path of 513 characters is refused', () => {
  const [finding] = findingsOf(`customerManagedPolicies: [{ name: A, path: '/${'x'.repeat(511)}/' }]`);
  expect(finding).toContain(`${SET}.customerManagedPolicies[0].path`);
});

/** Policies that exist and may be attached to any role. */
const POLICIES = policies.names.filter((name) => !name.includes('/'));
const managed = (count: number): string => `managedPolicies: [${POLICIES.slice(0, count).join(', ')}]`;
const customer = (count: number): string =>
  `customerManagedPolicies: [${Array.from({ length: count }, (_, index) => `{ name: C${index} }`).join(', ')}]`;

test('more than ten policies of a set are a warning: IAM attaches ten to a role by default', () => {
  expect(findingsOf(managed(4), customer(6))).toEqual([]);
  expect(findingsOf(managed(5), customer(6))).toEqual([`warning role-policy-quota estate.yaml:3:7 ${SET}`]);
});

test.each([
  ['managedPolicies', managed, 24],
  ['customerManagedPolicies', customer, 32],
])('twenty of %s are within the quota, 21 are not', (key, list, column) => {
  expect(findingsOf(list(20)).map((line) => line.split(' ')[1])).toEqual(['role-policy-quota']);
  expect(findingsOf(list(21))).toEqual([`error too-many-policies estate.yaml:4:${column} ${SET}.${key}`]);
});

test('the same managed policy by name and by ARN is a duplicate, with both places', () => {
  expect(findingsOf('managedPolicies: [ReadOnlyAccess, arn:aws:iam::aws:policy/ReadOnlyAccess]')).toEqual([
    `error duplicate-policy estate.yaml:4:41 ${SET}.managedPolicies[1] [see estate.yaml:4:25]`,
  ]);
});

test('customer-managed policies are duplicates by name and path', () => {
  expect(findingsOf('customerManagedPolicies: [{ name: A }, { name: A, path: /b/ }]')).toEqual([]);
  expect(findingsOf('customerManagedPolicies: [{ name: A }, { name: A, path: / }]')).toEqual([
    `error duplicate-policy estate.yaml:4:46 ${SET}.customerManagedPolicies[1] [see estate.yaml:4:33]`,
  ]);
});

test('a permissions boundary is of one kind', () => {
  expect(findingsOf('permissionsBoundary: { managedPolicy: PowerUserAccess }')).toEqual([]);
  expect(findingsOf('permissionsBoundary: { customerManagedPolicy: { name: A } }')).toEqual([]);
  const one = `error invalid-value estate.yaml:4:28 ${SET}.permissionsBoundary`;
  expect(findingsOf('permissionsBoundary: { managedPolicy: X, customerManagedPolicy: { name: A } }')).toEqual([one]);
  expect(findingsOf('permissionsBoundary: {}')).toEqual([one]);
});

test('the policy of a boundary is checked like any other', () => {
  expect(findingsOf('permissionsBoundary: { managedPolicy: "a b" }')).toEqual([
    `error managed-policy estate.yaml:4:45 ${SET}.permissionsBoundary.managedPolicy`,
  ]);
  expect(findingsOf('permissionsBoundary: { customerManagedPolicy: { name: A, path: b } }')).toEqual([
    `error customer-managed-policy estate.yaml:4:70 ${SET}.permissionsBoundary.customerManagedPolicy.path`,
  ]);
});
