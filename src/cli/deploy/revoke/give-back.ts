import { changeAssignments } from '../../../clouds/aws/access/change-access';
import type { IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/account-credentials';
import { readExisting } from '../../../clouds/aws/read-assignments';
import { namingKey } from '../../../clouds/aws/read-instance';
import type { DeployedAssignment } from '../../../clouds/facts/access-facts';
import { declaredKey, deployedKey, whyLeftAlone } from '../../../clouds/facts/access-drift';
import { entraAws, shellLine } from '../../../deploy/steps/command';
import { endedException, endedExceptions } from '../../../doctor/checks/access/assignments';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../../estate/sections/access/placement/placement';
import { count } from '../../../preview/blocks/text';
import { withProgress } from '../../program/progress';
import { type Leaving, leavingText, readLeaving } from './leaving';
import { openAccess, say } from './read-here';

export interface GiveBackOptions {
  readonly plan: EstatePlan;
  readonly estates: string;
  readonly role: StackRole;
  /** Account of the stack. */
  readonly account: string;
}

/**
 * Gives back what a failed deployment has removed before it: what the stack still owns, the estate no longer declares, and AWS lacks.
 * What the estate declares and AWS lacks is not its doing, and is told. @returns whether nothing of it is left
 * @throws AwsCallError if the caller lacks a permission
 */
export async function giveBack(options: GiveBackOptions): Promise<boolean> {
  const { access } = options.plan;
  if (access === undefined) return true;
  const clients = openAccess(access);
  const { instanceArn } = access.organization;
  return namingKey(clients, instanceArn, async () => {
    const lacking = await readLacking(clients, access, options);
    if (lacking === undefined) return true;
    tellMissing(lacking, options);
    return createAgain(clients, lacking);
  });
}

interface Lacking {
  readonly leaving: Leaving;
  /** Assignments that the stack owns and AWS lacks: those that the estate no longer declares, and those that it does. */
  readonly removed: readonly DeployedAssignment[];
  readonly missing: readonly DeployedAssignment[];
}

/** Reads what the stack owns and AWS lacks; undefined with credentials of another account. */
async function readLacking(
  clients: IdentityCenterClients,
  access: AccessPlan,
  { plan, role, account }: GiveBackOptions,
): Promise<Lacking | undefined> {
  const caller = await readCaller(clients.sts);
  if (caller.account !== account) {
    say(
      `  what was removed before is not given back: these credentials are of account ${caller.account}, not ${account}`,
    );
    return undefined;
  }
  return withProgress(async (show) => {
    show('Comparing what the stack has with IAM Identity Center …');
    const leaving = await readLeaving(clients, { plan, access, role, caller });
    const { setNames, owned } = leaving;
    const usable = owned.filter((one) => setNames.has(one.set) && whyLeftAlone(access, one.account) === undefined);
    const there = new Set(await readExisting(clients, access.organization.instanceArn, usable));
    const declared = new Set(access.expansion.assignments.map(declaredKey));
    const ended = endedExceptions(plan);
    const { missing = [], removed = [] } = Object.groupBy(
      usable.filter((one) => !there.has(one) && endedException(one, { access, setNames, ended }) === undefined),
      (one) => (declared.has(deployedKey(one, setNames)) ? 'missing' : 'removed'),
    );
    return { leaving, missing, removed };
  });
}

function tellMissing({ leaving, missing }: Lacking, { plan, estates }: GiveBackOptions): void {
  if (missing.length === 0) return;
  say(
    `  ${count(missing.length, 'assignment')} of the estate missing in IAM Identity Center, though ${leaving.stack} has them:`,
  );
  for (const one of missing) say(`    ${leavingText(leaving, one)}`);
  const command = entraAws('deploy repair access', { estate: plan.estate.name, estates }, '--yes');
  say(`  to do: a deployment sees no change; this gives them again: ${shellLine(command)}`);
}

async function createAgain(clients: IdentityCenterClients, { leaving, removed }: Lacking): Promise<boolean> {
  if (removed.length === 0) return true;
  const { stack, access } = leaving;
  const { instanceArn } = access.organization;
  say(
    `  ${count(removed.length, 'assignment')} removed before the deployment, which ${stack} still has, to give back:`,
  );
  let isDone = true;
  await changeAssignments(clients, removed, {
    instanceArn,
    change: 'create',
    onResult: (one, result) => {
      const isGiven = result.outcome === 'done' || result.outcome === 'already';
      if (!isGiven) isDone = false;
      const reason = result.outcome === 'failed' ? `; ${result.reason}` : '';
      say(`    ${isGiven ? 'given back' : 'failed'}: ${leavingText(leaving, one)}${reason}`);
    },
  });
  return isDone;
}
