import { stackNameOf } from '../../estate/plan/access-stacks';
import type { AccessPlan, EstatePlan } from '../../estate/plan/estate-plan';
import type { StackRole } from '../../estate/plan/placement';
import { showValue } from '../../estate/source/finding';
import { readOwnedAssignments } from '../../clouds/aws/access/owned-assignments';
import type { IdentityCenterClients } from '../../clouds/aws/aws-clients';
import { type Caller, permissionSetOfSession } from '../../clouds/aws/caller-account';
import type { DeployedAssignment } from '../../clouds/facts/access-facts';
import { leavingAssignments, type MovedAssignment, movedAssignments, type Owned } from '../../clouds/facts/revocations';

/** Assignments that leave a stack with the estate as it is. */
export interface Leaving {
  readonly stack: string;
  /** False where there is no such stack. */
  readonly isDeployed: boolean;
  readonly access: AccessPlan;
  /** Assignments to remove, in their order. */
  readonly assignments: readonly DeployedAssignment[];
  /** Those by which the caller is signed in: without them, nothing of this could be finished. */
  readonly ownSession: readonly DeployedAssignment[];
  /** Assignments that the placement file has in another shard than where they are deployed. */
  readonly moved: readonly MovedAssignment[];
  readonly setNames: Owned['setNames'];
}

export interface LeavingOptions {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly role: StackRole;
  readonly caller: Caller;
}

/** Compares what a stack owns with what the estate declares. @throws AwsCallError */
export async function readLeaving(
  clients: IdentityCenterClients,
  { plan, access, role, caller }: LeavingOptions,
): Promise<Leaving> {
  const stack = stackNameOf(plan.estate.name, role);
  const owned = await readOwnedAssignments(clients, stack, access.organization.instanceArn);
  const all = leavingAssignments(access, owned);
  const session = permissionSetOfSession(caller);
  const isOwn = ({ account, set }: DeployedAssignment): boolean =>
    session !== undefined && account === caller.account && owned.setNames.get(set) === session;
  const assignments = all.filter((one) => !isOwn(one));
  const moved = movedAssignments(access, role, owned);
  const { isDeployed } = owned;
  return { stack, isDeployed, access, assignments, ownSession: all.filter(isOwn), moved, setNames: owned.setNames };
}

/** `group "Claims Developers": SecurityAdmin in claims-dev (210000000011)` */
export function leavingText(
  { access, setNames }: Pick<Leaving, 'access' | 'setNames'>,
  { set, account, principalType, principalId }: DeployedAssignment,
): string {
  const { groups, users, accountById } = access.organization;
  const group = groups.find(({ id }) => id === principalId)?.displayName;
  const user = users.find(({ id }) => id === principalId)?.userName;
  const name = principalType === 'USER' ? user : group;
  const who = `${principalType.toLowerCase()} ${name === undefined ? principalId : showValue(name)}`;
  const accountName = accountById.get(account)?.name;
  const where = accountName === undefined ? `account ${account}` : `${accountName} (${account})`;
  return `${who}: ${setNames.get(set) ?? set} in ${where}`;
}
