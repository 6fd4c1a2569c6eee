import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { cdkStacks } from '../../../src/estate/plan/stacks/stacks';
import { stackSetNameOf } from '../../../src/estate/sections/access/plan/rollouts';
import { addStacks } from '../../../stacks/aws/estate-app';
import { imageSourceOf } from '../../../stacks/image-source';
import type { EstateFiles } from '../../support/large-estate';
import type { EstateDraft } from '../../support/sandbox';
import { delegatedSandbox, edited, planFiles, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();
const STACK_SET = 'AWS::CloudFormation::StackSet';
const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';

interface StackTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
}
interface Properties extends Readonly<Record<string, unknown>> {
  readonly StackSetName?: string;
  readonly ManagedPolicyName?: string;
  readonly TemplateBody?: string;
  readonly CallAs?: string;
  readonly OperationPreferences?: { readonly FailureToleranceCount: number };
  readonly StackInstancesGroup?: readonly { readonly DeploymentTargets: { readonly Accounts: readonly string[] } }[];
}

/** The templates of the stacks of policies, by name, with what is deployed and kept of them. */
function templatesOf(files: EstateFiles, kept?: Readonly<Record<string, StackTemplate>>) {
  const plan = planFiles(files);
  const app = new App({ outdir, analyticsReporting: false });
  const stacks = cdkStacks(plan).filter(({ kind }) => kind.startsWith('policies'));
  addStacks(app, stacks, {
    plan,
    sources: { imageOf: imageSourceOf, keptPolicies: kept && new Map(Object.entries(kept)) },
  });
  const found = app.node.children.filter((child) => child instanceof Stack);
  return Object.fromEntries(
    found.map((stack) => [stack.stackName, Template.fromStack(stack).toJSON() as StackTemplate]),
  );
}

/** Policies of a template: name, and accounts of its stack set, or `here`. */
function policiesOf(template: StackTemplate | undefined): Readonly<Record<string, readonly string[] | 'here'>> {
  return Object.fromEntries(
    Object.values(template?.Resources ?? {}).flatMap(
      ({ Type, Properties: properties }): readonly (readonly [string, readonly string[] | 'here'])[] => {
        if (Type !== MANAGED_POLICY && Type !== STACK_SET) return [];
        const { StackSetName: set = '', ManagedPolicyName: policy = '' } = properties;
        if (Type === MANAGED_POLICY) return [[policy, 'here']];
        const groups = properties.StackInstancesGroup ?? [];
        return [[set, groups.flatMap(({ DeploymentTargets }) => DeploymentTargets.Accounts)]];
      },
    ),
  );
}

const sandbox = sandboxFiles();
const DEVELOPERS = ['210000000009', '210000000010', '210000000011', '210000000012'];
const MEMBERS = Array.from({ length: 13 }, (_, index) => String(210_000_000_002 + index));

const ALL = {
  'sandbox-policy-ClaimsDeveloper': DEVELOPERS,
  'sandbox-policy-WorkforceBoundary': MEMBERS,
  WorkforceBoundary: 'here',
};

test('a stack set names each account of its policy, and the management account has the policy itself', () => {
  const templates = templatesOf(sandbox);
  expect(Object.keys(templates)).toEqual(['sandbox-policies']);
  expect(policiesOf(templates['sandbox-policies'])).toEqual(ALL);
});

test('a delegated administrator has the stack sets, and calls as one; the management account has a stack of its own', () => {
  const templates = templatesOf(delegatedSandbox());
  const { WorkforceBoundary: here, ...members } = ALL;
  expect(policiesOf(templates['sandbox-policies'])).toEqual(members);
  expect(policiesOf(templates['sandbox-policies-management'])).toEqual({ WorkforceBoundary: here });
  const resources = Object.values(templates['sandbox-policies']?.Resources ?? {});
  expect(resources.flatMap(({ Type, Properties: { CallAs } }) => (Type === STACK_SET ? [CallAs] : []))).toEqual([
    'DELEGATED_ADMIN',
    'DELEGATED_ADMIN',
  ]);
});

test('the document is the one of the estate, under name and path that sets refer to', () => {
  const [set] = Object.values(templatesOf(sandbox)['sandbox-policies']?.Resources ?? {});
  expect(JSON.parse(set?.Properties.TemplateBody ?? '')).toMatchObject({
    Resources: {
      Policy: { Type: MANAGED_POLICY, Properties: { ManagedPolicyName: 'ClaimsDeveloper', Path: '/claims/' } },
    },
  });
});

