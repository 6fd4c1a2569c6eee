import type { Files } from '../files';
import { azureDevOpsFiles } from './azure-devops';
import { codeOwners } from './code-owners';
import { callingWorkflows, wholeWorkflows } from './github';
import { gitLabFiles } from './gitlab';
import type { PipelineOptions } from './options';

export { reusableWorkflows } from './github';
export type { PipelineEstate, PipelineOptions } from './options';

/** The pipeline of a team's repository, with the file that says who reviews it. */
export function pipelineFiles(options: PipelineOptions): Files {
  return { ...filesOf(options), ...codeOwners(options) };
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
