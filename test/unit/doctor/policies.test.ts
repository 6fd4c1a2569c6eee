import type { StackSetInstance } from '../../../src/clouds/facts/access-facts';
import type { Facts } from '../../../src/clouds/facts/facts';
import { known } from '../../../src/clouds/reading';
import { policies } from '../../../src/doctor/checks/access/policies';
import { delegatedSandbox, edited, planFiles, sandboxFiles } from '../../support/sandbox';

const plan = planFiles(sandboxFiles());
const DEVELOPERS = ['210000000009', '210000000010', '210000000011', '210000000012'];
const MEMBERS = Array.from({ length: 12 }, (_, index) => String(210_000_000_002 + index));

const current = (account: string): StackSetInstance => ({
  account,
  status: 'CURRENT',
  isSkipped: false,
  isDrifted: false,
});
const HEALTHY = {
  'sandbox-policy-ClaimsDeveloper': DEVELOPERS.map(current),
  'sandbox-policy-WorkforceBoundary': MEMBERS.map(current),
};

function found(sets: Readonly<Record<string, readonly StackSetInstance[]>>, of = plan): readonly string[] {
  const stackSets = known(Object.entries(sets).map(([name, instances]) => ({ name, instances })));
  const access = { stackSets } as unknown as NonNullable<Facts['access']>;
  const seen = policies.run({ plan: of, facts: { access }, now: new Date('2026-06-01') });
  return (seen ?? []).map(({ outcome, message }) => `${outcome}: ${message}`);
}

const developers = (...instances: readonly StackSetInstance[]) => ({
  ...HEALTHY,
  'sandbox-policy-ClaimsDeveloper': instances,
});

test('policies in every active account of theirs are well, whatever a suspended one has', () => {
  expect(found(HEALTHY)).toEqual(['ok: 2 policies are in their accounts']);
});

test('a policy that was never rolled out is a failure', () => {
  const { 'sandbox-policy-WorkforceBoundary': boundary } = HEALTHY;
  expect(found({ 'sandbox-policy-WorkforceBoundary': boundary })).toEqual([
    'failure: policy ClaimsDeveloper is in no account: there is no stack set sandbox-policy-ClaimsDeveloper',
  ]);
});

test('accounts that lack it, are behind, or were changed are named', () => {
  const [first = '', second = '', third = '', fourth = ''] = DEVELOPERS;
  expect(
    found(
      developers(
        { ...current(first), status: 'OUTDATED', reason: 'a name that exists' },
        { ...current(second), isDrifted: true },
        { ...current(third), isSkipped: true },
        current('210000000013'),
      ),
    ),
  ).toEqual([
    `failure: policy ClaimsDeveloper is not in '${third}', '${fourth}'`,
    `failure: policy ClaimsDeveloper is OUTDATED in ${first}: a name that exists`,
    `failure: policy ClaimsDeveloper was changed in '${second}' behind the stack set's back`,
    `warning: policy ClaimsDeveloper is still in '210000000013'`,
  ]);
});

test.each([
  ['by the management account', plan, ''],
  ['by a delegated administrator', planFiles(delegatedSandbox()), ' --call-as DELEGATED_ADMIN'],
])('of an account that failed the command is named that tries it again, %s', (_what, of, callAs) => {
  const [first = ''] = DEVELOPERS;
  const stackSets = known([
    { name: 'sandbox-policy-ClaimsDeveloper', instances: [{ ...current(first), status: 'OUTDATED' }] },
  ]);
  const access = { stackSets } as unknown as NonNullable<Facts['access']>;
  const seen = policies.run({ plan: of, facts: { access }, now: new Date('2026-06-01') }) ?? [];
  expect(seen.find(({ message }) => message.includes('OUTDATED'))?.advice).toBe(
    'remove the cause, then: aws cloudformation update-stack-instances --stack-set-name sandbox-policy-ClaimsDeveloper ' +
      `--regions eu-west-1 --deployment-targets OrganizationalUnitIds=r-in01,Accounts=${first},AccountFilterType=INTERSECTION${callAs}`,
  );
});

test('a stack set that CloudFormation failed to delete is a failure with its accounts', () => {
  expect(found({ ...HEALTHY, 'sandbox-policy-Old': [current('210000000013')] })).toEqual([
    `failure: stack set sandbox-policy-Old is not of the estate any more, and still in '210000000013'`,
  ]);
});

test('an estate without policies is not asked', () => {
  const access = {} as unknown as NonNullable<Facts['access']>;
  expect(policies.run({ plan, facts: { access }, now: new Date('2026-06-01') })).toBeUndefined();
});

test('a policy that AWS did not take away from an excluded account is a warning, and nothing is missing there', () => {
  const [leftOut = ''] = DEVELOPERS;
  const excluding = planFiles(
    edited(sandboxFiles(), ({ access }) => {
      access.excludedAccounts = [{ account: leftOut, reason: 'closed at the end of the month' }];
    }),
  );
  expect(
    found(
      { ...HEALTHY, 'sandbox-policy-WorkforceBoundary': MEMBERS.slice(0, 7).concat(MEMBERS.slice(8)).map(current) },
      excluding,
    ),
  ).toEqual([`warning: policy ClaimsDeveloper is still in '${leftOut}', which the estate excludes`]);
});

test.each([
  ['as the estate has it', (document: unknown) => ({ document }), ['ok: 2 policies are in their accounts']],
  [
    'loosened by hand',
    () => ({ document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }),
    ['failure: policy WorkforceBoundary in the management account has another document than the estate'],
  ],
  [
    'deleted by hand',
    () => ({}),
    ['failure: policy WorkforceBoundary is not in the management account: there is no arn:of:policy'],
  ],
])('the policy of the management account, %s', (_what, change, told) => {
  const own = plan.access?.rollouts.find(({ isInManagement }) => isInManagement)?.policy;
  // IAM answers with the keys in another order.
  const { Statement, Version } = own?.document.document ?? {};
  const here = { arn: 'arn:of:policy', ...change({ Statement, Version }) };
  const stackSets = known(Object.entries(HEALTHY).map(([name, instances]) => ({ name, instances })));
  const managementPolicies = known(new Map([['WorkforceBoundary', here]]));
  const access = { stackSets, managementPolicies } as unknown as NonNullable<Facts['access']>;
  const seen = policies.run({ plan, facts: { access }, now: new Date('2026-06-01') }) ?? [];
  expect(seen.map(({ outcome, message }) => `${outcome}: ${message}`)).toEqual(told);
});

test('a look for drift that found nothing out is not a sound policy', () => {
  const stackSets = known(
    Object.entries(HEALTHY).map(([name, instances]) => ({ name, instances, driftUnknown: 'is FAILED' })),
  );
  const access = { stackSets } as unknown as NonNullable<Facts['access']>;
  const seen = policies.run({ plan, facts: { access }, now: new Date('2026-06-01') }) ?? [];
  expect(seen.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
});
