/** The reason for which a forge runs a pipeline, as far as the steps depend on it. */
export interface RunKind {
  /** Revision that a pull request or a place in a merge queue is compared with; absent on a branch. */
  readonly base?: string;
  /** Branch that it is merged into, by its name; absent where the forge does not give it. */
  readonly into?: string;
  /** Commit that the pull request proposes, which is not that of the merge that is checked out. */
  readonly head?: string;
  /** False where the forge gives no identity: to a fork, and to a merge queue, which no cloud trusts. */
  readonly asksClouds: boolean;
  /** True where there is a pull request that this run may write to. */
  readonly comments: boolean;
  /** Repository of the run as an estate names it; absent where the forge does not give it. */
  readonly repository?: string;
}

export function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Names of a run that the forge gives, without those that it leaves empty. */
export function namesOf(into: string | undefined, head: string | undefined): Pick<RunKind, 'into' | 'head'> {
  return { ...(isGiven(into) && { into: into.replace(/^refs\/heads\//, '') }), ...(isGiven(head) && { head }) };
}

export function repositoryOf(repository: string | undefined): Pick<RunKind, 'repository'> {
  return isGiven(repository) ? { repository } : {};
}

export const ON_A_BRANCH = { asksClouds: true, comments: false } as const;

/** The forge checks out the merge, whose first parent is the branch that is merged into. */
export const FIRST_PARENT = 'HEAD^1';
