import type { AccessPlan } from '../../../model/estate-plan';
import type { PermissionSet, PermissionsBoundary } from '../../../model/estate';
import { managedPolicyArn } from '../../../model/estate';
import { permissionSetsByName } from '../../../model/expand';
import { quotedList } from '../../../model/suggest';
import { isDeepStrictEqual } from 'node:util';
import type { DeployedSet } from '../../facts/access-facts';
import { type Check, examine, failure, type Observation, orWell, warning } from '../../check';

/** Permission sets are as declared. */
export const permissionSets: Check = {
  id: 'access-permission-sets',
  area: 'access',
  title: 'Permission sets are as declared',
  run: ({ plan: { access: planned, estate }, facts: { access } }) => {
    if (planned === undefined || access === undefined || estate.access === undefined) return undefined;
    const declared = permissionSetsByName(estate.access);
    return examine(access.permissionSets, (deployed) =>
      orWell(
        [...differences(declared, deployed, planned), ...unmanaged(declared, deployed)],
        `${deployed.length} permission sets are as declared`,
      ),
    );
  },
};

function differences(
  declared: ReadonlyMap<string, PermissionSet>,
  deployed: readonly DeployedSet[],
  { organization }: AccessPlan,
): readonly Observation[] {
  const byName = new Map(deployed.map((set) => [set.name, set]));
  return [...declared.values()].flatMap((set): readonly Observation[] => {
    const found = byName.get(set.name);
    if (found === undefined) return [failure(`permission set ${set.name} is not there`, 'deploy the access stacks')];
    const drifted = driftedParts(wantedOf(set, organization.partition), found);
    if (drifted.length === 0) return [];
    return [
      failure(
        `permission set ${set.name} is not as declared: ${drifted.join(', ')} was changed outside of the estate`,
        'deploy the access stacks anew (a change that CloudFormation does not see needs another change of the same set), ' +
          'or write what is deployed into the estate',
      ),
    ];
  });
}

type Comparable = Omit<DeployedSet, 'arn' | 'name' | 'outdatedIn' | 'tags'> & Pick<DeployedSet, 'tags'>;

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

function driftedParts(wanted: Comparable, found: DeployedSet): readonly string[] {
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

function unmanaged(
  declared: ReadonlyMap<string, PermissionSet>,
  deployed: readonly DeployedSet[],
): readonly Observation[] {
  return deployed
    .filter(({ name }) => !declared.has(name))
    .map(({ name }) =>
      warning(
        `permission set ${name} is not in the estate`,
        'delete it, or add it to the estate and import it (docs/importing.md)',
      ),
    );
}

/** In every account the roles are those of the permission sets. */
export const provisionedSets: Check = {
  id: 'access-provisioned',
  area: 'access',
  title: 'Accounts have the latest permission sets',
  run: ({ facts: { access } }) =>
    access &&
    examine(access.permissionSets, (sets) =>
      orWell(
        sets.filter(({ outdatedIn }) => outdatedIn.length > 0).map(outdated),
        'in every account the roles are those of the permission sets',
      ),
    ),
};

function outdated({ name, arn, outdatedIn }: DeployedSet): Observation {
  return warning(
    `permission set ${name} is outdated in ${outdatedIn.length} accounts: ${quotedList(outdatedIn)}`,
    `aws sso-admin provision-permission-set --target-type ALL_PROVISIONED_ACCOUNTS --permission-set-arn ${arn} ` +
      `--instance-arn ${instanceOf(arn)}`,
  );
}

/** `arn:aws:sso:::permissionSet/ssoins-…/ps-…` is of `arn:aws:sso:::instance/ssoins-…`. */
function instanceOf(arn: string): string {
  return arn.replace(/:permissionSet\/([^/]+)\/.*$/, ':instance/$1');
}
