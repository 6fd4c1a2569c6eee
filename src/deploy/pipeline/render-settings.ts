import { GITLAB_DEPLOYMENT, GITLAB_TOUCHED } from '../../estate/sections/pipeline/deployments';
import type { Settings } from './settings';

/** Settings with the name of their estate. */
export interface NamedSettings {
  readonly name: string;
  readonly settings: Settings;
}

type Renderer = (all: readonly NamedSettings[]) => string;

/** Ways to hand settings to the later steps of a pipeline. No value of `settingsOf` means anything to their formats. */
export const RENDERERS: Readonly<Record<'json' | 'github' | 'gitlab' | 'gitlab-child' | 'azure-devops', Renderer>> = {
  json: (all) => `${JSON.stringify(all, undefined, 2)}\n`,
  // The output of a step, which a matrix is made of.
  github: (all) => `estates=${JSON.stringify(all)}\n`,
  gitlab: (all) => linesOf(all, (name, value) => `export ${name}='${value}'`),
  // A pipeline that GitLab starts from an artifact. Its jobs are in the repository; the variable chooses among them.
  'gitlab-child': (all) =>
    [
      'include:',
      `  - local: '/${GITLAB_DEPLOYMENT}'`,
      'variables:',
      `  ${GITLAB_TOUCHED}: ',${all.map(({ name }) => `${name},`).join('')}'`,
      '',
    ].join('\n'),
  // Stages read only what is an output; the steps of the job read only what is none.
  'azure-devops': (all) =>
    ['false', 'true']
      .map((isOutput) =>
        linesOf(all, (name, value) => `##vso[task.setvariable variable=${name};isOutput=${isOutput}]${value}`),
      )
      .join(''),
};

function linesOf(all: readonly NamedSettings[], line: (name: string, value: string) => string): string {
  return all
    .flatMap(({ settings }) => Object.entries(settings))
    .map(([name, value]) => `${line(name, value)}\n`)
    .join('');
}
