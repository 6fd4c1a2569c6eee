import { z } from 'zod';
import { ForgeError } from '../forge';
import { parseVariables, type Variables } from '../runner';

/** Ref of the merge that a pull request would make, or of its place in a merge queue. */
const PULL_REQUEST =
  /^refs\/(?:pull\/(?<checked>\d{1,9})\/merge|heads\/gh-readonly-queue\/.+\/pr-(?<queued>\d{1,9})-[0-9a-f]{40})$/;

function pullRequestIn(ref: string): string | undefined {
  const { checked, queued } = PULL_REQUEST.exec(ref)?.groups ?? {};
  return checked ?? queued;
}

const Run = z
  .object({
    GITHUB_TOKEN: z.string().min(1),
    GITHUB_REPOSITORY: z.string().regex(/^[^/]+\/[^/]+$/),
    GITHUB_RUN_ID: z.string().regex(/^\d+$/),
    GITHUB_REF: z.string(),
    GITHUB_API_URL: z.url(),
    GITHUB_GRAPHQL_URL: z.url().optional(),
    GITHUB_SERVER_URL: z.url(),
    GITHUB_STEP_SUMMARY: z.string().optional(),
  })
  .transform((run) => ({
    token: run.GITHUB_TOKEN,
    id: Number(run.GITHUB_RUN_ID),
    /** `owner/name` */
    repository: run.GITHUB_REPOSITORY,
    apiUrl: run.GITHUB_API_URL.replace(/\/$/, ''),
    /** Address that `/graphql` is below. */
    graphqlBase: (run.GITHUB_GRAPHQL_URL ?? run.GITHUB_API_URL).replace(/\/(?:graphql)?$/, ''),
    /** Address that git pushes to. */
    repositoryUrl: `${run.GITHUB_SERVER_URL}/${run.GITHUB_REPOSITORY}.git`,
    /** Page of the run, where its artifacts are. */
    url: runPage(run),
    /** Number of the pull request that is checked; absent on a branch. */
    pullRequest: pullRequestIn(run.GITHUB_REF),
    /** File of the summary. */
    summary: run.GITHUB_STEP_SUMMARY === '' ? undefined : run.GITHUB_STEP_SUMMARY,
  }));

/** The run of GitHub Actions that this process belongs to. */
export type GitHubRun = Readonly<z.output<typeof Run>>;

/** @throws ForgeError outside of a run */
export const gitHubRun = (variables: Variables): GitHubRun => parseVariables(Run, variables, 'GitHub Actions');

/** Page of a run. */
export function runPage(run: Readonly<Record<`GITHUB_${'SERVER_URL' | 'REPOSITORY' | 'RUN_ID'}`, string>>): string {
  return `${run.GITHUB_SERVER_URL}/${run.GITHUB_REPOSITORY}/actions/runs/${run.GITHUB_RUN_ID}`;
}

/** Servers that take the artifacts of actions/upload-artifact 4 and later, as it tells them itself (`isGhes` in actions/toolkit). */
const OFFERED = /^https?:\/\/(?:github\.com|[^/]+\.ghe\.com|[^/]+\.localhost)(?:[:/]|$)/i;

/** @throws ForgeError on GitHub Enterprise Server, before an artifact is refused half-way */
export function refuseEnterpriseServer(variables: Variables): void {
  const { GITHUB_ACTIONS: isGitHub, GITHUB_SERVER_URL: server } = variables;
  if (isGitHub !== 'true' || server === undefined || OFFERED.test(server)) return;
  throw new ForgeError(
    `this pipeline must run at github.com or at a tenant of ghe.com, got ${server}: GitHub Enterprise Server refuses the artifacts that its jobs hand on. Deploy with 'npx --no entra-aws deploy', or move the repository`,
  );
}
