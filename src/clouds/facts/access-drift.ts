import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { principalTypeOf } from '../../estate/sections/access/holder';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { DEPLOYED_PROPERTIES, driftedProperties } from '../../estate/sections/access/sets/set-properties';
import type { PermissionSet } from '../../estate/sections/estate';
import type { AccountId } from '../../estate/source/ids';
import type { AccountState } from '../../estate/source/organization';
import type { ApplicationPrincipal, DeployedApplication, DeployedAssignment, DeployedSet } from './access-facts';
import { elsewhereOf, type PrincipalNames } from './ownership';

/** States of an account in which it can't be used. */
const UNUSABLE: ReadonlySet<AccountState> = new Set(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);

/**
 * Reason why access in an account holds up nothing, as the end of a sentence: AWS may refuse to read or change it there, and no
 * one can use it. Undefined for any other account, also for one that the estate excludes: people can use what they have there.
 */
export function whyLeftAlone(
  { organization }: Pick<AccessPlan, 'organization'>,
  account: AccountId,
): string | undefined {
  const state = organization.accountById.get(account)?.state;
  return state !== undefined && UNUSABLE.has(state) ? `the account is ${state}` : undefined;
}

/** Tells whether the estate excludes an account that people can use. */
export function isExcludedInUse(access: Pick<AccessPlan, 'organization' | 'expansion'>, account: AccountId): boolean {
  return (
    whyLeftAlone(access, account) === undefined && access.expansion.exclusions.some((one) => one.account.id === account)
  );
}

/** The permission sets of the estate by their names, whichever stack has them. */
export function declaredSets({ stacks }: AccessPlan): ReadonlyMap<string, PermissionSet> {
  return new Map(stacks.flatMap(({ permissionSets }) => permissionSets.map((set) => [set.name, set] as const)));
}

/** Parts of a permission set that are not as declared, in words. */
export function driftedParts(declared: PermissionSet, found: DeployedSet, partition: string): readonly string[] {
  return driftedProperties(declared, found, partition).map((property) => DEPLOYED_PROPERTIES[property].label);
}

/** Permission sets and assignments as AWS has them. */
export interface DeployedAccess {
  readonly permissionSets: readonly DeployedSet[];
  readonly assignments: readonly DeployedAssignment[];
  /** Names of users and groups, by which the estate may say that others manage their access. @default those of the snapshot */
  readonly names?: PrincipalNames;
}

/** Assignments that AWS has and the estate does not. */
export function undeclaredAssignments(access: AccessPlan, deployed: DeployedAccess): readonly DeployedAssignment[] {
  const names = setNames(deployed);
  const declared = new Set(access.expansion.assignments.map(declaredKey));
  return deployed.assignments.filter((one) => !declared.has(deployedKey(one, names)));
}

/** The same without those that others manage. */
export function unknownAssignments(access: AccessPlan, deployed: DeployedAccess): readonly DeployedAssignment[] {
  const names = setNames(deployed);
  const elsewhere = elsewhereOf(access, deployed.names);
  return undeclaredAssignments(access, deployed).filter((one) => !elsewhere.isAssignment(one, names.get(one.set)));
}

/** Assignments that the estate has and AWS does not. Those of groups and users that are not synchronized yet can't be there. */
export function missingAssignments(access: AccessPlan, deployed: DeployedAccess): readonly Assignment[] {
  const names = setNames(deployed);
  const there = new Set(deployed.assignments.map((one) => deployedKey(one, names)));
  return access.expansion.assignments.filter((one) => one.principalId !== undefined && !there.has(declaredKey(one)));
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

/** Somebody who is assigned to an application of the estate, or is to be. */
export interface AssignedPrincipal extends ApplicationPrincipal {
  /** Name of the application in the estate. */
  readonly application: string;
  readonly arn: string;
}

/** Differences between the applications of an estate and those of IAM Identity Center. */
export interface ApplicationDrift {
  /** Assignments that the estate has and AWS does not, of applications that are there. */
  readonly missing: readonly AssignedPrincipal[];
  /** Assignments that AWS has and the estate does not, without those of whom the estate says that others manage their access. */
  readonly unknown: readonly AssignedPrincipal[];
}

/** Compares who is assigned to the estate's applications with what it says. */
export function applicationDrift(
  access: AccessPlan,
  deployed: readonly DeployedApplication[],
  names: PrincipalNames,
): ApplicationDrift {
  const { isPrincipal } = elsewhereOf(access, names);
  const all = access.declaredApplications.flatMap(({ name: application, arn }) => {
    const there = deployed.find((one) => one.arn === arn)?.assignments;
    const wanted = access.applications
      .filter((one) => one.application.arn === arn)
      .flatMap(({ principalId }) => (principalId === undefined ? [] : [{ principalType: 'GROUP', principalId }]));
    const of = (one: ApplicationPrincipal): AssignedPrincipal => ({ ...one, application, arn });
    return there === undefined ? [] : [{ there: there.map(of), wanted: wanted.map(of) }];
  });
  return {
    missing: all.flatMap(({ there, wanted }) => lacking(wanted, there)),
    unknown: all.flatMap(({ there, wanted }) => lacking(there, wanted)).filter((one) => !isPrincipal(one)),
  };
}

/** Those of some principals of an application whom others lack. */
function lacking(
  some: readonly AssignedPrincipal[],
  others: readonly AssignedPrincipal[],
): readonly AssignedPrincipal[] {
  const keyOf = ({ principalType, principalId }: AssignedPrincipal): string => `${principalType} ${principalId}`;
  const known = new Set(others.map(keyOf));
  return some.filter((one) => !known.has(keyOf(one)));
}
