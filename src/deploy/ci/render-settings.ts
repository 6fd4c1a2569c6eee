import { FORGES } from '../../estate/sections/pipeline/forges/registry';
import { forgesIn, runnerOf } from '../forges/registry';
import type { EstateJobs } from './facts';

/** Forms of the jobs of estates: that of each forge, and one for people and programs. */
export const OUTPUTS = ['json', ...FORGES] as const;
export type Output = (typeof OUTPUTS)[number];

export function renderSettings(output: Output, all: readonly EstateJobs[]): string {
  return output === 'json' ? `${JSON.stringify(all, undefined, 2)}\n` : runnerOf(output).renderJobs(all);
}

/** Form that the forge of a run takes; that of no forge where the file is missing that it would be added to. */
export function outputOf(variables: NodeJS.ProcessEnv): Output {
  const [forge] = forgesIn(variables);
  if (forge === undefined) return 'json';
  return runnerOf(forge).jobsFile === undefined || fileOf(forge, variables) !== undefined ? forge : 'json';
}

/** Variable with the file that a form is added to; undefined where it is printed. */
export function fileOf(output: Output, variables: NodeJS.ProcessEnv): string | undefined {
  const name = output === 'json' ? undefined : runnerOf(output).jobsFile;
  return name === undefined ? undefined : variables[name] || undefined;
}
