/** Name of the job that finds the estates to deploy, before any of theirs. */
export const SETTINGS_JOB = 'Settings';

/** Word that asks for the estates that differ from what was deployed last, where one could be asked for by its name. */
export const TOUCHED = 'touched';

/** File with GitLab's jobs of every estate that deploy. */
export const GITLAB_DEPLOYMENT = '.gitlab/identity-deploy.yml';

/** Variable of GitLab with the jobs of the estates that are deployed, each between commas: `,acme:plan-aws,`. */
export const GITLAB_JOBS = 'IDENTITY_JOBS';
