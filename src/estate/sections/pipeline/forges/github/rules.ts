import type { ForgeRules } from '../forge-rules';
import { gitHubTrust } from './trust';

/** File of the job of the accounts in `.github/workflows`. */
export const ACCOUNTS_WORKFLOW = 'identity-accounts.yaml';

export const gitHubRules: ForgeRules = {
  trust: gitHubTrust,
  credentialName: (subject) => {
    const [, context = subject, file] =
      /^repo:[^:]+:(.+?)(?::job_workflow_ref:.+\/([^/@]+)\.ya?ml@.+)?$/.exec(subject) ?? [];
    return ['github', context, ...(file === undefined ? [] : [file])].join('-');
  },
  // GitHub REST API, 'Create a workflow dispatch event': `Actions: write`. A repository_dispatch would take `Contents: write`.
  accountsCall: ({ server, branch }, repository) => ({
    url: `${apiOf(server)}/repos/${repository.replaceAll(/@\d+/g, '')}/actions/workflows/${ACCOUNTS_WORKFLOW}/dispatches`,
    token: { kind: 'bearer' },
    headers: { Accept: 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' },
    body: { ref: branch },
  }),
  check: () => [],
};

/** GitHub, a tenant with data residency (api.<name>.ghe.com), or an Enterprise Server (below /api/v3). */
function apiOf(server: string | undefined): string {
  if (server === undefined) return 'https://api.github.com';
  return server.endsWith('.ghe.com') ? server.replace('https://', 'https://api.') : `${server}/api/v3`;
}
