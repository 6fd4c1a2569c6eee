import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import type { Files } from '../files';
import { MARK } from '../mark';
import { azureDevOpsFiles } from './azure-devops';
import { codeOwners } from '../code-owners';
import { callingWorkflows, wholeWorkflows } from './github';
import { gitLabFiles } from './gitlab';
import type { PipelineOptions } from './options';

export { reusableWorkflows } from './github';
export type { PipelineEstate, PipelineOptions } from './options';

/** The pipeline of a team's repository, with the files that say who reviews it and where its packages come from. */
export function pipelineFiles(options: PipelineOptions): Files {
  return { ...filesOf(options), ...codeOwners(options), ...registryFile(options) };
}

/** File that names the registry, and the variable with the token of a person or of a job. */
function registryFile({ registry }: PipelineOptions): Files {
  if (registry === undefined) return {};
  const { address } = registry;
  const token = `${address.replace('https:', '')}/:_authToken=\${${NPM_TOKEN}}`;
  return { '.npmrc': [MARK.yaml, `registry=${address}/`, token, ''].join('\n') };
}

function filesOf(options: PipelineOptions): Files {
  const { forge, workflows } = options;
  switch (forge) {
    case 'github':
      return workflows === undefined ? wholeWorkflows(options) : callingWorkflows(workflows, options);
    case 'gitlab':
      return gitLabFiles(options);
    case 'azure-devops':
      return azureDevOpsFiles(options);
  }
}
