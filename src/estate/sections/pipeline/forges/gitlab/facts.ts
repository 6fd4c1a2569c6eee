import { atServer, type ForgeFacts, hasLabel } from '../facts';

/** File that GitLab starts a pipeline from. */
export const ENTRY = '.gitlab-ci.yml';

/** File with GitLab's jobs of every estate that deploy. */
export const DEPLOYMENT_FILE = '.gitlab/identity-deploy.yml';

/** Variable of GitLab with the jobs of the estates that are deployed, each between commas: `,acme:plan-aws,`. */
export const JOBS_VARIABLE = 'IDENTITY_JOBS';

/** GitLab, 'Reserved names' and path rules: a project below at least one group. */
const PROJECT = /^(?=.{3,255}$)[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/;

const PUBLIC_HOSTS = ['gitlab.com', 'altssh.gitlab.com'];

export const gitLab: ForgeFacts = {
  name: 'GitLab',
  pipelines: 'GitLab CI/CD',
  variable: 'GITLAB_CI',
  repository: {
    pattern: PROJECT,
    allowed: 'the path of the project: group/project, group/subgroup/project',
    form: 'group/project',
    example: 'insurance/identity',
  },
  ownServers: 'a self-managed GitLab',
  publicServers: ['https://gitlab.com'],
  runners: 'tags',
  approvals: 'protected environments with approvals, which take Premium or Ultimate',
  entry: ENTRY,
  owners: {
    file: '.gitlab/CODEOWNERS',
    // A section without ^ must be approved.
    head: ['[Identity]'],
    pipeline: [`/${ENTRY}`, '/.gitlab/', '/CODEOWNERS', '/docs/CODEOWNERS'],
  },
  keys: [],
  connects: false,
  tellsProtection: true,
  isHost: (host) => hasLabel(host, 'gitlab'),
  repositoryOf: (remote) => (remote.path.includes('/') ? atServer(remote, PUBLIC_HOSTS) : undefined),
};
