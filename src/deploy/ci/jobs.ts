import { ACCOUNTS_JOBS, DEPLOY_JOBS } from './deploy-jobs';
import { DRIFT_JOBS } from './drift-jobs';
import type { Job } from './model';
import { ENTRA_JOBS, PREVIEW_JOBS } from './preview-jobs';

/** Everything that a pipeline does for an estate, on every forge in this order. */
export const PIPELINES = {
  preview: PREVIEW_JOBS,
  entra: ENTRA_JOBS,
  deploy: DEPLOY_JOBS,
  drift: DRIFT_JOBS,
  accounts: ACCOUNTS_JOBS,
} as const;

/** Jobs that `entra-aws ci` runs. */
export const JOBS: readonly Job[] = Object.values(PIPELINES).flatMap(({ jobs }) => jobs);
