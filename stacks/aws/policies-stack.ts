import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { constructIdOf } from '../../constructs/aws/access/construct-id';
import { keepPolicies } from '../../constructs/aws/access/kept-policies';
import { ManagementPolicy } from '../../constructs/aws/access/management-policy';
import type { StackSetHome } from '../../constructs/aws/access/policy-stack-set';
import { PolicyStackSet } from '../../constructs/aws/access/policy-stack-set';
import type { Template } from '../../constructs/aws/access/repeated-assignments';
import { StackAnchor } from '../../constructs/aws/access/stack-anchor';
import type { PolicyStack as PolicyStackPlan } from '../../src/estate/plan/rollouts';

export interface PoliciesStackProps {
  readonly home: StackSetHome;
  readonly plan: PolicyStackPlan;
  /** Template that is deployed, of which everything stays that is not declared any more. @default nothing stays */
  readonly kept?: Template | undefined;
}

/** Customer-managed policies that permission sets refer to: in the organization's accounts, and in the management account. */
export class PoliciesStack extends Stack {
  constructor(scope: App, id: string, { home, plan, kept }: PoliciesStackProps) {
    super(scope, id, {
      env: { account: plan.account, region: home.region },
      description: `Customer-managed policies of ${home.estateName} (${plan.role})`,
      terminationProtection: true,
    });
    const { inMembers, inManagement } = plan;
    for (const rollout of inMembers)
      new PolicyStackSet(this, `StackSet${constructIdOf(rollout.policy.name)}`, { home, rollout });
    for (const { policy } of inManagement)
      new ManagementPolicy(this, `Policy${constructIdOf(policy.name)}`, { policy });
    if (inMembers.length + inManagement.length === 0) new StackAnchor(this, 'Anchor');
    if (kept !== undefined) keepPolicies(this, kept);
  }
}
