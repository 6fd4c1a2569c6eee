import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { PrincipalId } from '../../estate/source/ids';
import { compileGlob } from '../../estate/source/glob';
import { itemsOf } from '../reading';
import type { AccessFacts, DeployedAssignment } from './access-facts';

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
