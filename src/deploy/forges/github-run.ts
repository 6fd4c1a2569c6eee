import { z } from 'zod';

/** GitHub refused, or can't be reached; the message says what to do. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
}

const Environment = z.object({
  GITHUB_TOKEN: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[^/]+\/[^/]+$/),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/),
  GITHUB_REF: z.string(),
  GITHUB_API_URL: z.url(),
  GITHUB_SERVER_URL: z.url(),
});

/** The run of GitHub Actions that this process belongs to. */
export interface GitHubRun {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  readonly apiUrl: string;
  /** Page of the run, where its artifacts are. */
  readonly url: string;
  /** Number of the pull request that is checked; absent on a branch. */
  readonly pullRequest?: number;
}

/** @throws GitHubError outside of a run */
export function gitHubRun(variables: NodeJS.ProcessEnv): GitHubRun {
  const parsed = Environment.safeParse(variables);
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => path.join('.'));
    throw new GitHubError(
      `run this in GitHub Actions, which sets these variables; missing or not valid: ${names.join(', ')}`,
    );
  }
  const { GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_REF, GITHUB_API_URL, GITHUB_SERVER_URL } = parsed.data;
  const [owner = '', repo = ''] = GITHUB_REPOSITORY.split('/');
  const pullRequest = /^refs\/pull\/(\d{1,9})\/merge$/.exec(GITHUB_REF)?.[1];
  return {
    token: GITHUB_TOKEN,
    owner,
    repo,
    apiUrl: GITHUB_API_URL,
    url: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
    ...(pullRequest !== undefined && { pullRequest: Number(pullRequest) }),
  };
}

/** File name of the workflow that the run is of: `deploy.yaml`. @throws GitHubError if this is not a variable of a run */
export function workflowOf({ GITHUB_WORKFLOW_REF }: NodeJS.ProcessEnv): string {
  const file = /\/\.github\/workflows\/([^/@]+)@/.exec(GITHUB_WORKFLOW_REF ?? 'not set')?.[1];
  if (file !== undefined) return file;
  throw new GitHubError(
    'run this in GitHub Actions, which sets these variables; missing or not valid: GITHUB_WORKFLOW_REF',
  );
}

/** @throws GitHubError if the run checks none */
export function pullRequestOf({ pullRequest }: GitHubRun): number {
  if (pullRequest !== undefined) return pullRequest;
  throw new GitHubError('this run must be of a pull request: GITHUB_REF must be refs/pull/NUMBER/merge');
}
