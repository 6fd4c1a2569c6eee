import type { EmergencyPlan } from './emergency-plan';

/** Name of the role by which the pipeline reads the emergency access, the same in each of its accounts. */
export function emergencyReaderName(estateName: string): string {
  return `${estateName}-emergency-reader`;
}

/** ARNs of these roles: one in each account of the emergency access, sorted. */
export function emergencyReaderArns({ estateName, partition, account, targets }: EmergencyPlan): readonly string[] {
  const accounts = [account, ...targets.map((target) => target.account)].map(({ id }) => id);
  return [...new Set(accounts)]
    .toSorted()
    .map((id) => `arn:${partition}:iam::${id}:role/${emergencyReaderName(estateName)}`);
}

/** Every call that the drill makes in an account. All of them only read, and none reads what somebody stores. */
export const DRILL_ACTIONS: readonly string[] = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrailStatus',
  'events:DescribeEventBus',
  'events:ListRules',
  'events:ListTargetsByRule',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:GetSAMLProvider',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:ListRoles',
  'sns:GetSubscriptionAttributes',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
];
