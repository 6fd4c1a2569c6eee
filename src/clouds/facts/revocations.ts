import type { AccessPlan } from '../../estate/plan/estate-plan';
import type { StackRole } from '../../estate/plan/placement';
import { AssignmentKey } from '../../estate/plan/placement';
import type { PermissionSetArn } from '../../estate/source/ids';
import type { DeployedAssignment } from './access-facts';
import { declaredKey, deployedKey } from './assignment-drift';

/** An assignment that a stack of an estate has made. */
export interface OwnedAssignment extends DeployedAssignment {
  /** Shard in which it is deployed; absent where it is in no nested stack of this program. */
  readonly shard?: number;
}

/** Assignments as a stack of an estate owns them. */
export interface Owned {
  readonly assignments: readonly OwnedAssignment[];
  /** Names of permission sets by ARN; one that is gone has none. */
  readonly setNames: ReadonlyMap<PermissionSetArn, string>;
}

/**
 * Assignments that a stack owns and that the estate does not declare, in the order in which they go: first those of the accounts
 * that keep nothing, since an account that is to be closed must lose its access while it is still active.
 */
export function leavingAssignments(
  { expansion }: Pick<AccessPlan, 'expansion'>,
  { assignments, setNames }: Owned,
): readonly OwnedAssignment[] {
  const declared = new Set(expansion.assignments.map(declaredKey));
  const kept = new Set<string>(expansion.assignments.map(({ account }) => account.id));
  const leaving = assignments.filter((one) => !declared.has(deployedKey(one, setNames)));
  const keepsSomething = ({ account }: DeployedAssignment): boolean => kept.has(account);
  return [...leaving.filter((one) => !keepsSomething(one)), ...leaving.filter(keepsSomething)];
}

/** A deployed assignment that the placement file has in another shard. */
export interface MovedAssignment extends OwnedAssignment {
  readonly shard: number;
  /** Shard of the placement file. */
  readonly to: number;
}

/** Assignments that a deployment would make in one nested stack before they are gone in another: CloudFormation fails at it. */
export function movedAssignments(
  { placement: { placement } }: Pick<AccessPlan, 'placement'>,
  role: StackRole,
  { assignments, setNames }: Owned,
): readonly MovedAssignment[] {
  return assignments.flatMap((one): MovedAssignment[] => {
    const { account, set, principalId, shard } = one;
    const { data: key } = AssignmentKey.safeParse(`${account}/${setNames.get(set) ?? ''}/${principalId}`);
    const to = key === undefined ? undefined : placement[role].get(key)?.shard;
    return shard === undefined || to === undefined || to === shard ? [] : [{ ...one, shard, to }];
  });
}
