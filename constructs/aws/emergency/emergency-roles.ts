import { Construct } from 'constructs';
import type { EmergencyPlan, EmergencyTarget } from '../../../src/estate/sections/emergency/emergency-plan';
import { constructIdOf } from '../access/construct-id';
import { EmergencyRole } from './emergency-role';

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
