/** Name of the job that deploys, in the pipeline that deploys. */
export const DEPLOY_JOB = 'Deploy';

/** Name of the job that deploys an estate. */
export const deployJobOf = (estate: string): string => `${DEPLOY_JOB} ${estate}`;

/** Estate that a job deploys; undefined if its name says none. */
export function estateOfJob(job: string): string | undefined {
  return job.startsWith(`${DEPLOY_JOB} `) ? job.slice(DEPLOY_JOB.length + 1) : undefined;
}

/** Its step that comes before anything is changed, and fails where something else was deployed since the approval. */
export const APPROVAL_STEP = 'What was approved still holds';

/** Artifact with the preview of an estate, at forges whose artifacts have names. */
export const previewArtifactOf = (estate: string): string => `preview-${estate}`;

/** Job that makes the preview of an estate, at a forge whose artifacts are named after their jobs. */
export const previewJobOf = (estate: string): string => `preview ${estate}`;
