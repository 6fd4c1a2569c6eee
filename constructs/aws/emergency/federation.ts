import { CfnRole, CfnSAMLProvider } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EMERGENCY_SESSION_SECONDS } from '../../../src/estate/sections/emergency/limits';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';
import { signInTrust, SWITCH_POLICY, switchPolicy } from '../../../src/estate/sections/emergency/emergency-policies';

export interface FederationProps {
  readonly plan: EmergencyPlan;
  /** SAML metadata of the identity provider. */
  readonly metadata: string;
}

/**
 * The identity provider in IAM, and the role that it signs people in to. That role can switch to the emergency roles, and do
 * nothing else. Names are the same in every release: the identity provider sends both ARNs in its answers.
 */
export class Federation extends Construct {
  constructor(scope: Construct, id: string, { plan, metadata }: FederationProps) {
    super(scope, id);
    const provider = new CfnSAMLProvider(this, 'Provider', { name: plan.name, samlMetadataDocument: metadata });
    const role = new CfnRole(this, 'Role', {
      roleName: plan.name,
      description: 'Where people sign in to in an emergency; it switches to other roles, and does nothing else',
      assumeRolePolicyDocument: signInTrust(plan),
      // The least that IAM takes; the identity provider asks for less.
      maxSessionDuration: EMERGENCY_SESSION_SECONDS.max,
      policies: [{ policyName: SWITCH_POLICY, policyDocument: switchPolicy(plan) }],
    });
    role.addResourceDependency(provider);
  }
}
