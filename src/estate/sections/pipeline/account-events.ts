import type { Estate } from '../estate';
import { ORGANIZATION_EVENTS_REGION, REPOSITORIES } from './limits';
import type { Pipeline } from './pipeline';

/** Names of the events after which accounts, their units or their tags may differ. */
export const ACCOUNT_EVENTS = [
  'CreateAccountResult',
  'CreateManagedAccount',
  'MoveAccount',
  'TagResource',
  'UntagResource',
] as const;

/** The stack that starts the forge's job when the organization changes. */
export interface AccountEvents {
  readonly account: string;
  readonly region: string;
  readonly tokenSecret: string;
  readonly emails: readonly string[];
  readonly call: ForgeCall;
}

/** Place of the token in a call: in the header `Authorization`, or in the body. */
export type TokenPlace =
  | { readonly kind: 'bearer' }
  | { readonly kind: 'basic'; readonly user: string }
  | { readonly kind: 'body'; readonly name: string };

/** Call that starts the job which proposes the organization as AWS has it. */
export interface ForgeCall {
  readonly url: string;
  readonly token: TokenPlace;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An estate as far as the stack needs to know it. */
interface Planned {
  readonly estate: Pick<Estate, 'access' | 'azure' | 'pipeline'>;
  readonly access?: { readonly organization: { readonly managementAccountId: string } };
}

/** The stack of an estate; undefined where it has none, or does not say enough of its forge. */
export function accountEventsOf({ estate: { azure, pipeline }, access }: Planned): AccountEvents | undefined {
  const repository = (azure ?? pipeline)?.repository;
  if (access === undefined || pipeline?.accountEvents === undefined || repository === undefined) return undefined;
  if (!REPOSITORIES[pipeline.forge].pattern.test(repository)) return undefined;
  const call = CALLS[pipeline.forge](pipeline, repository);
  const { tokenSecret, emails } = pipeline.accountEvents;
  const { managementAccountId: account } = access.organization;
  return call && { account, region: ORGANIZATION_EVENTS_REGION, tokenSecret, emails, call };
}

/** File of the job in `.github/workflows`. */
export const ACCOUNTS_WORKFLOW = 'identity-accounts.yaml';

type CallOf = (pipeline: Pipeline, repository: string) => ForgeCall | undefined;

/** Each takes the narrowest token that the forge has for it. */
const CALLS = {
  // GitHub REST API, 'Create a workflow dispatch event': `Actions: write`. A repository_dispatch would take `Contents: write`.
  github: ({ server, branch }, repository) => ({
    url: `${gitHubApi(server)}/repos/${repository.replaceAll(/@\d+/g, '')}/actions/workflows/${ACCOUNTS_WORKFLOW}/dispatches`,
    token: { kind: 'bearer' },
    headers: { Accept: 'application/vnd.github+json', 'X-GitHub-Api-Version': '2022-11-28' },
    body: { ref: branch },
  }),
  // GitLab, 'Pipeline trigger tokens API': the token starts pipelines of this project, and nothing else.
  gitlab: ({ server = 'https://gitlab.com', branch }, repository) => ({
    url: `${server}/api/v4/projects/${encodeURIComponent(repository)}/trigger/pipeline`,
    token: { kind: 'body', name: 'token' },
    headers: {},
    body: { ref: branch, variables: { IDENTITY_OCCASION: 'accounts' } },
  }),
  // Azure DevOps REST API, 'Runs - Run Pipeline': a personal access token with 'Build (read & execute)'.
  'azure-devops': ({ accountEvents, branch }, repository) => {
    const [organization = '', project = ''] = repository.split('/').map(encodeURIComponent);
    const id = accountEvents?.pipelineId;
    return id === undefined
      ? undefined
      : {
          url: `https://dev.azure.com/${organization}/${project}/_apis/pipelines/${id}/runs?api-version=7.1`,
          token: { kind: 'basic', user: 'entra-aws-identity' },
          headers: {},
          body: { resources: { repositories: { self: { refName: `refs/heads/${branch}` } } } },
        };
  },
} as const satisfies Readonly<Record<Pipeline['forge'], CallOf>>;

/** GitHub, a tenant with data residency (api.<name>.ghe.com), or an Enterprise Server (below /api/v3). */
function gitHubApi(server: string | undefined): string {
  if (server === undefined) return 'https://api.github.com';
  return server.endsWith('.ghe.com') ? server.replace('https://', 'https://api.') : `${server}/api/v3`;
}
