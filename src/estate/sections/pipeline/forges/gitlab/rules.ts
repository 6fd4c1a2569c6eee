import type { ForgeRules } from '../forge-rules';
import { gitLabTrust, PUBLIC_ISSUER } from './trust';

export const gitLabRules: ForgeRules = {
  trust: gitLabTrust,
  credentialName: (subject) => `gitlab-${subject.replace(/^project_path:[^:]+:/, '')}`,
  // GitLab, 'Pipeline trigger tokens API': the token starts pipelines of this project, and nothing else.
  accountsCall: ({ server = PUBLIC_ISSUER, branch }, repository) => ({
    url: `${server}/api/v4/projects/${encodeURIComponent(repository)}/trigger/pipeline`,
    token: { kind: 'body', name: 'token' },
    headers: {},
    body: { ref: branch, variables: { IDENTITY_OCCASION: 'accounts' } },
  }),
  check: () => [],
};
