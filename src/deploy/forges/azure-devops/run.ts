import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Variables } from '../runner';
import { parseVariables } from '../variables';

const Environment = z.object({
  SYSTEM_COLLECTIONURI: z.url(),
  SYSTEM_TEAMPROJECT: z.string().min(1),
  BUILD_BUILDID: z.string().regex(/^\d+$/),
  BUILD_REPOSITORY_ID: z.string().min(1),
  BUILD_REPOSITORY_PROVIDER: z.literal('TfsGit'),
  AGENT_TEMPDIRECTORY: z.string().min(1),
  SYSTEM_PULLREQUEST_PULLREQUESTID: z.string().optional(),
  SYSTEM_ACCESSTOKEN: z.string().optional(),
});

/** The run of Azure Pipelines that this process belongs to, of a repository in Azure Repos. */
export interface AzureDevOpsRun {
  /** `https://dev.azure.com/organization` */
  readonly organizationUrl: string;
  readonly project: string;
  readonly repository: string;
  /** Number of the run. */
  readonly id: number;
  /** Page of the run. */
  readonly url: string;
  readonly pullRequest: string | undefined;
  /** Folder of the agent that lasts as long as the job. */
  readonly temporary: string;
  /** Absent where the step did not ask for it. */
  readonly token: string | undefined;
}

/** @throws ForgeError outside of a run */
export function azureDevOpsRun(variables: Variables): AzureDevOpsRun {
  const run = parseVariables(Environment, variables, 'Azure Pipelines, of a repository in Azure Repos (TfsGit)');
  const organizationUrl = run.SYSTEM_COLLECTIONURI.replace(/\/$/, '');
  const project = run.SYSTEM_TEAMPROJECT;
  const id = Number(run.BUILD_BUILDID);
  const token = run.SYSTEM_ACCESSTOKEN;
  return {
    organizationUrl,
    project,
    repository: run.BUILD_REPOSITORY_ID,
    id,
    url: buildPage({ organizationUrl, project }, id),
    pullRequest: run.SYSTEM_PULLREQUEST_PULLREQUESTID,
    temporary: run.AGENT_TEMPDIRECTORY,
    // A macro that names no variable stays as it is.
    token: token === undefined || token === '' || token.startsWith('$(') ? undefined : token,
  };
}

/** Page of a run. */
export function buildPage(
  { organizationUrl, project }: Pick<AzureDevOpsRun, 'organizationUrl' | 'project'>,
  build: number,
): string {
  return `${organizationUrl}/${encodeURIComponent(project)}/_build/results?buildId=${build}`;
}

/** @throws ForgeError that says how the step gets its token */
export function tokenOf({ token }: AzureDevOpsRun): string {
  if (token !== undefined) return token;
  throw new ForgeError(
    "this step has no token: map it in the pipeline file, by 'SYSTEM_ACCESSTOKEN: $(System.AccessToken)' below 'env' of the step",
  );
}
