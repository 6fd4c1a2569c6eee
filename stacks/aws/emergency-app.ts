import type { App } from 'aws-cdk-lib';
import type { EmergencyPlan } from '../../src/estate/sections/emergency/emergency-plan';
import { emergencyStacks } from '../../src/estate/sections/emergency/emergency-plan';
import { EmergencyAlarmsStack, EmergencyRolesStack, EmergencyStack } from './emergency-stacks';

/** Adds the stacks of the emergency access: that of its account first, since the others send to its event bus. */
export function addEmergencyStacks(app: App, plan: EmergencyPlan): void {
  const { metadata, targets } = plan;
  if (metadata === undefined) return;
  const home = new EmergencyStack(app, plan.name, { plan, metadata });
  for (const { name, role, account, region } of emergencyStacks(plan)) {
    const target = targets.find((one) => one.account.id === account);
    if (role === 'emergency-alarms') new EmergencyAlarmsStack(app, name, { plan, region }).addStackDependency(home);
    if (role === 'emergency-roles' && target !== undefined) {
      new EmergencyRolesStack(app, name, { plan, target }).addStackDependency(home);
    }
  }
}
