import type { Forge } from '../../../estate/sections/pipeline/forge';
import type { Files } from '../files';
import { codeOwners } from './code-owners';
import { callingWorkflows, wholeWorkflows } from './github';

export { CODE_OWNERS, ownersIn } from './code-owners';
export { reusableWorkflows } from './github';

export interface PipelineOptions {
  readonly forge: Forge;
  /** Estates of the repository, sorted. */
  readonly estates: readonly PipelineEstate[];
  /** Team that reviews what judges a change: `@org/identity`. @default none: no CODEOWNERS is written */
  readonly owners?: string | undefined;
  /** Repository and tag of the reusable workflows of GitHub. @default none: they are written out */
  readonly workflows?: string | undefined;
  /** Image with all tools, by its digest. @default none: the steps install them */
  readonly toolImage?: string | undefined;
}

/** An estate, as far as its pipeline must know it before it runs. */
export interface PipelineEstate {
  readonly name: string;
  /** Environment whose reviewers approve a deployment. @default the name of the estate */
  readonly deployEnvironment?: string | undefined;
  /** Environment whose reviewers let a pull request ask Pulumi. @default preview */
  readonly previewEnvironment?: string | undefined;
}

/** The pipeline of a team's repository, with the file that says who reviews it. */
export function pipelineFiles(options: PipelineOptions): Files {
  return { ...filesOf(options), ...codeOwners(options) };
}

function filesOf({ forge, workflows, toolImage = '' }: PipelineOptions): Files {
  switch (forge) {
    case 'github':
      return inFolder(
        '.github/workflows',
        workflows === undefined ? wholeWorkflows(toolImage) : callingWorkflows(workflows, toolImage),
      );
    case 'gitlab':
    case 'azure-devops':
      return {};
  }
}

function inFolder(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
