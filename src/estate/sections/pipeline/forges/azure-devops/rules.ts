import type { ForgeRules } from '../forge-rules';
import { checkAzureDevOps } from './checks';
import { azureDevOpsTrust } from './trust';

export const azureDevOpsRules: ForgeRules = {
  trust: azureDevOpsTrust,
  credentialName: (_subject, role) => `azure-devops-${role}`,
  // Azure DevOps REST API, 'Runs - Run Pipeline': a personal access token with 'Build (read & execute)'.
  accountsCall: ({ accountEvents, branch }, repository) => {
    const [organization = '', project = ''] = repository.split('/').map(encodeURIComponent);
    const id = accountEvents?.pipelineId;
    if (id === undefined) return undefined;
    return {
      url: `https://dev.azure.com/${organization}/${project}/_apis/pipelines/${id}/runs?api-version=7.1`,
      token: { kind: 'basic', user: 'entra-aws-identity' },
      headers: {},
      body: { resources: { repositories: { self: { refName: `refs/heads/${branch}` } } } },
    };
  },
  check: checkAzureDevOps,
};
