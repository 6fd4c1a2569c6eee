import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { principalTypeOf } from '../../estate/sections/access/holder';
import type { DeployedAssignment, DeployedSet } from './access-facts';
import { whyLeftAlone } from './left-alone';
import { elsewhereOf, type PrincipalNames } from './managed-elsewhere';
import { declaredSets, driftedParts } from './set-drift';

/** Permission sets and assignments as AWS has them. */
export interface DeployedAccess {
  readonly permissionSets: readonly DeployedSet[];
  readonly assignments: readonly DeployedAssignment[];
  /** Names of users and groups, by which the estate may say that others manage their access. @default those of the snapshot */
  readonly names?: PrincipalNames;
}

/** Assignments that AWS has and the estate does not, without those that others manage. */
export function unknownAssignments(access: AccessPlan, deployed: DeployedAccess): readonly DeployedAssignment[] {
  const names = setNames(deployed);
  const declared = new Set(access.expansion.assignments.map(declaredKey));
  const elsewhere = elsewhereOf(access, deployed.names);
  return deployed.assignments.filter(
    (one) => !declared.has(deployedKey(one, names)) && !elsewhere.isAssignment(one, names.get(one.set)),
  );
}

/** Assignments that the estate has and AWS does not. Those of groups and users that are not synchronized yet can't be there. */
export function missingAssignments(access: AccessPlan, deployed: DeployedAccess): readonly Assignment[] {
  const names = setNames(deployed);
  const there = new Set(deployed.assignments.map((one) => deployedKey(one, names)));
  return access.expansion.assignments.filter((one) => one.principalId !== undefined && !there.has(declaredKey(one)));
}

/** Assignments that the estate does not have, and says that others manage. */
export function assignmentsElsewhere(access: AccessPlan, deployed: DeployedAccess): readonly DeployedAssignment[] {
  const names = setNames(deployed);
  const declared = new Set(access.expansion.assignments.map(declaredKey));
  const elsewhere = elsewhereOf(access, deployed.names);
  return deployed.assignments.filter(
    (one) => !declared.has(deployedKey(one, names)) && elsewhere.isAssignment(one, names.get(one.set)),
  );
}

/** Permission sets that AWS has and the estate does not, without those that others manage. */
export function unknownSets(
  access: AccessPlan,
  { permissionSets }: Pick<DeployedAccess, 'permissionSets'>,
): readonly DeployedSet[] {
  const declared = declaredSets(access);
  const elsewhere = elsewhereOf(access);
  return permissionSets.filter(({ name }) => !declared.has(name) && !elsewhere.isSet(name));
}

/** Tells whether AWS has what the estate says, neither more nor less; of accounts that can't be used, not less. */
export function isAsDeclared(access: AccessPlan, deployed: DeployedAccess): boolean {
  const found = new Map(deployed.permissionSets.map((set) => [set.name, set]));
  const isThere = [...declaredSets(access)].every(([name, declared]) => {
    const set = found.get(name);
    return set !== undefined && driftedParts(declared, set, access.organization.partition).length === 0;
  });
  return (
    isThere &&
    unknownSets(access, deployed).length === 0 &&
    unknownAssignments(access, deployed).every(({ account }) => whyLeftAlone(access, account) !== undefined) &&
    missingAssignments(access, deployed).length === 0
  );
}

/** Names of the deployed permission sets by their ARNs. */
export function setNames({ permissionSets }: Pick<DeployedAccess, 'permissionSets'>): ReadonlyMap<string, string> {
  return new Map(permissionSets.map(({ arn, name }) => [arn, name]));
}

/** Account, permission set and principal of an assignment that the estate declares; equal to `deployedKey` of the one that AWS has. */
export function declaredKey({ account, permissionSet, holder, principalId }: Assignment): string {
  return JSON.stringify([account.id, permissionSet, principalTypeOf(holder), principalId]);
}

export function deployedKey(
  { account, set, principalType, principalId }: DeployedAssignment,
  names: ReadonlyMap<string, string>,
): string {
  return JSON.stringify([account, names.get(set), principalType, principalId]);
}
