import { z } from 'zod';

/** The reason for which a forge runs a pipeline, as far as the steps depend on it. */
export interface RunKind {
  /** Revision that a pull request or a place in a merge queue is compared with; absent on a branch. */
  readonly base?: string;
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
  return { ...gitLabRunKind(variables), ...repositoryOf(variables['CI_PROJECT_PATH']) };
}

function repositoryOf(repository: string | undefined): Pick<RunKind, 'repository'> {
  return repository === undefined || repository === '' ? {} : { repository };
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
  pull_request: z.object({ head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }) }).exactOptional(),
  merge_group: z.object({ base_sha: z.string() }).exactOptional(),
});

function gitHubRunKind(variables: Variables, readEvent: (file: string) => unknown): RunKind {
  const file = variables['GITHUB_EVENT_PATH'];
  if (file === undefined) return ON_A_BRANCH;
  const { pull_request, merge_group } = GitHubEvent.parse(readEvent(file));
  if (merge_group !== undefined) return { base: merge_group.base_sha, asksClouds: false, comments: false };
  if (pull_request === undefined) return ON_A_BRANCH;
  const isOwn = pull_request.head.repo?.full_name === variables['GITHUB_REPOSITORY'];
  return { base: FIRST_PARENT, asksClouds: isOwn, comments: isOwn };
}

function azureRunKind(variables: Variables): RunKind {
  if (variables['BUILD_REASON'] !== 'PullRequest') return ON_A_BRANCH;
  const isOwn = variables['SYSTEM_PULLREQUEST_ISFORK']?.toLowerCase() !== 'true';
  return { base: FIRST_PARENT, asksClouds: isOwn, comments: isOwn };
}

function gitLabRunKind(variables: Variables): RunKind {
  // GitLab sets the first for merged results and merge trains alone.
  const base = [variables['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'], variables['CI_MERGE_REQUEST_DIFF_BASE_SHA']].find(
    (sha) => sha !== undefined && sha !== '',
  );
  if (base === undefined) return ON_A_BRANCH;
  const isOwn = variables['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'] === variables['CI_PROJECT_ID'];
  const isTrain = variables['CI_MERGE_REQUEST_EVENT_TYPE'] === 'merge_train';
  return { base, asksClouds: isOwn && !isTrain, comments: isOwn && !isTrain };
}
