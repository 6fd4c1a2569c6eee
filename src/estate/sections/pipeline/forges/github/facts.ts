import type { z } from 'zod';
import { Name, parsed } from '../../../shared/rules';
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
  variable: 'GITHUB_ACTIONS',
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

/** Reusable workflows at a tag: `owner/name@v1.2.3`. */
const WORKFLOWS =
  /^(?<repository>[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100})@(?<tag>v\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?)$/;

/** Reusable workflows: whose they are, and the tag at which they are called. */
export interface Workflows {
  /** `owner/name` */
  readonly repository: string;
  /** `v1.2.3` */
  readonly tag: string;
}

function parseWorkflows(text: string): Workflows | undefined {
  const { repository, tag } = WORKFLOWS.exec(text)?.groups ?? {};
  return repository === undefined || tag === undefined ? undefined : { repository, tag };
}

export const gitHubKeys = {
  workflows: Name.meta({
    description:
      'GitHub only: repository and tag of the reusable workflows that the pipeline calls. The roles then trust these files at this tag alone.',
    pattern: WORKFLOWS.source,
    examples: ['owner/entra-aws-identity@v0.1.0'],
  })
    .transform(
      parsed(parseWorkflows, {
        code: 'pipeline-workflows',
        problem: 'does not name reusable workflows at a tag',
        allowed: 'owner/name@v1.2.3: a tag of a version, and no branch',
      }),
    )
    .exactOptional(),
} satisfies z.ZodRawShape;
