import { ASSIGNMENTS_AT_ONCE } from '../../../estate/sections/limits';
import type { AccountId } from '../../../estate/source/ids';
import { changeAssignments, deleteSet, type Result } from '../../../clouds/aws/access/change-access';
import { AwsCallError } from '../../../clouds/aws/aws-call';
import type { IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { DeployedAssignment } from '../../../clouds/facts/access-facts';
import { isExcludedInUse, whyLeftAlone } from '../../../clouds/facts/access-drift';
import { count } from '../../../text/amounts';
import { type Leaving, leavingText, say } from './leaving';
import { PLACEMENT_FILE } from '../../../estate/source/estate-folder';

/** Says what is going to be removed, and how. */
export function announce(leaving: Leaving): void {
  const { stack, isDeployed, assignments, sets, exchanges, ownSession } = leaving;
  if (!isDeployed) {
    // A first deployment begins here; so does a wrong name, account or Region.
    say(
      `${stack} does not exist in this account and Region, so it has no assignment that could leave. npx --no entra-aws deploy repair access finds ` +
        'and removes what people made beside it.',
    );
    return;
  }
  if (assignments.length > 0) {
    const where = `${countOf(assignments)} to remove`;
    say(`${stack}: ${where}, at most ${ASSIGNMENTS_AT_ONCE} at once and one at a time in each account`);
  }
  if (sets.length > 0)
    say(`${stack}: ${count(sets.length, 'permission set')} that CloudFormation left behind to delete`);
  if (exchanges.length > 0) {
    say(`${stack}: ${countOf(exchanges)} to exchange for others; cdk deploy removes them once the others are there`);
  }
  if ([assignments, sets, exchanges].every(({ length }) => length === 0)) say(`${stack}: nothing leaves`);
  for (const one of ownSession) {
    say(`  left to cdk deploy, since these credentials come by it: ${leavingText(leaving, one)}`);
  }
}

function countOf(assignments: readonly DeployedAssignment[]): string {
  const accounts = new Set(assignments.map(({ account }) => account)).size;
  return `${count(assignments.length, 'assignment')} in ${count(accounts, 'account')}`;
}

/**
 * Removes what leaves a stack, and says each. @returns whether everything is removed, but in accounts that can't be used
 * @throws AwsCallError if the caller lacks a permission; what was removed by then stays removed
 */
export async function removeLeaving(clients: IdentityCenterClients, leaving: Leaving): Promise<boolean> {
  return (await removeAssignments(clients, leaving)) && (await deleteSets(clients, leaving));
}

async function deleteSets(clients: IdentityCenterClients, { access, sets, setNames }: Leaving) {
  const { instanceArn } = access.organization;
  let isDone = true;
  for (const set of sets) {
    const name = `permission set ${setNames.get(set) ?? set}`;
    try {
      await deleteSet(clients, { instanceArn, set });
      say(`  deleted: ${name}`);
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error;
      say(`  failed: ${name}; ${error.message}`);
      isDone = false;
    }
  }
  return isDone;
}

async function removeAssignments(clients: IdentityCenterClients, leaving: Leaving): Promise<boolean> {
  const { access, assignments } = leaving;
  const { instanceArn } = access.organization;
  let through = 0;
  let failures = 0;
  const onResult = (one: DeployedAssignment, result: Result): void => {
    through += 1;
    const why = whyLeftAlone(access, one.account);
    if (result.outcome === 'failed' && why === undefined) failures += 1;
    const reason = result.outcome === 'failed' ? `; ${result.reason}${noteOf(access, one.account)}` : '';
    say(`  ${through}/${assignments.length} ${WORDS[result.outcome]}: ${leavingText(leaving, one)}${reason}`);
  };
  const options = { instanceArn, change: 'delete', mayBeRefusedIn: mayBeRefusedIn(access), onResult } as const;
  await changeAssignments(clients, assignments, options);
  if (failures > 0) {
    say(
      `${count(failures, 'assignment')} of ${leaving.stack} could not be removed: people still have that access. Fix the cause ` +
        'above and run this again; it continues with what is left.',
    );
  }
  return failures === 0;
}

/** Accounts that only CloudFormation, or no one, may change. */
export const mayBeRefusedIn =
  (access: AccessPlan) =>
  (account: AccountId): boolean =>
    account === access.organization.managementAccountId || whyLeftAlone(access, account) !== undefined;

function noteOf(access: AccessPlan, account: AccountId): string {
  const why = whyLeftAlone(access, account);
  if (why !== undefined) return `; ${why}, so this holds up nothing`;
  return isExcludedInUse(access, account) ? EXCLUDED : '';
}

const EXCLUDED =
  '; the estate excludes the account, which people can use. To keep what is there for now, take the account out of ' +
  'access.excludedAccounts, and exclude it from the grants that give something new';

const WORDS = {
  done: 'removed',
  already: 'already gone',
  left: 'left to cdk deploy',
  failed: 'failed',
} as const satisfies Record<Result['outcome'], string>;

/**
 * Says which assignments the placement file has in another shard than where they are deployed.
 *
 * @returns whether there are such ones, so that a deployment must not begin
 */
export function tellMoved(all: readonly Leaving[]): boolean {
  for (const leaving of all) {
    const { stack, moved } = leaving;
    if (moved.length === 0) continue;
    say(
      `${stack}: ${count(moved.length, 'assignment')} in another shard of ${PLACEMENT_FILE} than where they are deployed. ` +
        'CloudFormation would make each there before it is gone here, and fail. Nothing was removed.',
    );
    for (const one of moved) say(`  ${leavingText(leaving, one)}: deployed in shard ${one.shard}, not ${one.to}`);
    say(
      '  Put them back: npx --no entra-aws preview --base COMMIT, with the commit that is deployed, and commit the file.',
    );
  }
  return all.some(({ moved }) => moved.length > 0);
}
