import { maySend, permissionsFor, type TokenKind } from '../../../clouds/graph/permissions/needed-permissions';
import type { TokenFacts } from '../../../clouds/facts/trust-facts';
import { type Duty, GRAPH_RESOURCES, type GraphResource } from '../../../estate/plan/requests/graph-requests';
import { FURTHER_PERMISSIONS, graphResources, READ_BY } from '../../../estate/plan/requests/graph-permissions';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import { type Check, examine, type Observed, okUnless, warning } from '../../check';

/** The token in use has what the resources of its directory need: one that may write is taken for that of a deployment. */
function tokenCheck(id: Check['id'], program: PulumiKind): Check {
  return {
    id,
    title: `The token in use has the permissions that the resources of ${program} need`,
    run: ({ plan: { estate }, facts: { tokens } }) => {
      const token = tokens?.[program];
      const resources = graphResources(estate, program);
      if (token === undefined || resources.length === 0) return undefined;
      return examine(token, (found) => compare(found, resources, program));
    },
  };
}

export const workforceToken = tokenCheck('saml-token', 'workforce');
export const customersToken = tokenCheck('b2c-token', 'customers');

/** Writes of the directory; other permissions that write, such as that of mail, make no deployment. */
const WRITES =
  /^(?:AppRoleAssignment|Application|DelegatedPermissionGrant|EventListener|Group|IdentityUserFlow|Policy|Synchronization)\.(?:ReadWrite|Create)/;

const VERBS: Readonly<Record<Duty, string>> = { deploy: 'deploy', preview: 'read', look: 'read' };

function compare(token: TokenFacts, resources: readonly GraphResource[], program: PulumiKind): Observed {
  const { kind, clientId, permissions } = token;
  const isDeploying = permissions.some((permission) => WRITES.test(permission));
  const duty: Duty = isDeploying ? 'deploy' : 'preview';
  const whose =
    kind === 'application' ? `the token of the application ${clientId}` : `your token by the application ${clientId}`;
  const problems = resources.flatMap((resource) => {
    const missing = missingFor(resource, duty, token);
    if (missing.length === 0) return [];
    const claim = kind === 'application' ? 'roles' : 'scp';
    return [
      warning(
        `${whose} can't ${VERBS[duty]} ${resource}: ${claim} lacks ${missing.join(', ')}`,
        adviceFor(kind, duty, program),
      ),
    ];
  });
  const asked = resources.filter((resource) => GRAPH_RESOURCES[resource][duty].length > 0);
  const well = `${whose} may ${VERBS[duty]} ${asked.join(', ')}`;
  return okUnless(problems, isDeploying ? well : `${well}, and deploys nothing`);
}

/** Permissions that a resource takes and the token lacks, the least of each request. */
function missingFor(resource: GraphResource, duty: Duty, { kind, permissions }: TokenFacts): readonly string[] {
  const refused = GRAPH_RESOURCES[resource][duty].filter((request) => !maySend(request, kind, permissions));
  return [...new Set([...refused.flatMap((request) => leastFor(request, duty, kind)), ...ownOf(resource, duty, kind)])]
    .filter((one) => !permissions.includes(one))
    .toSorted();
}

/** Permissions of what no program asks for. */
function ownOf(resource: GraphResource, duty: Duty, kind: TokenKind): readonly string[] {
  if (GRAPH_RESOURCES[resource][duty].length > 0) return [];
  const used = duty === 'preview' && kind === 'delegated' ? 'look' : duty;
  return Object.keys(FURTHER_PERMISSIONS[resource]?.[used] ?? {});
}

function leastFor(request: string, duty: Duty, kind: TokenKind): readonly string[] {
  const reader = duty === 'preview' ? READ_BY[request] : undefined;
  const { least, also } = permissionsFor(request, kind);
  return reader === undefined ? ([...least, ...also][0] ?? '').split(' & ') : [reader];
}

function adviceFor(kind: TokenKind, duty: Duty, program: PulumiKind): string {
  if (duty !== 'deploy') return `grant it, or sign in by npx --no entra-aws sign-in --program ${program}`;
  const signIn = `npx --no entra-aws sign-in bootstrap --program ${program} makes an application that has them, npx --no entra-aws sign-in runs a command as it`;
  return kind === 'application'
    ? `grant it, or: ${signIn}`
    : `no role of yours gives an application more scopes; ${signIn}`;
}
