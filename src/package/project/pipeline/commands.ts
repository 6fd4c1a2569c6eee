import { FORGE_TOKENS, PROPOSAL_TOKENS } from '../../../deploy/forges/job-token';

/** Installs what the lock file says. */
const INSTALL = 'npm ci --no-audit --no-fund';

/** Keeps variables from a command, and from all that it starts. */
const without = (names: readonly string[], command: string): string =>
  names.length === 0 ? command : `env ${names.map((name) => `-u ${name}`).join(' ')} ${command}`;

/** Variables with which whatever a package runs when it is installed could sign in, or write to the forge. */
const HIDDEN = ['AWS_ID_TOKEN', 'AZURE_ID_TOKEN', 'GITLAB_TOKEN', ...PROPOSAL_TOKENS];

/** The program that was installed. npx hands no signal on, so that no job would hear that it is cancelled. */
const CI = 'node_modules/.bin/entra-aws ci';

/** Command of a job. The shell gives its place up to it, so that it hears the signals that the forge sends. */
export const ci = (words: string): string => `exec ${CI} ${words}`;
const JOB = '"$JOB" --estate "$ESTATE"';
export const RUN = ci(JOB);

/** GitLab runs all lines of a job in one shell, whose variables have every token. */
export function gitLabCommands(tokenSecret: string | undefined, npmToken: string) {
  const token = tokenSecret === undefined || tokenSecret === npmToken ? '' : `${npmToken}="$${tokenSecret}" `;
  const isOfForge = [...FORGE_TOKENS, ...PROPOSAL_TOKENS].some((name) => name === tokenSecret);
  // A token of the forge, such as the one of the job for GitLab's own registry, is for the steps that `ci` gives it to.
  const hidden = tokenSecret === undefined || isOfForge ? [] : [tokenSecret];
  const run = (words: string): string => without(hidden, `${CI} ${words}`);
  return { install: without(HIDDEN, `${token}${INSTALL}`), run, job: run(JOB) };
}
