import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Alarms, ForwardedAlarms } from '../../constructs/aws/emergency/alarms';
import { EmergencyReader, EmergencyRoles, Federation } from '../../constructs/aws/emergency/roles';
import { EMERGENCY_HOME_REGION } from '../../src/estate/sections/emergency/emergency';
import type { EmergencyPlan, EmergencyTarget } from '../../src/estate/sections/emergency/emergency-plan';

export interface EmergencyStackProps {
  readonly plan: EmergencyPlan;
  /** SAML metadata of the identity provider. */
  readonly metadata: string;
  /** ARN of the role by which the pipeline reads. @default none: no pipeline looks at the emergency access */
  readonly reader?: string | undefined;
}

/** The account that people sign in to, in the Region that IAM's events come to. */
export class EmergencyStack extends Stack {
  constructor(scope: App, id: string, { plan, metadata, reader }: EmergencyStackProps) {
    super(scope, id, {
      env: { account: plan.account.id, region: EMERGENCY_HOME_REGION },
      description: 'Emergency access: where people sign in to, and who is told',
      terminationProtection: true,
    });
    new Federation(this, 'Federation', { plan, metadata });
    new Alarms(this, 'Alarms', { plan });
    if (reader !== undefined) new EmergencyReader(this, 'Reader', { plan, reader });
  }
}

export interface EmergencyAlarmsStackProps {
  readonly plan: EmergencyPlan;
  readonly region: string;
}

/** The same account in another Region, whose sign-in may be used. */
export class EmergencyAlarmsStack extends Stack {
  constructor(scope: App, id: string, { plan, region }: EmergencyAlarmsStackProps) {
    const account = plan.account.id;
    super(scope, id, {
      env: { account, region },
      description: 'Emergency access: uses in this Region',
      terminationProtection: true,
    });
    new ForwardedAlarms(this, 'Alarms', { plan, account, roles: [plan.name] });
  }
}

export interface EmergencyRolesStackProps {
  readonly plan: EmergencyPlan;
  readonly target: EmergencyTarget;
  /** As of `EmergencyStackProps`. */
  readonly reader?: string | undefined;
}

/** Roles in one account, and what tells of them there. */
export class EmergencyRolesStack extends Stack {
  constructor(scope: App, id: string, { plan, target, reader }: EmergencyRolesStackProps) {
    const account = target.account.id;
    super(scope, id, {
      env: { account, region: EMERGENCY_HOME_REGION },
      description: 'Emergency access: roles of this account',
      terminationProtection: true,
    });
    new EmergencyRoles(this, 'Roles', { plan, target });
    new ForwardedAlarms(this, 'Alarms', { plan, account, roles: target.roles.map(({ name }) => name) });
    // The account that people sign in to has it in its own stack.
    if (reader !== undefined && account !== plan.account.id) new EmergencyReader(this, 'Reader', { plan, reader });
  }
}
