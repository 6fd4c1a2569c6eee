import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../estate/sections/access/placement/placement';
import { AssignmentKey } from '../../estate/sections/access/placement/placement';
import { type Assignment, exchangeOf, holdingsOf } from '../../estate/sections/access/plan/expand';
import type { PermissionSetArn } from '../../estate/source/ids';
import type { DeployedAssignment } from './access-facts';
import { declaredKey, declaredSets, deployedKey, whyLeftAlone } from './access-drift';

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

/** Assignments that leave a stack, by when they may go. */
export interface Departures {
  /** Losses: they go before the stack changes, in this order. */
  readonly losses: readonly OwnedAssignment[];
  /** Assignments in place of which others come: they go once those are there. */
  readonly exchanges: readonly OwnedAssignment[];
}

/**
 * Assignments that a stack owns and that the estate does not declare. Losses of the accounts that keep nothing come first, since an
 * account that is to be closed must lose its access while it is still active.
 */
export function departuresOf({ expansion }: Pick<AccessPlan, 'expansion'>, owned: Owned): Departures {
  const { assignments, setNames } = owned;
  const declared = new Set(expansion.assignments.map(declaredKey));
  const kept = new Set<string>(expansion.assignments.map(({ account }) => account.id));
  const isExchanged = exchangedBy(expansion.assignments, owned);
  const leaving = assignments.filter((one) => !declared.has(deployedKey(one, setNames)));
  const losses = leaving.filter((one) => !isExchanged(one));
  const keepsSomething = ({ account }: DeployedAssignment): boolean => kept.has(account);
  return {
    losses: [...losses.filter((one) => !keepsSomething(one)), ...losses.filter(keepsSomething)],
    exchanges: leaving.filter(isExchanged),
  };
}

function exchangedBy(declared: readonly Assignment[], { assignments, setNames }: Owned) {
  const had = new Set(assignments.map((one) => deployedKey(one, setNames)));
  const gains = declared.filter((one) => !had.has(declaredKey(one)));
  return exchangeOf({ before: assignments, after: holdingsOf(declared), gains: holdingsOf(gains) });
}

/** Resources that a stack had, that CloudFormation gave up to delete, and that are still there. */
export interface LeftBehind {
  readonly assignments: readonly DeployedAssignment[];
  readonly sets: readonly PermissionSetArn[];
  /** Names of the permission sets of both. */
  readonly setNames: ReadonlyMap<PermissionSetArn, string>;
}

/**
 * Left-behind resources to remove: those that no stack has again and the estate does not declare. In an account that can't be used
 * AWS may refuse it: there it stays, and with it its permission set.
 */
export function leftBehindOf(
  access: AccessPlan,
  owned: Owned,
  { assignments, sets, setNames }: LeftBehind,
): LeftBehind {
  const kept = new Set([
    ...access.expansion.assignments.map(declaredKey),
    ...owned.assignments.map((one) => deployedKey(one, owned.setNames)),
  ]);
  const declared = declaredSets(access);
  const unwanted = assignments.filter((one) => !kept.has(deployedKey(one, setNames)));
  const [removable, stuck] = [
    unwanted.filter(({ account }) => whyLeftAlone(access, account) === undefined),
    unwanted.filter(({ account }) => whyLeftAlone(access, account) !== undefined),
  ];
  const isDeclared = (set: PermissionSetArn): boolean => declared.has(setNames.get(set) ?? set);
  const isFree = (set: PermissionSetArn): boolean => !isDeclared(set) && !stuck.some((one) => one.set === set);
  return { assignments: removable, sets: sets.filter(isFree), setNames };
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
