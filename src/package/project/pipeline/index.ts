import type { Files } from '../files';
import { codeOwners } from './code-owners';
import { azureDevOpsFiles } from './azure-devops';
import { callingWorkflows, wholeWorkflows } from './github';
import { gitLabFiles } from './gitlab';
import type { PipelineOptions } from './options';

export { reusableWorkflows } from './github';
export type { PipelineEstate, PipelineOptions } from './options';

/** The pipeline of a team's repository, with the file that says who reviews it. */
export function pipelineFiles(options: PipelineOptions): Files {
  return { ...filesOf(options), ...codeOwners(options) };
}

function filesOf({ forge, estates, workflows, toolImage = '' }: PipelineOptions): Files {
  switch (forge) {
    case 'github':
      return inFolder(
        '.github/workflows',
        workflows === undefined ? wholeWorkflows(toolImage) : callingWorkflows(workflows, toolImage),
      );
    case 'gitlab':
      return gitLabFiles(estates, toolImage);
    case 'azure-devops':
      return azureDevOpsFiles(estates, toolImage);
  }
}

function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
