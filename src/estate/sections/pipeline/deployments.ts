/** Name of the job that finds the estates to deploy, before any of theirs. */
export const SETTINGS_JOB = 'Settings';

/** Word that asks for the estates that differ from what was deployed last, where one could be asked for by its name. */
export const TOUCHED = 'touched';
