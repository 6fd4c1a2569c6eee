import { z } from 'zod';
import { ForgeError } from '../forge';
import { parseVariables, type Variables } from '../runner';

const Run = z
  .object({
    CI_API_V4_URL: z.url(),
    CI_PROJECT_ID: z.string().regex(/^\d+$/),
    CI_PROJECT_URL: z.url(),
    CI_PIPELINE_ID: z.string().regex(/^\d+$/),
    CI_JOB_TOKEN: z.string().min(1),
    CI_MERGE_REQUEST_IID: z.string().optional(),
    CI_MERGE_REQUEST_PROJECT_ID: z.string().regex(/^\d+$/).optional(),
    CI_JOB_ID: z.string().optional(),
    GITLAB_TOKEN: z.string().optional(),
    GITLAB_PROPOSAL_TOKEN: z.string().optional(),
    GITLAB_PLACEMENT_TOKEN: z.string().optional(),
  })
  .transform((run) => ({
    apiUrl: run.CI_API_V4_URL.replace(/\/$/, ''),
    projectId: run.CI_PROJECT_ID,
    projectUrl: run.CI_PROJECT_URL,
    id: Number(run.CI_PIPELINE_ID),
    /** Page of the pipeline. */
    url: pipelinePage({ projectUrl: run.CI_PROJECT_URL }, Number(run.CI_PIPELINE_ID)),
    mergeRequest: run.CI_MERGE_REQUEST_IID,
    /** Project that the merge request is of: a fork's pipeline runs in the fork. */
    mergeRequestProject: run.CI_MERGE_REQUEST_PROJECT_ID ?? run.CI_PROJECT_ID,
    jobId: run.CI_JOB_ID,
    /** Token of the job: it reads, and writes neither notes nor issues. */
    jobToken: run.CI_JOB_TOKEN,
    /** Token of the project, from a variable of the team's. */
    projectToken: run.GITLAB_TOKEN === '' ? undefined : run.GITLAB_TOKEN,
    /** Token of the project that may push a branch, from a protected variable of the team's. */
    proposalToken: run.GITLAB_PROPOSAL_TOKEN === '' ? undefined : run.GITLAB_PROPOSAL_TOKEN,
    /** Token of the project that pushes to branches of merge requests, from a variable of the environments of those jobs. */
    placementToken: run.GITLAB_PLACEMENT_TOKEN === '' ? undefined : run.GITLAB_PLACEMENT_TOKEN,
  }));

/** The pipeline of GitLab CI/CD that this process belongs to. */
export type GitLabRun = Readonly<z.output<typeof Run>>;

/** @throws ForgeError outside of a run */
export const gitLabRun = (variables: Variables): GitLabRun => parseVariables(Run, variables, 'GitLab CI/CD');

/** Page of a pipeline. */
export function pipelinePage({ projectUrl }: { readonly projectUrl: string }, pipeline: number): string {
  return `${projectUrl}/-/pipelines/${pipeline}`;
}

/** Demand on the token of the project. */
export const PROJECT_TOKEN =
  "GITLAB_TOKEN must be a project access token of this project with the role Reporter and the scope 'api', in a masked variable; a pipeline of a fork does not have it";

export const NO_COMMENTS = `the token of the job may not write comments or issues: ${PROJECT_TOKEN}`;

/** @throws ForgeError that says which token it takes */
export function projectTokenOf({ projectToken }: GitLabRun): string {
  if (projectToken !== undefined) return projectToken;
  throw new ForgeError(NO_COMMENTS);
}

/** Demand on the token that proposes. */
export const PROPOSAL_TOKEN =
  "GITLAB_PROPOSAL_TOKEN must be a project access token of this project with the role Developer and the scope 'api', in a variable that is masked and protected";

/** @throws ForgeError that says which token it takes */
export function proposalTokenOf({ proposalToken }: GitLabRun): string {
  if (proposalToken !== undefined) return proposalToken;
  throw new ForgeError(`the token of the job may not push a branch: ${PROPOSAL_TOKEN}`);
}

/** Demand on the token that writes the placement file. */
export const PLACEMENT_TOKEN =
  "GITLAB_PLACEMENT_TOKEN must be a project access token of this project with the role Developer and the scope 'write_repository', in a variable that is masked, not protected, and has the environment scope 'identity-place-*'; GitLab starts no pipeline for what the token of a job pushes";

/** @throws ForgeError that says which token it takes */
export function placementTokenOf({ placementToken }: GitLabRun): string {
  if (placementToken !== undefined) return placementToken;
  throw new ForgeError(`this job has no token that pushes: ${PLACEMENT_TOKEN}`);
}
