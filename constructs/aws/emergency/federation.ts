import { Duration } from 'aws-cdk-lib';
import { CfnSAMLProvider, Effect, FederatedPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EmergencyPlan } from '../../../model/emergency-plan';
import { emergencyRoleArn } from '../../../model/emergency-plan';
import { compareText } from '../../../model/finding';

export interface FederationProps {
  readonly plan: EmergencyPlan;
  /** SAML metadata of the identity provider. */
  readonly metadata: string;
}

/**
 * The identity provider in IAM, and the role that it signs people in to. That role can switch to the emergency roles, and do
 * nothing else. Names are the same in every release: the identity provider sends both ARNs in its answers.
 *
 * Who signed in is the source identity, which sessions keep when they switch (IAM User Guide, 'Monitor and control actions
 * taken with assumed roles').
 */
export class Federation extends Construct {
  constructor(scope: Construct, id: string, { plan, metadata }: FederationProps) {
    super(scope, id);
    const provider = new CfnSAMLProvider(this, 'Provider', { name: plan.name, samlMetadataDocument: metadata });
    const principal = new FederatedPrincipal(
      provider.attrArn,
      { StringEquals: { 'SAML:aud': plan.signInUrls.toSorted(compareText) } },
      'sts:AssumeRoleWithSAML',
    );
    const role = new Role(this, 'Role', {
      roleName: plan.name,
      description: 'Where people sign in to in an emergency; it switches to other roles, and does nothing else',
      assumedBy: principal,
      // The least that IAM takes; the identity provider asks for less.
      maxSessionDuration: Duration.hours(1),
    });
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({ actions: ['sts:SetSourceIdentity'], principals: [principal] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Switch',
        effect: Effect.ALLOW,
        actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        resources: plan.targets.flatMap(({ account, roles }) =>
          roles.map((one) => emergencyRoleArn(plan, account, one)),
        ),
      }),
    );
  }
}
