import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Variables } from '../runner';
import { parseVariables } from '../variables';

const Environment = z.object({
  CI_API_V4_URL: z.url(),
  CI_PROJECT_ID: z.string().regex(/^\d+$/),
  CI_PROJECT_URL: z.url(),
  CI_PIPELINE_ID: z.string().regex(/^\d+$/),
  CI_JOB_TOKEN: z.string().min(1),
  CI_MERGE_REQUEST_IID: z.string().optional(),
  CI_MERGE_REQUEST_PROJECT_ID: z.string().regex(/^\d+$/).optional(),
  GITLAB_TOKEN: z.string().optional(),
  GITLAB_PROPOSAL_TOKEN: z.string().optional(),
});

/** The pipeline of GitLab CI/CD that this process belongs to. */
export interface GitLabRun {
  readonly apiUrl: string;
  readonly projectId: string;
  readonly projectUrl: string;
  readonly id: number;
  /** Page of the pipeline. */
  readonly url: string;
  readonly mergeRequest: string | undefined;
  /** Project that the merge request is of: a fork's pipeline runs in the fork. */
  readonly mergeRequestProject: string;
  /** Token of the job: it reads, and writes neither notes nor issues. */
  readonly jobToken: string;
  /** Token of the project, from a variable of the team's. */
  readonly projectToken: string | undefined;
  /** Token of the project that may push a branch, from a protected variable of the team's. */
  readonly proposalToken: string | undefined;
}

/** @throws ForgeError outside of a run */
export function gitLabRun(variables: Variables): GitLabRun {
  const run = parseVariables(Environment, variables, 'GitLab CI/CD');
  const id = Number(run.CI_PIPELINE_ID);
  return {
    apiUrl: run.CI_API_V4_URL.replace(/\/$/, ''),
    projectId: run.CI_PROJECT_ID,
    projectUrl: run.CI_PROJECT_URL,
    id,
    url: pipelinePage({ projectUrl: run.CI_PROJECT_URL }, id),
    mergeRequest: run.CI_MERGE_REQUEST_IID,
    mergeRequestProject: run.CI_MERGE_REQUEST_PROJECT_ID ?? run.CI_PROJECT_ID,
    jobToken: run.CI_JOB_TOKEN,
    projectToken: run.GITLAB_TOKEN === '' ? undefined : run.GITLAB_TOKEN,
    proposalToken: run.GITLAB_PROPOSAL_TOKEN === '' ? undefined : run.GITLAB_PROPOSAL_TOKEN,
  };
}

/** Page of a pipeline. */
export function pipelinePage({ projectUrl }: Pick<GitLabRun, 'projectUrl'>, pipeline: number): string {
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
