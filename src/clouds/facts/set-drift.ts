import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { driftedProperties } from '../../estate/sections/access/sets/set-forms';
import { DEPLOYED_PROPERTIES } from '../../estate/sections/access/sets/set-properties';
import type { PermissionSet } from '../../estate/sections/estate';
import type { DeployedSet } from './access-facts';

/** The permission sets of the estate by their names, whichever stack has them. */
export function declaredSets({ stacks }: AccessPlan): ReadonlyMap<string, PermissionSet> {
  return new Map(stacks.flatMap(({ permissionSets }) => permissionSets.map((set) => [set.name, set] as const)));
}

/** Parts of a permission set that are not as declared, in words. */
export function driftedParts(declared: PermissionSet, found: DeployedSet, partition: string): readonly string[] {
  return driftedProperties(declared, found, partition).map((property) => DEPLOYED_PROPERTIES[property].label);
}
