import { AzureDevOps } from './azure-devops';
import { azureDevOpsRun } from './azure-devops-run';
import { type Forge, ForgeError } from './forge';
import type { ForgeOptions } from './forge-http';
import { GitHub } from './github';
import { gitHubRun } from './github-run';
import { GitLab } from './gitlab';
import { gitLabRun } from './gitlab-run';

/** The variable by which a process knows the forge whose pipeline it is in. */
const FORGES: Readonly<Record<string, (variables: NodeJS.ProcessEnv, options?: ForgeOptions) => Forge>> = {
  GITHUB_ACTIONS: (variables, options) => new GitHub(gitHubRun(variables), options),
  TF_BUILD: (variables, options) => new AzureDevOps(azureDevOpsRun(variables), options),
  GITLAB_CI: (variables, options) => new GitLab(gitLabRun(variables), options),
};

/** The forge whose pipeline this process is in. @throws ForgeError outside of a pipeline */
export function forgeRun(variables: NodeJS.ProcessEnv, options?: ForgeOptions): Forge {
  const found = Object.entries(FORGES).filter(([name]) => variables[name]?.toLowerCase() === 'true');
  const [one, another] = found;
  if (one === undefined)
    throw new ForgeError(
      'run this in a pipeline of GitHub Actions, Azure Pipelines or GitLab CI/CD, which set GITHUB_ACTIONS, TF_BUILD or GITLAB_CI to true; none of them is set',
    );
  if (another !== undefined)
    throw new ForgeError(`run this in the pipeline of one forge: ${found.map(([name]) => name).join(' and ')} are set`);
  return one[1](variables, options);
}
