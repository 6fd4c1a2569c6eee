import { type StackKind, stackNameOf } from '../../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../../estate/sections/access/placement/placement';
import { showValue } from '../../../estate/source/finding';
import { readLeftBehind, readOwnedAssignments } from '../../../clouds/aws/access/owned-resources';
import { createIdentityCenterClients, type IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { type Caller, permissionSetOfSession, readCaller } from '../../../clouds/aws/account-credentials';
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
import { visible } from '../../../estate/source/visible';
import { ASSIGNMENTS_AT_ONCE } from '../../../estate/sections/limits';
import { withProgress } from '../../program/progress';

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

interface Wanted {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly role: StackRole;
}

/**
 * Compares what a stack owns with what the estate declares. @throws AwsCallError; Error while CloudFormation changes the stack, since
 * what has come by then may be taken back
 */
export async function readLeaving(
  clients: IdentityCenterClients,
  { plan, access, role }: Wanted,
  caller: Caller,
): Promise<Leaving> {
  const stack = stackNameOf(plan.estate.name, role);
  const { instanceArn } = access.organization;
  await checkAtRest(clients, stack);
  const owned = await readOwnedAssignments(clients, stack, instanceArn);
  const { losses, exchanges } = departuresOf(access, owned);
  const leftBehind = leftBehindOf(access, owned, await readLeftBehind(clients, stack, instanceArn));
  const setNames = new Map([...owned.setNames, ...leftBehind.setNames]);
  const { own: ownSession = [], others = [] } = Object.groupBy([...losses, ...leftBehind.assignments], (one) =>
    isOfSession(one, caller, setNames) ? 'own' : 'others',
  );
  return {
    ...{ stack, isDeployed: owned.isDeployed, access, setNames, exchanges, ownSession },
    assignments: others,
    sets: leftBehind.sets,
    owned: owned.assignments,
    moved: movedAssignments(access, role, owned),
  };
}

/** Tells whether the caller is signed in by an assignment: without it, nothing of this could be finished. */
export function isOfSession(
  { account, set }: DeployedAssignment,
  caller: Caller,
  setNames: Leaving['setNames'],
): boolean {
  const session = permissionSetOfSession(caller);
  return session !== undefined && account === caller.account && setNames.get(set) === session;
}

async function checkAtRest({ cloudFormation }: IdentityCenterClients, stack: string): Promise<void> {
  const status = await readStackStatus(cloudFormation, stack);
  if (isStuck(status))
    throw new Error(`${stack} is ${status ?? ''}: recover it first (npx --no entra-aws deploy repair stacks)`);
  if (status?.endsWith('_IN_PROGRESS') === true && !isInReview(status)) {
    throw new Error(`${stack} is ${status}: wait until it has ended, and run this again. Nothing was removed.`);
  }
}

/** `group "Claims Developers"` */
export function principalText(
  { organization: { groups, users } }: Pick<AccessPlan, 'organization'>,
  { principalType, principalId }: Pick<DeployedAssignment, 'principalType' | 'principalId'>,
): string {
  const group = groups.find(({ id }) => id === principalId)?.displayName;
  const user = users.find(({ id }) => id === principalId)?.userName;
  const name = principalType === 'USER' ? user : group;
  return `${principalType.toLowerCase()} ${name === undefined ? principalId : showValue(name)}`;
}

/** `group "Claims Developers": SecurityAdmin in claims-dev (210000000011)` */
export function leavingText({ access, setNames }: Named, one: DeployedAssignment): string {
  const { set, account } = one;
  const accountName = access.organization.accountById.get(account)?.name;
  const where = accountName === undefined ? `account ${account}` : `${accountName} (${account})`;
  return `${principalText(access, one)}: ${setNames.get(set) ?? set} in ${where}`;
}

/** Names for assignments. */
export type Named = Pick<Leaving, 'access' | 'setNames'>;

/** Clients for the account that administers IAM Identity Center. */
export function openAccess({ organization: { region } }: AccessPlan): IdentityCenterClients {
  return createIdentityCenterClients({ region, concurrency: ASSIGNMENTS_AT_ONCE, onProgress: () => undefined });
}

/** Role of a stack of access; undefined for any other. */
export function roleOf(kind: StackKind): StackRole | undefined {
  const roles: Partial<Record<StackKind, StackRole>> = { access: 'access', 'access-management': 'management' };
  return roles[kind];
}

/**
 * Reads what leaves the stacks that are in the account of the credentials, and names the others.
 *
 * @param only the only stack to look at @default each
 * @throws AwsCallError
 */
export async function readLeavingHere(
  clients: IdentityCenterClients,
  { plan, access }: Omit<Wanted, 'role'>,
  only?: StackRole,
): Promise<readonly Leaving[]> {
  const caller = await readCaller(clients.sts);
  const stacks = access.stacks.filter(({ role }) => only === undefined || role === only);
  for (const { role, account } of stacks.filter((stack) => stack.account !== caller.account)) {
    const stack = stackNameOf(plan.estate.name, role);
    say(
      `${stack} is in account ${account}, these credentials are of ${caller.account}: what leaves it is left to cdk deploy`,
    );
  }
  const here = stacks.filter(({ account }) => account === caller.account);
  return withProgress(async (show) => {
    const leaving: Leaving[] = [];
    for (const { role } of here) {
      show(`Reading what ${stackNameOf(plan.estate.name, role)} has …`);
      leaving.push(await readLeaving(clients, { plan, access, role }, caller));
    }
    return leaving;
  });
}

export function say(line: string): void {
  process.stdout.write(`${visible(line)}\n`);
}
