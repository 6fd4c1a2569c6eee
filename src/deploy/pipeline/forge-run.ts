import { z } from 'zod';

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

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads why this run of a pipeline is there; undefined outside of a forge. */
export function runKindOf(variables: Variables, readEvent: (file: string) => unknown): RunKind | undefined {
  if (variables['GITHUB_ACTIONS'] === 'true')
    return { ...gitHubRunKind(variables, readEvent), ...repositoryOf(variables['GITHUB_REPOSITORY']) };
  if (variables['TF_BUILD'] === 'True')
    return { ...azureRunKind(variables), ...repositoryOf(azureRepository(variables)) };
  if (variables['GITLAB_CI'] !== 'true') return undefined;
  // The pipeline of a fork runs in the fork.
  const path = [variables['CI_MERGE_REQUEST_PROJECT_PATH'], variables['CI_PROJECT_PATH']].find(isGiven);
  return { ...gitLabRunKind(variables), ...repositoryOf(path) };
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Names of a run that the forge gives, without those that it leaves empty. */
function namesOf(into: string | undefined, head: string | undefined): Pick<RunKind, 'into' | 'head'> {
  return { ...(isGiven(into) && { into: into.replace(/^refs\/heads\//, '') }), ...(isGiven(head) && { head }) };
}

function repositoryOf(repository: string | undefined): Pick<RunKind, 'repository'> {
  return isGiven(repository) ? { repository } : {};
}

/** The organization is the path of the collection, or the name of its host before 2018: `https://acme.visualstudio.com/`. */
function azureRepository(variables: Variables): string | undefined {
  const collection = variables['SYSTEM_COLLECTIONURI'] ?? '';
  const organization = /^https:\/\/(?:dev\.azure\.com\/([^/]+)|([^./]+)\.visualstudio\.com)\/?$/.exec(collection);
  const parts = [
    organization?.[1] ?? organization?.[2],
    variables['SYSTEM_TEAMPROJECT'],
    variables['BUILD_REPOSITORY_NAME'],
  ];
  return parts.some((part) => part === undefined || part === '') ? undefined : parts.join('/');
}

const ON_A_BRANCH = { asksClouds: true, comments: false } as const;

/** The forge checks out the merge, whose first parent is the branch that is merged into. */
const FIRST_PARENT = 'HEAD^1';

const GitHubEvent = z.object({
  pull_request: z
    .object({ head: z.object({ sha: z.string().optional(), repo: z.object({ full_name: z.string() }).nullable() }) })
    .exactOptional(),
  merge_group: z.object({ base_sha: z.string(), base_ref: z.string().optional() }).exactOptional(),
});

function gitHubRunKind(variables: Variables, readEvent: (file: string) => unknown): RunKind {
  const file = variables['GITHUB_EVENT_PATH'];
  if (file === undefined) return ON_A_BRANCH;
  const { pull_request, merge_group } = GitHubEvent.parse(readEvent(file));
  if (merge_group !== undefined)
    return { base: merge_group.base_sha, ...namesOf(merge_group.base_ref, undefined), ...ASKS_NOTHING };
  if (pull_request === undefined) return ON_A_BRANCH;
  const { sha, repo } = pull_request.head;
  const isOwn = repo?.full_name === variables['GITHUB_REPOSITORY'];
  const names = namesOf(variables['GITHUB_BASE_REF'], sha);
  return { base: FIRST_PARENT, ...names, asksClouds: isOwn, comments: isOwn };
}

const ASKS_NOTHING = { asksClouds: false, comments: false } as const;

function azureRunKind(variables: Variables): RunKind {
  if (variables['BUILD_REASON'] !== 'PullRequest') return ON_A_BRANCH;
  const isOwn = variables['SYSTEM_PULLREQUEST_ISFORK']?.toLowerCase() === 'false';
  const names = namesOf(variables['SYSTEM_PULLREQUEST_TARGETBRANCH'], variables['SYSTEM_PULLREQUEST_SOURCECOMMITID']);
  return { base: FIRST_PARENT, ...names, asksClouds: isOwn, comments: isOwn };
}

/** GitLab's variables of a merge request: docs, 'Predefined CI/CD variables'. */
function gitLabRunKind(variables: Variables): RunKind {
  if (!isGiven(variables['CI_MERGE_REQUEST_IID'])) return ON_A_BRANCH;
  const into = variables['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'];
  // The first is there for merged results and merge trains alone; the second is empty until GitLab has compared the branches.
  const base = [
    variables['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'],
    variables['CI_MERGE_REQUEST_DIFF_BASE_SHA'],
    isGiven(into) ? `origin/${into}` : undefined,
  ].find(isGiven);
  // The pipeline of a fork runs in the fork, so CI_PROJECT_ID is that of the fork.
  const project = variables['CI_MERGE_REQUEST_PROJECT_ID'];
  const isOwn = isGiven(project) && variables['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'] === project;
  const isTrain = variables['CI_MERGE_REQUEST_EVENT_TYPE'] === 'merge_train';
  // Without merged results the commit is the branch's own.
  const head = [variables['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA'], variables['CI_COMMIT_SHA']].find(isGiven);
  const asks = isOwn && !isTrain;
  return { ...(base !== undefined && { base }), ...namesOf(into, head), asksClouds: asks, comments: asks };
}
