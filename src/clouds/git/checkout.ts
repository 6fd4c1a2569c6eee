import { git, GitError } from './git-folder';

/** The commit that was merged last, as the remote has it now, beside a checkout. */
export interface MergedLast {
  readonly branch: string;
  readonly commit: string;
  /** True if the checkout has it in its history. */
  readonly isIncluded: boolean;
}

/** Longest time in which a remote answers, in seconds. */
const ANSWERS_WITHIN = 30;

/**
 * Asks the remote for the branch that is deployed, since a checkout knows of no later merge. Undefined where there is no remote,
 * or where it has no such branch.
 *
 * @throws GitError if the remote does not answer
 */
export function readMergedLast(folder: string, branch: string): MergedLast | undefined {
  if (!git(folder, ['config', '--get', 'remote.origin.url']).ok) return undefined;
  const listed = git(folder, ['ls-remote', 'origin', `refs/heads/${branch}`], ANSWERS_WITHIN);
  if (!listed.ok) throw new GitError(listed.message);
  const commit = /^[0-9a-f]{40,64}(?=\t)/.exec(listed.output.toString())?.[0];
  if (commit === undefined) return undefined;
  // It fails of a commit that is not there.
  return { branch, commit, isIncluded: git(folder, ['merge-base', '--is-ancestor', commit, 'HEAD']).ok };
}
