import { type Forge as ForgeName, FORGE_FACTS } from '../../estate/sections/pipeline/forges/registry';
import { AzureDevOps } from './azure-devops/client';
import { azureDevOpsRun } from './azure-devops/run';
import { type Forge, ForgeError, type ForgeOptions } from './forge';
import { GitHub } from './github/client';
import { gitHubRun } from './github/run';
import { GitLab } from './gitlab/client';
import { gitLabRun } from './gitlab/run';
import { forgesIn, PIPELINES, VARIABLES } from './registry';
import type { Variables } from './runner';

const CLIENTS: Readonly<Record<ForgeName, (variables: Variables, options?: ForgeOptions) => Forge>> = {
  github: (variables, options) => new GitHub(gitHubRun(variables), options),
  'azure-devops': (variables, options) => new AzureDevOps(azureDevOpsRun(variables), options),
  gitlab: (variables, options) => new GitLab(gitLabRun(variables), options),
};

/** The forge whose pipeline this process is in. @throws ForgeError outside of a pipeline */
export function forgeRun(variables: Variables, options?: ForgeOptions): Forge {
  const found = forgesIn(variables);
  const [one, another] = found;
  if (one === undefined)
    throw new ForgeError(`run this in a pipeline of ${PIPELINES}, which set ${VARIABLES} to true; none of them is set`);
  if (another !== undefined)
    throw new ForgeError(
      `run this in the pipeline of one forge: ${found.map((forge) => FORGE_FACTS[forge].variable).join(' and ')} are set`,
    );
  return CLIENTS[one](variables, options);
}
