import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../../estate/sections/access/placement/placement';
import { showValue } from '../../../estate/source/finding';
import { readLeftBehind, readOwnedAssignments } from '../../../clouds/aws/access/owned-resources';
import type { IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { type Caller, permissionSetOfSession } from '../../../clouds/aws/account-credentials';
import type { DeployedAssignment } from '../../../clouds/facts/access-facts';
import {
  departuresOf,
  leftBehindOf,
  type MovedAssignment,
  movedAssignments,
  type Owned,
} from '../../../clouds/facts/revocations';
import { isInReview, isStuck } from '../../../clouds/aws/recovery/recover-stack';
import { readStackStatus } from '../../../clouds/aws/read-stack';
import type { PermissionSetArn } from '../../../estate/source/ids';

/** Assignments that leave a stack with the estate as it is. */
export interface Leaving {
  readonly stack: string;
  /** False where there is no such stack. */
  readonly isDeployed: boolean;
  readonly access: AccessPlan;
  /** Assignments to remove now, in their order: losses, and what CloudFormation gave up to delete. */
  readonly assignments: readonly DeployedAssignment[];
  /** Permission sets that CloudFormation gave up to delete, and that have no assignments once these are removed. */
  readonly sets: readonly PermissionSetArn[];
  /** Assignments that CloudFormation removes in the deployment, once what comes in their place is there. */
  readonly exchanges: readonly DeployedAssignment[];
  /** Those by which the caller is signed in: without them, nothing of this could be finished. */
  readonly ownSession: readonly DeployedAssignment[];
  /** Assignments that the placement file has in another shard than where they are deployed. */
  readonly moved: readonly MovedAssignment[];
  /** Assignments that the stack owns, whether they leave or not. */
  readonly owned: readonly DeployedAssignment[];
  readonly setNames: Owned['setNames'];
}

export interface LeavingOptions {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly role: StackRole;
  readonly caller: Caller;
}

/**
 * Compares what a stack owns with what the estate declares. @throws AwsCallError; Error while CloudFormation changes the stack, since
 * what has come by then may be taken back
 */
export async function readLeaving(
  clients: IdentityCenterClients,
  { plan, access, role, caller }: LeavingOptions,
): Promise<Leaving> {
  const stack = stackNameOf(plan.estate.name, role);
  const { instanceArn } = access.organization;
  await checkAtRest(clients, stack);
  const owned = await readOwnedAssignments(clients, stack, instanceArn);
  const { losses, exchanges } = departuresOf(access, owned);
  const leftBehind = leftBehindOf(access, owned, await readLeftBehind(clients, stack, instanceArn));
  const setNames = new Map([...owned.setNames, ...leftBehind.setNames]);
  const all = [...losses, ...leftBehind.assignments];
  const session = permissionSetOfSession(caller);
  const isOwn = ({ account, set }: DeployedAssignment): boolean =>
    session !== undefined && account === caller.account && setNames.get(set) === session;
  return {
    ...{
      stack,
      isDeployed: owned.isDeployed,
      access,
      setNames,
      exchanges,
      sets: leftBehind.sets,
      owned: owned.assignments,
    },
    assignments: all.filter((one) => !isOwn(one)),
    ownSession: all.filter(isOwn),
    moved: movedAssignments(access, role, owned),
  };
}

async function checkAtRest({ cloudFormation }: IdentityCenterClients, stack: string): Promise<void> {
  const status = await readStackStatus(cloudFormation, stack);
  if (isStuck(status))
    throw new Error(`${stack} is ${status ?? ''}: recover it first (npx --no entra-aws deploy repair stacks)`);
  if (status?.endsWith('_IN_PROGRESS') === true && !isInReview(status)) {
    throw new Error(`${stack} is ${status}: wait until it has ended, and run this again. Nothing was removed.`);
  }
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
