import type { EmergencyRole } from './emergency';
import { type EmergencyPlan, emergencyRoleArn, samlProviderArn, signInRoleArn } from './emergency-plan';
import type { CustomerManagedPolicy } from '../estate';
import { managedPolicyArn } from '../estate';
import { compareText } from '../../source/finding';

/** An IAM policy document. */
export interface EmergencyPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** Name of the policy by which the role that people sign in to switches to others. */
export const SWITCH_POLICY = 'Switch';
/** Name of the policy that keeps a role to its Regions. */
export const REGIONS_POLICY = 'Regions';

/**
 * Services that live in one Region for all, which a role may need in an outage of its own: IAM User Guide, 'AWS: Denies access to AWS
 * based on the requested Region'; AWS Control Tower, 'Region deny control'.
 */
const GLOBAL_SERVICES = [
  'cloudfront:*',
  'globalaccelerator:*',
  'health:*',
  'iam:*',
  'networkmanager:*',
  'organizations:*',
  'route53:*',
  'shield:*',
  'sts:*',
  'support:*',
  'waf:*',
];
/** AWS WAF of CloudFront is in one Region, and of everything else in that of the resource. */
const WAF = { actions: 'wafv2:*', cloudFrontRegion: 'us-east-1' } as const;

/**
 * Trust policy of the role that people sign in to: whoever the identity provider names, at the sign-in of the estate's Regions.
 * The source identity says who that is, and sessions keep it when they switch (IAM User Guide, 'Monitor and control actions taken with
 * assumed roles').
 */
export function signInTrust(plan: EmergencyPlan): EmergencyPolicy {
  return policyOf({
    Effect: 'Allow',
    Principal: { Federated: samlProviderArn(plan) },
    Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity'],
    Condition: { StringEquals: { 'SAML:aud': plan.signInUrls.toSorted(compareText) } },
  });
}

/** All that the role that people sign in to may do. */
export function switchPolicy(plan: EmergencyPlan): EmergencyPolicy {
  const roles = plan.targets.flatMap(({ account, roles: all }) =>
    all.map((role) => emergencyRoleArn(plan, account, role)),
  );
  const Action = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  return policyOf({ Sid: 'Switch', Effect: 'Allow', Action, Resource: roles });
}

/**
 * Trust policy of an emergency role: the role that people sign in to alone. It is named by its ARN in a condition and not as the
 * principal, which IAM would turn into an id, so that a recreated role would no longer be trusted.
 */
export function roleTrust(plan: EmergencyPlan): EmergencyPolicy {
  return policyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:${plan.partition}:iam::${plan.account.id}:root` },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    Condition: { ArnEquals: { 'aws:PrincipalArn': signInRoleArn(plan) } },
  });
}

/** Keeps a role to Regions. */
export function regionsPolicy(regions: readonly string[]): EmergencyPolicy {
  const outside = (...allowed: readonly string[]): object => ({
    StringNotEquals: { 'aws:RequestedRegion': allowed.toSorted(compareText) },
  });
  const all = { Effect: 'Deny', Resource: '*' };
  return policyOf(
    { Sid: 'OtherRegions', ...all, NotAction: [...GLOBAL_SERVICES, WAF.actions], Condition: outside(...regions) },
    {
      Sid: 'OtherRegionsOfFirewalls',
      ...all,
      Action: WAF.actions,
      Condition: outside(...new Set([...regions, WAF.cloudFrontRegion])),
    },
  );
}

/** ARNs of the policies of a role, sorted. */
export function policyArnsOf(plan: EmergencyPlan, account: string, role: EmergencyRole): readonly string[] {
  return [
    ...role.managedPolicies.map((policy) => managedPolicyArn(policy, plan.partition)),
    ...role.customerManagedPolicies.map((policy) => customerPolicyArn(plan, account, policy)),
  ].toSorted(compareText);
}

/** ARN of the upper limit of a role, where it has one. */
export function boundaryArnOf(plan: EmergencyPlan, account: string, role: EmergencyRole): string | undefined {
  const { permissionsBoundary: boundary } = role;
  if (boundary === undefined) return undefined;
  return boundary.kind === 'managed'
    ? managedPolicyArn(boundary.policy, plan.partition)
    : customerPolicyArn(plan, account, boundary.policy);
}

/** ARNs of the customer-managed policies and boundaries that roles of an account have, sorted, each once. */
export function customerPolicyArnsOf(
  plan: EmergencyPlan,
  account: string,
  roles: readonly EmergencyRole[],
): readonly string[] {
  const policies = roles.flatMap(({ customerManagedPolicies, permissionsBoundary: boundary }) => [
    ...customerManagedPolicies,
    ...(boundary?.kind === 'customer-managed' ? [boundary.policy] : []),
  ]);
  return [...new Set(policies.map((policy) => customerPolicyArn(plan, account, policy)))].toSorted(compareText);
}

function customerPolicyArn({ partition }: EmergencyPlan, account: string, policy: CustomerManagedPolicy): string {
  return `arn:${partition}:iam::${account}:policy${policy.path}${policy.name}`;
}

function policyOf(...Statement: EmergencyPolicy['Statement']): EmergencyPolicy {
  return { Version: '2012-10-17', Statement };
}
