/** Name of the job that deploys, in the pipeline that deploys. */
export const DEPLOY_JOB = 'Deploy';

/** Its step that comes before anything is changed, and fails where something else was deployed since the approval. */
export const APPROVAL_STEP = 'What was approved still holds';
