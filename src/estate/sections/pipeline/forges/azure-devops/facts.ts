import type { ForgeFacts, Remote } from '../facts';

/**
 * Azure DevOps, 'Naming restrictions': organization, project and repository. Of the characters that names of projects may
 * have, those that a subject or an address would have encoded are left out; spaces stay.
 */
const REPOSITORY =
  /^(?<organization>[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?)\/(?<project>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)\/(?<name>[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9_-])?)$/;

export const azureDevOps: ForgeFacts = {
  name: 'Azure DevOps',
  pipelines: 'Azure Pipelines',
  repository: {
    pattern: REPOSITORY,
    allowed: 'organization/project/repository',
    form: 'organization/project/repository',
    example: 'insurance/identity/identity',
  },
  publicServers: ['https://dev.azure.com', 'https://visualstudio.com'],
  runners: 'the name of the pool',
  approvals: 'approvals of the service connections that deploy',
  keys: ['organizationId', 'serviceConnections', 'pipelineId'],
  connects: true,
  tellsProtection: false,
  isHost: (host) => /(?:^|\.)(?:dev\.azure|visualstudio)\.com$/.test(host),
  repositoryOf: (remote) => {
    const repository = azureDevOps.isHost(remote.host) ? repositoryIn(remote) : undefined;
    return repository === undefined ? undefined : { repository };
  },
};

/** Addresses of Azure Repos, by https and by ssh, and those of before 2018. The first repository has the project's name. */
function repositoryIn({ host, path }: Remote): string | undefined {
  const [, older] = /^([^.]+)\.visualstudio\.com$/.exec(host) ?? [];
  const parts = decoded(path)
    .split('/')
    .filter((part) => !['v3', '_git', 'DefaultCollection', ''].includes(part));
  const [organization, project, name = project] =
    older === undefined || older.endsWith('-ssh') ? parts : [older, ...parts];
  return organization === undefined || project === undefined || name === undefined
    ? undefined
    : `${organization}/${project}/${name}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
