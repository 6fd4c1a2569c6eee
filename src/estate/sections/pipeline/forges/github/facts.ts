import { atServer, type ForgeFacts, hasLabel } from '../facts';

/**
 * `owner/name`, or `owner@id/name@id` in a repository whose tokens name it for good (GitHub changelog, 'Immutable
 * subject claims for GitHub Actions OIDC tokens').
 */
const REPOSITORY =
  /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\/[A-Za-z0-9._-]{1,100}|@\d{1,20}\/[A-Za-z0-9._-]{1,100}@\d{1,20})$/;

const PUBLIC_HOSTS = ['github.com', 'ssh.github.com'];

export const gitHub: ForgeFacts = {
  name: 'GitHub',
  pipelines: 'GitHub Actions',
  repository: {
    pattern: REPOSITORY,
    allowed: 'owner/name, or owner@id/name@id where the tokens of the repository have ids',
    form: 'owner/name',
    example: 'insurance/identity',
  },
  ownServers: 'GitHub Enterprise Server or a tenant of GitHub with data residency',
  publicServers: ['https://github.com'],
  runners: 'labels',
  approvals: 'environments with required reviewers, which private repositories have with Enterprise alone',
  owners: { file: '.github/CODEOWNERS', head: [], pipeline: ['/.github/'] },
  keys: ['workflows'],
  connects: false,
  tellsProtection: false,
  isHost: (host) => hasLabel(host, 'github', 'ghe'),
  repositoryOf: (remote) => (/^[^/]+\/[^/]+$/.test(remote.path) ? atServer(remote, PUBLIC_HOSTS) : undefined),
};
