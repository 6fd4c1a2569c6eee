import type { AccessPlan } from '../../estate/plan/estate-plan';
import type { PermissionSetArn } from '../../estate/source/ids';
import type { DeployedAssignment } from './access-facts';
import { declaredKey, deployedKey } from './assignment-drift';

/** Assignments as a stack of an estate owns them. */
export interface Owned {
  readonly assignments: readonly DeployedAssignment[];
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
): readonly DeployedAssignment[] {
  const declared = new Set(expansion.assignments.map(declaredKey));
  const kept = new Set<string>(expansion.assignments.map(({ account }) => account.id));
  const leaving = assignments.filter((one) => !declared.has(deployedKey(one, setNames)));
  const keepsSomething = ({ account }: DeployedAssignment): boolean => kept.has(account);
  return [...leaving.filter((one) => !keepsSomething(one)), ...leaving.filter(keepsSomething)];
}
