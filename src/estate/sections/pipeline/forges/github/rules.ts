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
import { deployedBranch } from '../../pipeline';
import type { Server } from '../../limits';
import { backendUrlOf } from '../../pulumi-state';
import type { Workflows } from './facts';

/** GitHub Enterprise Cloud with data residency: a tenant of its own below this domain. */
const DATA_RESIDENCY = /^https:\/\/([a-z0-9-]+\.ghe\.com)$/;

/**
 * Reusable workflows whose jobs take a role on, by the context of the run. A job of a workflow that another one calls has the
 * name of the inner one in its token.
 */
export const REUSABLE_WORKFLOWS = {
  pullRequest: ['identity-preview-estate.yaml'],
  reviewed: ['identity-entra-estate.yaml'],
  branch: ['identity-deploy.yaml', 'identity-deploy-estate.yaml', 'identity-drift-estate.yaml'],
  onlyAws: ['identity-watch-estate.yaml', 'identity-accounts-estate.yaml'],
  deployment: ['identity-deploy-estate.yaml'],
} as const;

/**
 * Claims that the subject of GitHub's tokens is made of where the estate names workflows: Entra ID compares `sub` alone, so
 * what is to be compared has to stand in it (GitHub, 'OpenID Connect reference': 'Customizing the subject claims').
 */
export const GITHUB_SUBJECT_CLAIMS = ['repo', 'context', 'job_workflow_ref'] as const;

/** Part of a subject behind the repository, and the workflows that a run of this kind comes from. */
interface Run {
  readonly context: string;
  readonly files: readonly string[];
}

/** Jobs of GitHub Actions: by repository and context, on the deployed branch, and by their workflow where the estate says it. */
function gitHubTrust(facts: TrustFacts): Omit<PipelineTrust, 'forge'> {
  const { environments, previewEnvironment, estate } = facts;
  const pullRequest = { context: 'pull_request', files: REUSABLE_WORKFLOWS.pullRequest };
  const reviewed = {
    context: previewEnvironment === undefined ? pullRequest.context : `environment:${previewEnvironment}`,
    files: REUSABLE_WORKFLOWS.reviewed,
  };
  const branch = { context: `ref:${refOf(facts)}`, files: REUSABLE_WORKFLOWS.branch };
  const deployment = environments.map((environment) => {
    return { context: `environment:${environment}`, files: REUSABLE_WORKFLOWS.deployment };
  });
  const roles = (audience: string, previews: readonly Run[]): RoleTrusts => ({
    preview: trustOf(facts, audience, previews),
    deploy: onDeployedBranch(trustOf(facts, audience, deployment), facts),
  });
  const readsAws = { ...branch, files: [...REUSABLE_WORKFLOWS.branch, ...REUSABLE_WORKFLOWS.onlyAws] };
  const hasState = backendUrlOf(estate) !== undefined;
  const audience = stateAudience(estate);
  const entra = roles(ENTRA_AUDIENCE, [reviewed, branch]);
  // Before anybody approved, so in no environment: what sets it apart is the branch.
  const publishing = { ...branch, files: REUSABLE_WORKFLOWS.deployment };
  const publish = onDeployedBranch(trustOf(facts, AWS_AUDIENCE, [publishing]), facts);
  return {
    aws: { ...roles(AWS_AUDIENCE, [pullRequest, readsAws]), ...(estate.hosting !== undefined && { publish }) },
    ...(hasState && { workforce: entra }),
    ...(hasState && estate.customers !== undefined && { customers: entra }),
    ...(audience !== undefined && { state: roles(audience, [reviewed, branch]) }),
  };
}

/** Issuer of GitHub's tokens: its public one, that of a tenant with data residency, or that of GitHub Enterprise Server. */
function gitHubIssuer(server: Server | undefined): string {
  if (server === undefined) return 'https://token.actions.githubusercontent.com';
  const tenant = DATA_RESIDENCY.exec(server)?.[1];
  return tenant === undefined ? `${server}/_services/token` : `https://token.actions.${tenant}`;
}

function trustOf({ repository, server, pipeline }: TrustFacts, audience: string, runs: readonly Run[]): RoleTrust {
  const workflows = pipeline?.workflows;
  const bare = { issuer: gitHubIssuer(server), audience, claims: {} };
  if (workflows === undefined) {
    return { ...bare, subjects: runs.map(({ context }) => `repo:${repository}:${context}`) };
  }
  const subjects = runs.flatMap(({ context, files }) =>
    files.map((file) => `repo:${repository}:${context}:job_workflow_ref:${workflowRef(workflows, file)}`),
  );
  const [first, ...others] = [...new Set(runs.flatMap(({ files }) => files))].map((file) =>
    workflowRef(workflows, file),
  );
  const isCompared = first !== undefined && isKnownToAws(server);
  return { ...bare, subjects, ...(isCompared && { claims: { job_workflow_ref: [first, ...others] } }) };
}

/** The claim `job_workflow_ref` of a job of a reusable workflow. */
function workflowRef({ repository, tag }: Workflows, file: string): string {
  return `${repository}/.github/workflows/${file}@refs/tags/${tag}`;
}

function onDeployedBranch(trust: RoleTrust, facts: TrustFacts): RoleTrust {
  if (!isKnownToAws(facts.server)) return trust;
  return { ...trust, claims: { ref: [refOf(facts)], ...trust.claims } };
}

/** The claim `ref` of a job on the deployed branch. */
function refOf({ pipeline }: Pick<TrustFacts, 'pipeline'>): string {
  return `refs/heads/${deployedBranch({ pipeline })}`;
}

/** Claims besides `aud` and `sub` that AWS compares are those of issuers it knows; a server of one's own is none. */
function isKnownToAws(server: Server | undefined): boolean {
  return server === undefined || DATA_RESIDENCY.test(server);
}

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
