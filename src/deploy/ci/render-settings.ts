import { GITLAB_DEPLOYMENT, GITLAB_JOBS } from '../../estate/sections/pipeline/deployments';
import type { EstateJobs } from './facts';

type Renderer = (all: readonly EstateJobs[]) => string;

/** Ways to hand the jobs of estates to a forge. No name in them means anything to their formats. */
export const RENDERERS: Readonly<Record<'json' | 'github' | 'gitlab' | 'azure-devops', Renderer>> = {
  json: (all) => `${JSON.stringify(all, undefined, 2)}\n`,
  // The output of a step, which a matrix is made of.
  github: (all) => `estates=${JSON.stringify(all)}\n`,
  // A pipeline that GitLab starts from an artifact. Its jobs are in the repository; the variable chooses among them.
  gitlab: (all) =>
    [
      'include:',
      `  - local: '/${GITLAB_DEPLOYMENT}'`,
      'variables:',
      `  ${GITLAB_JOBS}: ',${all.flatMap(({ name, jobs }) => jobs.map((job) => `${name}:${job},`)).join('')}'`,
      '',
    ].join('\n'),
  // Stages read only what is an output.
  'azure-devops': (all) =>
    all.map(({ jobs }) => `##vso[task.setvariable variable=JOBS;isOutput=true],${jobs.join(',')},\n`).join(''),
};
