import { PLAN_FOLDER } from '../../../deploy/ci/model';
import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import { MARK_LINE } from '../mark';
import { GITHUB_INSTALL, RUN } from './commands';
import { actionAt, NODE_VERSION } from './versions';
import { type Part, yamlText } from './yaml-text';

const FOLDER = '.github/actions/identity';
export const ACTION_FILE = `${FOLDER}/action.yaml`;
/** The action, as a step of the same repository uses it. */
export const ACTION = `./${FOLDER}`;

/** Writes an expression. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

const input = (name: string): string => expression(`inputs.${name}`);

/** A comment behind a value must not become a part of it; it ends the line. */
export function withComments(text: string): string {
  return text
    .replaceAll(/^(\s*(?:- )?(?:uses|container): )'([^'#]+ # [^'\n]+)'$/gm, '$1$2')
    .replaceAll(/^(\s*- \{ uses: )'([^'#]+)( # [^']+)'(.*)$/gm, '$1$2$4$3');
}

export const CHECKOUT: Part = {
  uses: actionAt('actions/checkout'),
  with: { 'persist-credentials': false, 'fetch-depth': 0 },
};

/** Steps that the jobs of GitHub have in common: after a failed installation nothing runs. */
export function identityAction(): string {
  const inputs = {
    job: { description: 'Job of `entra-aws ci`; none is run unless it is given.' },
    estate: { description: 'Its estate.' },
    takes: { description: 'Artifacts of jobs before it, by commas.' },
    leaves: { description: 'Artifact with its files.' },
    token: { description: 'Token of the forge, for the steps that ask it.', default: expression('github.token') },
    'npm-token': { description: 'Token of a private registry, for .npmrc.' },
  };
  const steps: readonly Part[] = [
    { uses: actionAt('actions/setup-node'), with: { 'node-version': NODE_VERSION } },
    { run: GITHUB_INSTALL, shell: 'bash', env: { [NPM_TOKEN]: input('npm-token') } },
    {
      if: "inputs.takes != ''",
      uses: actionAt('actions/download-artifact'),
      // One that was not made is not there; what needs it says so.
      with: { pattern: `{${input('takes')},}-${input('estate')}`, 'merge-multiple': true, path: PLAN_FOLDER },
    },
    {
      id: 'ci',
      if: "inputs.job != ''",
      run: RUN,
      shell: 'bash',
      env: { JOB: input('job'), ESTATE: input('estate'), GITHUB_TOKEN: input('token') },
    },
    {
      if: expression("!cancelled() && inputs.leaves != '' && steps.ci.outcome != 'skipped'"),
      uses: actionAt('actions/upload-artifact'),
      with: {
        name: `${input('leaves')}-${input('estate')}`,
        path: PLAN_FOLDER,
        'retention-days': 14,
      },
    },
  ];
  const about = 'Installs the packages, runs a job of the pipeline, and keeps its files.';
  const value = { name: 'Identity', description: about, inputs, runs: { using: 'composite', steps } };
  return withComments(yamlText({ comment: [MARK_LINE], value }));
}
