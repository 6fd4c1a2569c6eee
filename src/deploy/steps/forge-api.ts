import type { Estate } from '../../estate/sections/estate';
import { type Command, command } from './command';

type RepositoryEstate = Pick<Estate, 'azure' | 'pipeline'>;

/** A repository as the estate says it. */
function repositoryOf({ azure, pipeline }: RepositoryEstate): string {
  return azure?.repository ?? pipeline?.repository ?? '';
}

/** Host of a server of one's own, as the command lines of GitHub and GitLab take it. */
function hostOf({ pipeline }: RepositoryEstate): readonly string[] {
  const server = pipeline?.server;
  return server === undefined ? [] : ['--hostname', new URL(server).host];
}

/** Asks GitHub about the repository, or about a path below it. Without the ids that tokens have, `owner@id/name@id`. */
export function gitHubApi(estate: RepositoryEstate, path: string, more: readonly string[] = []): Command {
  const repository = repositoryOf(estate).replaceAll(/@\d+/g, '');
  return command('gh api', ...hostOf(estate), ...more, `repos/${repository}${path}`);
}

/** Asks GitLab about the project, or about a path below it. */
export function gitLabApi(estate: RepositoryEstate, path: string, more: readonly string[] = []): Command {
  return command('glab api', ...hostOf(estate), ...more, `projects/${encodeURIComponent(repositoryOf(estate))}${path}`);
}

/** Application id of Azure DevOps, for which az asks a token. */
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';

/** Asks Azure DevOps about the project of the repository. */
function azureDevOpsApi(estate: RepositoryEstate, path: string, parameters: readonly string[]): Command {
  const [organization = '', project = ''] = repositoryOf(estate).split('/', 2);
  const url = `https://dev.azure.com/${organization}/${encodeURIComponent(project)}/_apis${path}`;
  return command(
    `az rest --method get --resource ${AZURE_DEVOPS} --output json --url`,
    url,
    '--url-parameters',
    ...parameters,
  );
}

const PREVIEW_API = 'api-version=7.1-preview.1';

/** Approvals and checks of a service connection. */
export function connectionChecks(estate: RepositoryEstate, id: string): Command {
  const parameters = ['resourceType=endpoint', `resourceId=${id}`, '$expand=settings', PREVIEW_API];
  return azureDevOpsApi(estate, '/pipelines/checks/configurations', parameters);
}

/** A service connection, with the issuer and subject of its tokens. */
export function connectionOf(estate: RepositoryEstate, id: string): Command {
  return azureDevOpsApi(estate, `/serviceendpoint/endpoints/${id}`, ['api-version=7.1']);
}
