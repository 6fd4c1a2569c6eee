import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EmergencyRole as EmergencyRoleDefinition } from '../../../src/estate/sections/emergency/emergency';
import type { EmergencyPlan, EmergencyTarget } from '../../../src/estate/sections/emergency/emergency-plan';
import {
  boundaryArnOf,
  policyArnsOf,
  REGIONS_POLICY,
  regionsPolicy,
  roleTrust,
} from '../../../src/estate/sections/emergency/emergency-policies';
import { EMERGENCY_SESSION_SECONDS } from '../../../src/estate/sections/emergency/limits';
import { constructIdOf } from '../access/construct-id';
import { acknowledge } from '../acknowledge';

export interface EmergencyRolesProps {
  readonly plan: EmergencyPlan;
  readonly target: EmergencyTarget;
}

/** The emergency roles of one account. */
export class EmergencyRoles extends Construct {
  constructor(scope: Construct, id: string, { plan, target }: EmergencyRolesProps) {
    super(scope, id);
    const account = target.account.id;
    for (const definition of target.roles) {
      new EmergencyRole(this, constructIdOf(definition.name), { plan, account, definition });
    }
  }
}

interface EmergencyRoleProps {
  readonly plan: EmergencyPlan;
  /** The account that it is in. */
  readonly account: string;
  readonly definition: EmergencyRoleDefinition;
}

/** A role that is there before it is needed. Only the role that people sign in to can take it on. */
class EmergencyRole extends Construct {
  constructor(scope: Construct, id: string, { plan, account, definition }: EmergencyRoleProps) {
    super(scope, id);
    const { name, description, regions } = definition;
    const managedPolicyArns = [...policyArnsOf(plan, account, definition)];
    const permissionsBoundary = boundaryArnOf(plan, account, definition);
    new CfnRole(this, 'Resource', {
      roleName: name,
      description: description ?? `For emergencies of ${plan.estateName}`,
      assumeRolePolicyDocument: roleTrust(plan),
      maxSessionDuration: EMERGENCY_SESSION_SECONDS.max,
      managedPolicyArns,
      ...(permissionsBoundary !== undefined && { permissionsBoundary }),
      ...(regions.length > 0 && {
        policies: [{ policyName: REGIONS_POLICY, policyDocument: regionsPolicy(regions.map(({ text }) => text)) }],
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
