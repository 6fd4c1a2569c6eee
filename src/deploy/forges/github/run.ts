import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Variables } from '../runner';
import { parseVariables } from '../variables';

const PIPELINES = 'GitHub Actions';

/** Ref of the merge that a pull request would make, or of its place in a merge queue. */
const PULL_REQUEST =
  /^refs\/(?:pull\/(?<checked>\d{1,9})\/merge|heads\/gh-readonly-queue\/.+\/pr-(?<queued>\d{1,9})-[0-9a-f]{40})$/;

function pullRequestIn(ref: string): string | undefined {
  const { checked, queued } = PULL_REQUEST.exec(ref)?.groups ?? {};
  return checked ?? queued;
}

const Environment = z.object({
  GITHUB_TOKEN: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[^/]+\/[^/]+$/),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/),
  GITHUB_REF: z.string(),
  GITHUB_API_URL: z.url(),
  GITHUB_GRAPHQL_URL: z.url().optional(),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_STEP_SUMMARY: z.string().optional(),
});

/** The run of GitHub Actions that this process belongs to. */
export interface GitHubRun {
  readonly token: string;
  readonly id: number;
  /** `owner/name` */
  readonly repository: string;
  readonly apiUrl: string;
  /** Address that `/graphql` is below. */
  readonly graphqlBase: string;
  /** Page of the run, where its artifacts are. */
  readonly url: string;
  /** Number of the pull request that is checked; absent on a branch. */
  readonly pullRequest: string | undefined;
  /** File of the summary. */
  readonly summary: string | undefined;
}

/** @throws ForgeError outside of a run */
export function gitHubRun(variables: Variables): GitHubRun {
  const run = parseVariables(Environment, variables, PIPELINES);
  return {
    token: run.GITHUB_TOKEN,
    id: Number(run.GITHUB_RUN_ID),
    repository: run.GITHUB_REPOSITORY,
    apiUrl: run.GITHUB_API_URL.replace(/\/$/, ''),
    graphqlBase: (run.GITHUB_GRAPHQL_URL ?? run.GITHUB_API_URL).replace(/\/(?:graphql)?$/, ''),
    url: runPage(run),
    pullRequest: pullRequestIn(run.GITHUB_REF),
    summary: run.GITHUB_STEP_SUMMARY === '' ? undefined : run.GITHUB_STEP_SUMMARY,
  };
}

/** Page of a run. */
export const runPage = (
  run: Pick<z.output<typeof Environment>, `GITHUB_${'SERVER_URL' | 'REPOSITORY' | 'RUN_ID'}`>,
): string => `${run.GITHUB_SERVER_URL}/${run.GITHUB_REPOSITORY}/actions/runs/${run.GITHUB_RUN_ID}`;

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
