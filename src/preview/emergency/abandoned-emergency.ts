import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import { emergencyStacks } from '../../estate/sections/emergency/emergency-plan';
import type { Replacement } from '../report-types';

/** Stacks of the emergency access that the base deploys and head does not: nothing deletes them, nor what they allow. */
export function emergencyAbandoned(
  base: EmergencyPlan | undefined,
  head: EmergencyPlan | undefined,
): readonly Replacement[] {
  const keysOf = (plan: EmergencyPlan | undefined): readonly string[] =>
    plan === undefined ? [] : emergencyStacks(plan).map(({ name, account, region }) => [name, account, region].join());
  const kept = new Set(keysOf(head));
  return (base === undefined ? [] : emergencyStacks(base))
    .filter(({ name, account, region }) => !kept.has([name, account, region].join()))
    .toReversed()
    .map(({ name, account, region }) => ({
      kind: 'emergency-abandoned',
      subject: `${name} in account ${account} (${region})`,
      detail: `The estate no longer deploys it, but it stays in the account, with its roles and alarms: \`aws cloudformation delete-stack --stack-name ${name} --region ${region}\` after lifting termination protection.`,
      assignments: 0,
    }));
}
