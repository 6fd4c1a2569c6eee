import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../../estate/sections/access/placement/placement';
import { visible } from '../../../estate/source/visible';
import { ASSIGNMENTS_AT_ONCE } from '../../../estate/sections/limits';
import { createIdentityCenterClients, type IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/account-credentials';
import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import type { StackKind } from '../../../estate/plan/stacks/stacks';
import { withProgress } from '../../program/progress';
import { type Leaving, readLeaving } from './leaving';

/** Clients for the account that administers IAM Identity Center. */
export function openAccess({ organization: { region } }: AccessPlan): IdentityCenterClients {
  return createIdentityCenterClients({ region, concurrency: ASSIGNMENTS_AT_ONCE, onProgress: () => undefined });
}

/** Role of a stack of access; undefined for any other. */
export function roleOf(kind: StackKind): StackRole | undefined {
  const roles: Partial<Record<StackKind, StackRole>> = { access: 'access', 'access-management': 'management' };
  return roles[kind];
}

interface Wanted {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  /** The only stack to look at. @default each */
  readonly role?: StackRole;
}

/** Reads what leaves the stacks that are in the account of the credentials, and names the others. @throws AwsCallError */
export async function readLeavingHere(
  clients: IdentityCenterClients,
  { plan, access, role: only }: Wanted,
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
      leaving.push(await readLeaving(clients, { plan, access, role, caller }));
    }
    return leaving;
  });
}

export function say(line: string): void {
  process.stdout.write(`${visible(line)}\n`);
}
