import { AzureDevOps } from './azure-devops';
import { azureDevOpsRun } from './azure-devops-run';
import { type Forge, ForgeError } from './forge';
import type { Timing } from './forge-http';
import { GitHub } from './github';
import { gitHubRun } from './github-run';
import { GitLab } from './gitlab';
import { gitLabRun } from './gitlab-run';

/** The variable by which a process knows the forge whose pipeline it is in. */
const FORGES: Readonly<Record<string, (variables: NodeJS.ProcessEnv, timing?: Timing) => Forge>> = {
  GITHUB_ACTIONS: (variables, timing) => new GitHub(gitHubRun(variables), timing),
  TF_BUILD: (variables, timing) => new AzureDevOps(azureDevOpsRun(variables), timing),
  GITLAB_CI: (variables, timing) => new GitLab(gitLabRun(variables), timing),
};

/** The forge whose pipeline this process is in. @throws ForgeError outside of a pipeline */
export function forgeRun(variables: NodeJS.ProcessEnv, timing?: Timing): Forge {
  const found = Object.entries(FORGES).filter(([name]) => variables[name]?.toLowerCase() === 'true');
  const [one, another] = found;
  if (one === undefined)
    throw new ForgeError(
      'run this in a pipeline of GitHub Actions, Azure Pipelines or GitLab CI/CD, which set GITHUB_ACTIONS, TF_BUILD or GITLAB_CI to true; none of them is set',
    );
  if (another !== undefined)
    throw new ForgeError(`run this in the pipeline of one forge: ${found.map(([name]) => name).join(' and ')} are set`);
  return one[1](variables, timing);
}
