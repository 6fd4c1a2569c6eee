import type { PreflightFacts } from '../../clouds/facts/preflight-facts';
import { findRemote, readMergedLast } from '../../clouds/git/remote';
import { GitError } from '../../clouds/git/git-folder';
import { failed, known } from '../../clouds/reading';
import { runnerIn } from '../../deploy/forges/registry';
import { olderCheckout } from '../../doctor/checks/preflight/accounts';
import type { Estate } from '../../estate/sections/estate';
import { deployedBranch } from '../../estate/sections/pipeline/pipeline';
import { visible } from '../../estate/source/visible';
import { isRepositoryOf } from '../program/surroundings';

type Deployed = Pick<Estate, 'azure' | 'pipeline'>;

/** The commit that was merged last, for a deployment by hand; a pipeline compares with what was approved. */
export function mergedLastOf(
  estates: string,
  estate: Deployed,
  variables: NodeJS.ProcessEnv,
): Pick<PreflightFacts, 'mergedLast'> {
  if (runnerIn(variables) !== undefined) return {};
  const branch = deployedBranch(estate);
  let remote: string | undefined = 'origin';
  try {
    remote = findRemote(estates, (one) => isRepositoryOf(one, estate));
    const mergedLast = remote === undefined ? undefined : readMergedLast(estates, remote, branch);
    return mergedLast === undefined ? {} : { mergedLast: known(mergedLast) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { mergedLast: failed(`could not be compared with ${branch} of ${remote}: ${error.message}`) };
  }
}

/**
 * Refuses to deploy from a checkout that lacks what was merged: groups, sets and grants of now would be deleted. A remote that
 * does not answer refuses nothing, which is said.
 *
 * @returns what to say before the deployment begins
 * @throws Error that says what the checkout lacks and how to go on
 */
export function refuseOldCheckout(estates: string, estate: Deployed, variables: NodeJS.ProcessEnv): string | undefined {
  const { mergedLast } = mergedLastOf(estates, estate, variables);
  if (mergedLast?.state === 'failed')
    return visible(
      `This checkout ${mergedLast.reason}. If it lacks what was merged since, this deployment undoes that.`,
    );
  if (mergedLast?.state !== 'known' || mergedLast.value.isIncluded) return undefined;
  const { fault, advice } = olderCheckout(mergedLast.value);
  throw new Error(`This checkout ${fault}. To do: ${advice}.\nNo cloud was asked, and nothing was deployed.`);
}
