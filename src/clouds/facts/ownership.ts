import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { PrincipalId } from '../../estate/source/ids';
import { compileGlob } from '../../estate/source/names';
import { itemsOf } from '../reading';
import type { AccessFacts, DeployedAssignment, DeployedSet, OwnedApplication } from './access-facts';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../estate/plan/planner';

/** Names of groups and users by their ids. */
export type PrincipalNames = ReadonlyMap<PrincipalId, string>;

type Principal = Pick<DeployedAssignment, 'principalType' | 'principalId'>;

/** Judges what others manage by what the estate says. */
export interface Elsewhere {
  readonly isSet: (name: string) => boolean;
  readonly isPrincipal: (one: Principal) => boolean;
  readonly isAssignment: (one: DeployedAssignment, setName: string | undefined) => boolean;
  /** True where only a name would tell, and it is unknown: nothing may be taken away then. */
  readonly isUnclear: (one: Principal) => boolean;
}

type Declared = Pick<AccessPlan, 'managedElsewhere' | 'organization'>;

/**
 * Judgement of what others manage, by what the estate says.
 *
 * @param names of users, and of groups that the snapshot lacks; a user whose name is unknown counts as the estate's own
 */
export function elsewhereOf(
  { managedElsewhere, organization }: Declared,
  names: PrincipalNames = new Map(),
): Elsewhere {
  const sets = matcherOf(managedElsewhere.permissionSets);
  const groups = matcherOf(managedElsewhere.groups);
  const users = matcherOf(managedElsewhere.users);
  const groupNames = new Map(organization.groups.map(({ id, displayName }) => [id, displayName] as const));
  const nameOf = ({ principalType, principalId }: Principal): string | undefined =>
    principalType === 'USER' ? names.get(principalId) : (groupNames.get(principalId) ?? names.get(principalId));
  const isPrincipal: Elsewhere['isPrincipal'] = (one) => (one.principalType === 'USER' ? users : groups)(nameOf(one));
  return {
    isSet: sets,
    isPrincipal,
    isAssignment: (one, setName) => sets(setName) || isPrincipal(one),
    isUnclear: (one) =>
      managedElsewhere[one.principalType === 'USER' ? 'users' : 'groups'].length > 0 && nameOf(one) === undefined,
  };
}

/** Tells whether names of users must be known to judge. */
export function needsUserNames({ managedElsewhere }: Pick<AccessPlan, 'managedElsewhere'>): boolean {
  return managedElsewhere.users.length > 0;
}

/** Names as far as they could be read. */
export function principalNames({ users, groups }: Pick<AccessFacts, 'users' | 'groups'>): PrincipalNames {
  return new Map([...itemsOf(users), ...itemsOf(groups)].map(({ id, name }) => [id, name]));
}

function matcherOf(entries: readonly { readonly name: string }[]): (name: string | undefined) => boolean {
  const globs = entries.map(({ name }) => compileGlob(name));
  return (name) => name !== undefined && globs.some((isMeant) => isMeant(name));
}

/** Tag that CloudFormation gives to what a stack makes (schema of AWS::SSO::PermissionSet, `cloudFormationSystemTags`). */
export const STACK_TAG = 'aws:cloudformation:stack-name';

/**
 * Owner of a resource: a stack of the estate, or none of them. What a stack has comes and goes with its deployments alone. Deleted
 * by another way, it would be missing for good, since CloudFormation sees no difference; made by another way, the deployment
 * would fail at it.
 */
export type Owner = 'stack' | 'none' | 'unknown';

export interface Ownership {
  readonly ofSet: (set: DeployedSet) => Owner;
  readonly ofAssignment: (one: DeployedAssignment) => Owner;
  readonly ofApplication: (one: OwnedApplication) => Owner;
}

export function ownershipOf(
  { estate, access }: Pick<EstatePlan, 'estate' | 'access'>,
  { owned }: Pick<AccessFacts, 'owned'>,
): Ownership {
  if (owned?.state !== 'known') {
    const unknown = (): Owner => 'unknown';
    return { ofSet: unknown, ofAssignment: unknown, ofApplication: unknown };
  }
  const { sets, assignments, applications, unread } = owned.value;
  const owner = (isListed: boolean, stack: string | undefined): Owner => {
    if (isListed) return 'stack';
    return stack !== undefined && unread.includes(stack) ? 'unknown' : 'none';
  };
  const keys = new Set([...assignments.map(assignmentKey), ...applications.map(applicationKey)]);
  const isDivided = access?.stacks.some(({ role }) => role === 'management') ?? false;
  const stackOf = ({ account }: DeployedAssignment): string =>
    stackNameOf(
      estate.name,
      isDivided && account === access?.organization.managementAccountId ? 'management' : 'access',
    );
  return {
    ofSet: ({ arn, tags }) => owner(sets.includes(arn), tags[STACK_TAG]),
    ofAssignment: (one) => owner(keys.has(assignmentKey(one)), stackOf(one)),
    ofApplication: (one) => owner(keys.has(applicationKey(one)), stackNameOf(estate.name, 'access')),
  };
}

function assignmentKey({ set, account, principalType, principalId }: DeployedAssignment): string {
  return JSON.stringify([set, account, principalType, principalId]);
}

function applicationKey({ arn, principalType, principalId }: OwnedApplication): string {
  return JSON.stringify([arn, principalType, principalId]);
}