const without =
  (name: string) =>
  ({ access }: EstateDraft): void => {
    access.policies = (access.policies ?? []).filter((policy) => policy.name !== name);
    for (const set of access.permissionSets) {
      set.customerManagedPolicies = [];
      delete set.permissionsBoundary;
    }
  };

test('a policy that is not declared any more stays until the sets are deployed', () => {
  const deployed = templatesOf(sandbox);
  const changed = edited(sandbox, without('WorkforceBoundary'));
  const { 'sandbox-policy-ClaimsDeveloper': developers } = ALL;
  expect(policiesOf(templatesOf(changed)['sandbox-policies'])).toEqual({
    'sandbox-policy-ClaimsDeveloper': developers,
  });
  expect(policiesOf(templatesOf(changed, deployed)['sandbox-policies'])).toEqual(ALL);
  expect(templatesOf(sandbox, deployed)).toEqual(deployed);
});

test('the last policies stay too, and the stack is there to take them away', () => {
  const deployed = templatesOf(sandbox);
  const emptied = edited(sandbox, (draft) => {
    without('WorkforceBoundary')(draft);
    draft.access.policies = [];
  });
  expect(policiesOf(templatesOf(emptied)['sandbox-policies'])).toEqual({});
  expect(policiesOf(templatesOf(emptied, deployed)['sandbox-policies'])).toEqual(ALL);
});

test('an account that a policy leaves keeps it until the sets are deployed, and a new one has it before', () => {
  const deployed = templatesOf(sandbox);
  const moved = edited(sandbox, ({ access }) => {
    for (const grant of access.grants.filter(({ permissionSets }) => permissionSets.includes('Developer')))
      grant.accounts = { include: [{ name: 'playground' }] };
    for (const set of access.permissionSets) if (set.name === 'Developer') delete set.grantable;
    for (const policy of access.policies ?? [])
      if (policy.name === 'ClaimsDeveloper') policy.accounts = { include: [{ name: 'playground' }] };
  });
  const name = 'sandbox-policy-ClaimsDeveloper';
  const [playground = ''] = policiesOf(templatesOf(moved)['sandbox-policies'])[name] ?? [];
  expect(DEVELOPERS).not.toContain(playground);
  expect(policiesOf(templatesOf(moved, deployed)['sandbox-policies'])[name]).toEqual([...DEVELOPERS, playground]);
});

test.each([
  ['WorkforceBoundary', /^sandbox-policy-WorkforceBoundary$/],
  ['a_b', /^sandbox-policy-a-b-[0-9a-f]{8}$/],
  ['x'.repeat(128), /^sandbox-policy-x{56}-[0-9a-f]{8}$/],
])('the stack set of %s has a name that CloudFormation takes', (policy, expected) => {
  const name = stackSetNameOf('sandbox', policy);
  expect(name).toMatch(expected);
  expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,79}$/);
});

test('names that differ in what a stack set can not have are two stack sets', () => {
  const names = ['a_b', 'a.b', 'a-b', 'a--b', '-a-b'].map((policy) => stackSetNameOf('sandbox', policy));
  expect(new Set(names).size).toBe(names.length);
});

describe('an account that the estate excludes', () => {
  const excluding = edited(sandbox, ({ access }) => {
    access.excludedAccounts = [{ account: '210000000009', reason: 'closed at the end of the month' }];
  });
  const preferencesOf = (files: EstateFiles): Readonly<Record<string, number | undefined>> =>
    Object.fromEntries(
      Object.values(templatesOf(files)['sandbox-policies']?.Resources ?? {}).flatMap(({ Properties: properties }) =>
        properties.StackSetName === undefined
          ? []
          : [[properties.StackSetName, properties.OperationPreferences?.FailureToleranceCount]],
      ),
    );

  test('gets no policy, and may fail without the others', () => {
    expect(policiesOf(templatesOf(excluding)['sandbox-policies'])).toEqual({
      'sandbox-policy-ClaimsDeveloper': DEVELOPERS.slice(1),
      'sandbox-policy-WorkforceBoundary': MEMBERS.filter((id) => id !== '210000000009'),
      WorkforceBoundary: 'here',
    });
    const [one, none] = [1, 0].map((count) => ({
      'sandbox-policy-ClaimsDeveloper': count,
      'sandbox-policy-WorkforceBoundary': count,
    }));
    expect(preferencesOf(excluding)).toEqual(one);
    expect(preferencesOf(sandbox)).toEqual(none);
  });
});
