import type { Forge } from '../../../estate/sections/pipeline/forges/registry';
import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import type { Files } from '../files';
import { MARK } from '../mark';
import { codeOwners } from '../code-owners';
import { azureDevOpsFiles } from './azure-devops';
import { gitHubFiles } from './github';
import { gitLabFiles } from './gitlab';
import type { PipelineOptions } from './options';

export { reusableWorkflows } from './github';
export type { PipelineEstate, PipelineOptions } from './options';

const FILES: Readonly<Record<Forge, (options: PipelineOptions) => Files>> = {
  github: gitHubFiles,
  'azure-devops': azureDevOpsFiles,
  gitlab: gitLabFiles,
};

/** The pipeline of a team's repository, with the files that say who reviews it and where its packages come from. */
export function pipelineFiles(options: PipelineOptions): Files {
  return { ...FILES[options.forge](options), ...codeOwners(options), ...registryFile(options) };
}

/** File that names the registry, and the variable with the token of a person or of a job. */
function registryFile({ registry }: PipelineOptions): Files {
  if (registry === undefined) return {};
  const { address } = registry;
  const token = `${address.replace('https:', '')}/:_authToken=\${${NPM_TOKEN}}`;
  return { '.npmrc': [MARK.yaml, `registry=${address}/`, token, ''].join('\n') };
}
