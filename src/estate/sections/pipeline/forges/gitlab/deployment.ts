/** File that GitLab starts a pipeline from. */
export const ENTRY = '.gitlab-ci.yml';

/** File with GitLab's jobs of every estate that deploy. */
export const DEPLOYMENT_FILE = '.gitlab/identity-deploy.yml';

/** Variable of GitLab with the jobs of the estates that are deployed, each between commas: `,acme:plan-aws,`. */
export const JOBS_VARIABLE = 'IDENTITY_JOBS';
