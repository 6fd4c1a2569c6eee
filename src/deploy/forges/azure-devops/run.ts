import { z } from 'zod';
import { ForgeError } from '../forge';
import { parseVariables, type Variables } from '../runner';

const Run = z
  .object({
    SYSTEM_COLLECTIONURI: z.url(),
    SYSTEM_TEAMPROJECT: z.string().min(1),
    BUILD_BUILDID: z.string().regex(/^\d+$/),
    BUILD_REPOSITORY_ID: z.string().min(1),
    BUILD_REPOSITORY_PROVIDER: z.literal('TfsGit'),
    BUILD_REPOSITORY_NAME: z.string().min(1),
    AGENT_TEMPDIRECTORY: z.string().min(1),
    SYSTEM_PULLREQUEST_PULLREQUESTID: z.string().optional(),
    SYSTEM_ACCESSTOKEN: z.string().optional(),
  })
  .transform((run) => {
    // `https://dev.azure.com/organization`
    const organizationUrl = run.SYSTEM_COLLECTIONURI.replace(/\/$/, '');
    const project = run.SYSTEM_TEAMPROJECT;
    const id = Number(run.BUILD_BUILDID);
    const token = run.SYSTEM_ACCESSTOKEN;
    return {
      ...{ organizationUrl, project, id },
      /** Page of the run. */
      url: buildPage({ organizationUrl, project }, id),
      repository: run.BUILD_REPOSITORY_ID,
      /** Address that git pushes to. */
      repositoryUrl: `${organizationUrl}/${encodeURIComponent(project)}/_git/${encodeURIComponent(run.BUILD_REPOSITORY_NAME)}`,
      pullRequest: run.SYSTEM_PULLREQUEST_PULLREQUESTID,
      /** Folder of the agent that lasts as long as the job. */
      temporary: run.AGENT_TEMPDIRECTORY,
      /** Absent where the step did not ask for it: a macro that names no variable stays as it is. */
      token: token === undefined || token === '' || token.startsWith('$(') ? undefined : token,
    };
  });

/** The run of Azure Pipelines that this process belongs to, of a repository in Azure Repos. */
export type AzureDevOpsRun = Readonly<z.output<typeof Run>>;

/** @throws ForgeError outside of a run */
export function azureDevOpsRun(variables: Variables): AzureDevOpsRun {
  return parseVariables(Run, variables, 'Azure Pipelines, of a repository in Azure Repos (TfsGit)');
}

/** Page of a run. */
export function buildPage(
  { organizationUrl, project }: { readonly organizationUrl: string; readonly project: string },
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
