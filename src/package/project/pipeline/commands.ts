/** Installs what the lock file says. */
export const INSTALL = 'npm ci --no-audit --no-fund';

/** Keeps variables from a command, and from all that it starts. */
export const without = (names: readonly string[], command: string): string =>
  names.length === 0 ? command : `env ${names.map((name) => `-u ${name}`).join(' ')} ${command}`;

/** The program that was installed. npx hands no signal on, so that no job would hear that it is cancelled. */
export const CI = 'node_modules/.bin/entra-aws ci';

/** Command of a job. The shell gives its place up to it, so that it hears the signals that the forge sends. */
export const ci = (words: string): string => `exec ${CI} ${words}`;
export const JOB = '"$JOB" --estate "$ESTATE"';
