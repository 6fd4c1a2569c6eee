import { ASSIGNMENTS_AT_ONCE } from '../../estate/sections/limits';
import type { AccountId } from '../../estate/source/ids';
import { changeAssignments, type Result } from '../../clouds/aws/access/change-assignments';
import type { IdentityCenterClients } from '../../clouds/aws/aws-clients';
import type { AccessPlan } from '../../estate/plan/estate-plan';
import type { DeployedAssignment } from '../../clouds/facts/access-facts';
import { isExcludedInUse, whyLeftAlone } from '../../clouds/facts/left-alone';
import { count } from '../../preview/blocks/text';
import { type Leaving, leavingText } from './leaving';

type Say = (line: string) => void;

/** Says what is going to be removed, and how. */
export function announce({ stack, isDeployed, assignments, ownSession, ...words }: Leaving, say: Say): void {
  if (!isDeployed) {
    // A first deployment begins here; so does a wrong name, account or Region.
    say(
      `${stack} does not exist in this account and Region, so it has no assignment that could leave. npm run reconcile finds ` +
        'and removes what people made beside it.',
    );
    return;
  }
  const accounts = new Set(assignments.map(({ account }) => account)).size;
  say(
    assignments.length === 0
      ? `${stack}: nothing leaves`
      : `${stack}: ${count(assignments.length, 'assignment')} in ${count(accounts, 'account')} to remove, at most ${ASSIGNMENTS_AT_ONCE} ` +
          'at once and one at a time in each account',
  );
  for (const one of ownSession) {
    say(`  left to cdk deploy, since these credentials come by it: ${leavingText(words, one)}`);
  }
}

/**
 * Removes what leaves a stack, and says each. @returns whether everything is removed, but in accounts that can't be used
 * @throws AwsCallError if the caller lacks a permission; what was removed by then stays removed
 */
export async function removeLeaving(clients: IdentityCenterClients, leaving: Leaving, say: Say): Promise<boolean> {
  const { access, assignments } = leaving;
  const { instanceArn, managementAccountId } = access.organization;
  let through = 0;
  let failures = 0;
  const onResult = (one: DeployedAssignment, result: Result): void => {
    through += 1;
    const why = whyLeftAlone(access, one.account);
    if (result.outcome === 'failed' && why === undefined) failures += 1;
    const note = result.outcome === 'failed' ? noteOf(access, one.account) : '';
    say(`  ${through}/${assignments.length} ${wordOf(result)}: ${leavingText(leaving, one)}${reasonOf(result)}${note}`);
  };
  const mayBeRefusedIn = (account: AccountId): boolean =>
    account === managementAccountId || whyLeftAlone(access, account) !== undefined;
  await changeAssignments(clients, assignments, { instanceArn, change: 'delete', mayBeRefusedIn, onResult });
  if (failures > 0) {
    say(
      `${count(failures, 'assignment')} of ${leaving.stack} could not be removed: people still have that access. Fix the cause ` +
        'above and run this again; it continues with what is left.',
    );
  }
  return failures === 0;
}

function noteOf(access: AccessPlan, account: AccountId): string {
  const why = whyLeftAlone(access, account);
  if (why !== undefined) return `; ${why}, so this holds up nothing`;
  return isExcludedInUse(access, account) ? EXCLUDED : '';
}

const EXCLUDED =
  '; the estate excludes the account, which people can use. To keep what is there for now, take the account out of ' +
  'access.excludedAccounts, and exclude it from the grants that give something new';

function wordOf({ outcome }: Result): string {
  const words = {
    done: 'removed',
    already: 'already gone',
    left: 'left to cdk deploy',
    failed: 'failed',
  } as const satisfies Record<Result['outcome'], string>;
  return words[outcome];
}

function reasonOf(result: Result): string {
  return result.outcome === 'failed' ? `; ${result.reason}` : '';
}
