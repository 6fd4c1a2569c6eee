import {
  AWS_AUDIENCE,
  ENTRA_AUDIENCE,
  type ForgeRules,
  type PipelineTrust,
  type RoleTrust,
  type RoleTrusts,
  stateAudience,
  type TrustFacts,
} from '../../role-trust';
import { backendUrlOf } from '../../pulumi-state';

const PUBLIC_ISSUER = 'https://gitlab.com';

/**
 * Claims that the subject of GitLab's tokens is made of, as `ci_id_token_sub_claim_components` of the project: by default it
 * has the name of the branch, which is another one for each merge request, and nothing of the environment.
 */
export const GITLAB_SUBJECT_CLAIMS = [
  'project_path',
  'ref_protected',
  'environment_protected',
  'deployment_tier',
] as const;

/** `deployment_tier` that the jobs of a role say in their `environment`. */
export const GITLAB_TIERS = { preview: 'testing', publish: 'staging', deploy: 'production' } as const;

/** Facts of a job that stand in its subject. */
interface Job {
  readonly isOnProtectedBranch: boolean;
  /** True if its environment takes an approval. */
  readonly isInProtectedEnvironment: boolean;
  readonly tier: (typeof GITLAB_TIERS)[keyof typeof GITLAB_TIERS];
}

/** Jobs of GitLab CI/CD: by project, protected branch, protected environment, and its tier. */
function gitLabTrust(facts: TrustFacts): Omit<PipelineTrust, 'forge'> {
  const { estate, previewEnvironment, pipeline, repository, server } = facts;
  const isGuarded = pipeline?.protectedEnvironments ?? true;
  const preview = { isInProtectedEnvironment: false, tier: GITLAB_TIERS.preview };
  const mergeRequest = { ...preview, isOnProtectedBranch: false };
  const reviewed = { ...mergeRequest, isInProtectedEnvironment: isGuarded && previewEnvironment !== undefined };
  const branch = { ...preview, isOnProtectedBranch: true };
  const publishing = { ...branch, tier: GITLAB_TIERS.publish };
  const deployment = { isOnProtectedBranch: true, isInProtectedEnvironment: isGuarded, tier: GITLAB_TIERS.deploy };
  const trustOf = (audience: string, jobs: readonly Job[]): RoleTrust => ({
    issuer: server ?? PUBLIC_ISSUER,
    audience,
    subjects: jobs.map((job) => subjectOf(repository, job)),
    claims: {},
  });
  const roles = (audience: string, previews: readonly Job[]): RoleTrusts => ({
    preview: trustOf(audience, previews),
    deploy: trustOf(audience, [deployment]),
  });
  const entra = roles(ENTRA_AUDIENCE, [reviewed, branch]);
  // Of GitLab's other claims AWS knows few, and those of gitlab.com alone.
  const onProtectedBranch = (trust: RoleTrust): RoleTrust =>
    server === undefined ? { ...trust, claims: { ref_protected: ['true'] } } : trust;
  const hasState = backendUrlOf(estate) !== undefined;
  const audience = stateAudience(estate);
  const state = audience === undefined ? undefined : roles(audience, [reviewed, branch]);
  const aws = roles(AWS_AUDIENCE, [mergeRequest, branch]);
  const publish = onProtectedBranch(trustOf(AWS_AUDIENCE, [publishing]));
  return {
    aws: {
      ...aws,
      deploy: onProtectedBranch(aws.deploy),
      ...(estate.hosting !== undefined && { publish }),
    },
    ...(hasState && { workforce: entra }),
    ...(hasState && estate.customers !== undefined && { customers: entra }),
    ...(state !== undefined && { state: { ...state, deploy: onProtectedBranch(state.deploy) } }),
  };
}

function subjectOf(project: string, { isOnProtectedBranch, isInProtectedEnvironment, tier }: Job): string {
  const values: Readonly<Record<(typeof GITLAB_SUBJECT_CLAIMS)[number], string>> = {
    project_path: project,
    ref_protected: String(isOnProtectedBranch),
    environment_protected: String(isInProtectedEnvironment),
    deployment_tier: tier,
  };
  return GITLAB_SUBJECT_CLAIMS.map((claim) => `${claim}:${values[claim]}`).join(':');
}

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
