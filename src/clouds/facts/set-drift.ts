import { isDeepStrictEqual } from 'node:util';
import type { PermissionSet, PermissionsBoundary } from '../../estate/sections/estate';
import { managedPolicyArn } from '../../estate/sections/estate';
import type { AccessPlan } from '../../estate/plan/estate-plan';
import type { DeployedSet } from './access-facts';

/** The permission sets of the estate by their names, whichever stack has them. */
export function declaredSets({ stacks }: AccessPlan): ReadonlyMap<string, PermissionSet> {
  return new Map(stacks.flatMap(({ permissionSets }) => permissionSets.map((set) => [set.name, set] as const)));
}

/** Parts of a permission set that are not as declared, in words. */
export function driftedParts(declared: PermissionSet, found: DeployedSet, partition: string): readonly string[] {
  const wanted = wantedOf(declared, partition);
  const isSame: Readonly<Record<string, boolean>> = {
    description: wanted.description === found.description,
    'session duration': wanted.sessionDuration === found.sessionDuration,
    'relay state': wanted.relayState === found.relayState,
    'managed policies': isDeepStrictEqual(wanted.managedPolicies.toSorted(), found.managedPolicies.toSorted()),
    'customer managed policies': isDeepStrictEqual(
      wanted.customerManagedPolicies.toSorted(),
      found.customerManagedPolicies.toSorted(),
    ),
    'inline policy': isDeepStrictEqual(wanted.inlinePolicy, found.inlinePolicy),
    'permissions boundary': wanted.boundary === found.boundary,
    // A stack's own tags come to its resources as well.
    tags: Object.entries(wanted.tags).every(([key, value]) => found.tags[key] === value),
  };
  return Object.keys(isSame).filter((part) => isSame[part] === false);
}

type Comparable = Omit<DeployedSet, 'arn' | 'name' | 'outdatedIn'>;

function wantedOf(set: PermissionSet, partition: string): Comparable {
  return {
    ...(set.description !== undefined && { description: set.description }),
    sessionDuration: set.sessionDuration,
    ...(set.relayState !== undefined && { relayState: set.relayState }),
    managedPolicies: set.managedPolicies.map((policy) => managedPolicyArn(policy, partition)),
    customerManagedPolicies: set.customerManagedPolicies.map(({ path, name }) => `${path}${name}`),
    ...(set.inlinePolicy !== undefined && { inlinePolicy: set.inlinePolicy.document }),
    ...(set.permissionsBoundary !== undefined && { boundary: boundaryOf(set.permissionsBoundary, partition) }),
    tags: Object.fromEntries(set.tags.map(({ key, value }) => [key, value])),
  };
}

function boundaryOf(boundary: PermissionsBoundary, partition: string): string {
  if (boundary.kind === 'managed') return managedPolicyArn(boundary.policy, partition);
  return `${boundary.policy.path}${boundary.policy.name}`;
}
