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

/** Reports that are kept for people: of a pull request, and of what is to be approved. */
export type KeptReport = 'preview' | 'shown';

/** Artifact with a report of an estate, at forges whose artifacts have names. */
export const artifactOf = (report: KeptReport, estate: string): string => `${report}-${estate}`;

/** Job that keeps a report of an estate, at a forge whose artifacts are named after their jobs. */
export const reportJobOf = (report: KeptReport, estate: string): string =>
  `${report === 'shown' ? 'show' : report} ${estate}`;
