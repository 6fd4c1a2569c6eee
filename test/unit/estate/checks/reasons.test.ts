import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { planOf } from '../../../support/estate-files';
import { edited, itemOf, planFiles, sandboxFiles } from '../../../support/sandbox';

const UNTRUE = 'acknowledgement-untrue';
const isUntrue = ({ code }: { readonly code: string }): boolean => code === UNTRUE;

function placesOf(plan: EstatePlan): readonly string[] {
  return plan.findings.filter(isUntrue).map(({ path }) => path);
}

/** A set of one action and a grant of it, each acknowledged with a reason. */
function placesFor(reason: string, set: string): readonly string[] {
  return placesOf(
    planOf(`access:
  permissionSets:
    - { name: A, description: D, ${set}, acknowledge: [{ rule: IdentityCenter-IC6, reason: "${reason}" }] }
  grants:
    - group: Developers
      permissionSets: [A]
      accounts: { include: [{ name: management }] }
      acknowledge: [{ rule: IdentityCenter-IC5, reason: "${reason}" }]
`),
  );
}

const BOTH = ['access.permissionSets[0].acknowledge[0].reason', 'access.grants[0].acknowledge[0].reason'];
const inline = (effect: string, action: string): string =>
  `inlinePolicy: { Version: '2012-10-17', Statement: [{ Effect: ${effect}, ${action}, Resource: '*' }] }`;

test('the example claims reading of sets that only read', () => {
  expect(placesOf(planFiles(sandboxFiles()))).toEqual([]);
});

test('an auditor of whom an acknowledgement says that nothing changes may not have the policy for billing', () => {
  const files = edited(sandboxFiles(), ({ access }) => {
    itemOf(access.permissionSets, ({ name }) => name === 'BillingReader').managedPolicies = ['job-function/Billing'];
  });
  const [finding, ...others] = planFiles(files).findings.filter(isUntrue);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: 'warning', path: 'access.grants[3].acknowledge[0].reason' });
  expect(finding?.problem).toContain('BillingReader can write through job-function/Billing');
});

test.each([
  'Auditors have both; both sets change no resource.',
  'Read-only access for the auditors.',
  'Auditors read the bills of the organization.',
  'The auditors can only look at bills.',
  "They can't change anything here.",
  'Looks into incidents without modifying anything.',
  'It never writes to the account.',
])('%j is a claim of reading', (reason) => {
  expect(placesFor(reason, 'managedPolicies: [job-function/Billing]')).toEqual(BOTH);
  expect(placesFor(reason, 'managedPolicies: [job-function/ViewOnlyAccess, SecurityAudit]')).toEqual([]);
});

test.each([
  'They pay the bills of the organization.',
  'Administrators read and change budgets.',
  'The network team looks after the organization.',
])('%j is none', (reason) => {
  expect(placesFor(reason, 'managedPolicies: [job-function/Billing]')).toEqual([]);
});

test.each([
  'managedPolicies: [arn:aws:iam::aws:policy/job-function/Billing]',
  inline('Allow', 'Action: [s3:GetObject, "s3:Put*"]'),
  inline('Allow', 'Action: "*"'),
  inline('Allow', 'NotAction: ["iam:*"]'),
])('a set with %s can write', (set) => {
  expect(placesFor('They read the bills.', set)).toEqual(BOTH);
});

test.each([
  'managedPolicies: [arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess]',
  inline('Allow', 'Action: [s3:GetObject, "ec2:Describe*", dynamodb:BatchGetItem]'),
  inline('Deny', 'Action: [s3:PutObject]'),
  // Kept elsewhere: what it allows is not known.
  'customerManagedPolicies: [{ name: Theirs }]',
])('a set with %s is not known to', (set) => {
  expect(placesFor('They read the bills.', set)).toEqual([]);
});

test('a policy of the estate counts where it is attached', () => {
  const files = edited(sandboxFiles(), ({ access }) => {
    const set = itemOf(access.permissionSets, ({ name }) => name === 'Developer');
    set.acknowledge = [{ rule: 'IdentityCenter-IC6', reason: 'Developers only read here.' }];
  });
  const [finding] = planFiles(files).findings.filter(isUntrue);
  expect(finding?.problem).toContain('Developer can write through /claims/ClaimsDeveloper');
});
