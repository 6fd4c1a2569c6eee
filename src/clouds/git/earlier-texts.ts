import type { GitRevision } from './git-folder';
import { git, GitError, gitFolder, openRevision } from './git-folder';

/** Commits of a branch that are looked at for an earlier state of a file. */
const EARLIER_COMMITS = 50;

/** A file of an estate, on a branch. */
export interface BranchFile {
  readonly branch: string;
  /** The estate's name. */
  readonly name: string;
  readonly file: string;
}

/**
 * Texts of an estate's file at the commits of a branch that changed it, the newest first; merged work counts from its merge on.
 * None where there is no such branch, no repository or no git.
 */
export function* earlierTexts(estatesRoot: string, { branch, name, file }: BranchFile): Generator<string> {
  const tip = tipOf(estatesRoot, branch);
  if (tip === undefined) return;
  const path = `:(top,literal)${tip.prefix}${name}/${file}`;
  const range = ['--first-parent', `--max-count=${EARLIER_COMMITS}`, '--format=%H', tip.commit, '--', path];
  const listed = git(estatesRoot, ['log', ...range]);
  const commits = listed.ok ? listed.output.toString().split('\n') : [];
  for (const commit of commits.filter((line) => line !== '')) {
    const read = gitFolder({ ...tip, ref: commit, commit }, name).read(file);
    if (read.kind === 'text') yield read.text;
  }
}

/** Tells whether a commit is in the history of a branch, and not its tip. */
export function isBehindBranch(estatesRoot: string, commit: string, branch: string): boolean {
  const tip = tipOf(estatesRoot, branch);
  if (tip === undefined || tip.commit === commit) return false;
  return git(estatesRoot, ['merge-base', '--is-ancestor', commit, tip.commit]).ok;
}

/** The tip of a branch as the remote has it, or else as it is here; undefined where there is neither. */
function tipOf(estatesRoot: string, branch: string): GitRevision | undefined {
  for (const ref of [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]) {
    try {
      return openRevision(estatesRoot, ref);
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    }
  }
  return undefined;
}
