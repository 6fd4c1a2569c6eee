import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EmergencyRole as EmergencyRoleDefinition } from '../../../model/emergency';
import type { EmergencyPlan } from '../../../model/emergency-plan';
import { signInRoleArn } from '../../../model/emergency-plan';
import type { CustomerManagedPolicy } from '../../../model/estate';
import { managedPolicyArn } from '../../../model/estate';
import { compareText } from '../../../model/finding';
import { acknowledge } from '../acknowledge';

export interface EmergencyRoleProps {
  readonly plan: EmergencyPlan;
  /** The account that it is in. */
  readonly account: string;
  readonly definition: EmergencyRoleDefinition;
}

/** The least that IAM takes: chained sessions last for an hour at most. */
const MAX_SESSION_SECONDS = 3600;

/** IAM User Guide, 'AWS: Denies access to AWS based on the requested Region': services that live in one Region for all. */
const GLOBAL_SERVICES = ['cloudfront:*', 'iam:*', 'organizations:*', 'route53:*', 'sts:*', 'support:*'];

/**
 * A role that is there before it is needed. Only the role that people sign in to can take it on: it is named by its ARN in a
 * condition and not as the principal, which IAM would turn into an id, so that a role made anew would be trusted no more.
 */
export class EmergencyRole extends Construct {
  constructor(scope: Construct, id: string, { plan, account, definition }: EmergencyRoleProps) {
    super(scope, id);
    const { name, description, regions } = definition;
    const managedPolicyArns = policiesOf(plan, account, definition);
    const boundary = definition.permissionsBoundary;
    new CfnRole(this, 'Resource', {
      roleName: name,
      description: description ?? `For emergencies of ${plan.estateName}`,
      assumeRolePolicyDocument: trustOf(plan),
      maxSessionDuration: MAX_SESSION_SECONDS,
      managedPolicyArns,
      ...(boundary && {
        permissionsBoundary:
          boundary.kind === 'managed'
            ? managedPolicyArn(boundary.policy, plan.partition)
            : customerPolicyArn(plan, account, boundary.policy),
      }),
      ...(regions.length > 0 && {
        policies: [{ policyName: 'Regions', policyDocument: onlyIn(regions.map(({ text }) => text)) }],
      }),
    });
    acknowledge(
      this,
      managedPolicyArns.map((arn) => ({ at: [], rule: `AwsSolutions-IAM4[Policy::${arn}]`, reason: MANAGED })),
    );
  }
}

const MANAGED =
  'The estate names the policies of an emergency role; each use is an alarm, and sessions end within an hour.';

function policiesOf(
  plan: EmergencyPlan,
  account: string,
  { managedPolicies, customerManagedPolicies }: EmergencyRoleDefinition,
): string[] {
  return [
    ...managedPolicies.map((policy) => managedPolicyArn(policy, plan.partition)),
    ...customerManagedPolicies.map((policy) => customerPolicyArn(plan, account, policy)),
  ].toSorted(compareText);
}

function customerPolicyArn(
  { partition }: EmergencyPlan,
  account: string,
  { path, name }: CustomerManagedPolicy,
): string {
  return `arn:${partition}:iam::${account}:policy${path}${name}`;
}

function trustOf(plan: EmergencyPlan): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${plan.partition}:iam::${plan.account.id}:root` },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { ArnEquals: { 'aws:PrincipalArn': signInRoleArn(plan) } },
      },
    ],
  };
}

function onlyIn(regions: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OtherRegions',
        Effect: 'Deny',
        NotAction: GLOBAL_SERVICES,
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': regions.toSorted(compareText) } },
      },
    ],
  };
}
