import { isDeepStrictEqual } from 'node:util';
import type {
  ApplicationPowers,
  ApplicationTrust,
  Credential,
  Grants,
  Permission,
  TokenFacts,
} from '../../../clouds/facts/trust-facts';
import {
  type DeclaredPowers,
  isDeclaredPermission,
  ownerWay,
  undeclaredGrants,
  undeclaredOwners,
  undeclaredPowers,
  type WayIn,
  waysOfGrants,
  waysOfPowers,
} from '../../../clouds/facts/ways-in';
import { factsOf } from '../../../clouds/facts/customers-facts';
import { together } from '../../../clouds/reading';
import { apisOf, clientsOf } from '../../../estate/sections/customers/customers';
import type { PulumiKind } from '../../../estate/plan/stacks/stacks';
import { acceptedOn, type AcceptedWay } from '../../../estate/sections/shared/rules';
import { showValue } from '../../../estate/source/finding';
import type { ClientId } from '../../../estate/source/ids';
import { quotedList } from '../../../text/suggest';
import {
  check,
  type Check,
  type CheckInput,
  customersOf,
  entraOf,
  examine,
  failure,
  type Observed,
  okUnless,
  warning,
  workforceOf,
} from '../../check';
import { maySend, permissionsFor, type TokenKind } from '../../../clouds/graph/permissions/needed-permissions';
import { type Duty, GRAPH_RESOURCES, type GraphResource } from '../../../estate/plan/requests/graph-requests';
import { FURTHER_PERMISSIONS, graphResources, READ_BY } from '../../../estate/plan/requests/graph-permissions';

/** Ways into an application that the estate accepts, and the day on which it is asked. */
interface Decisions {
  readonly accepted: readonly AcceptedWay[];
  /** In UTC. */
  readonly day: string;
  /** Client id of the pipeline's identity, where the estate names one. */
  readonly deployer: ClientId | undefined;
}

interface DeclaredTrust extends Omit<DeclaredPowers, 'accepted'> {
  readonly name: string;
  /** Undefined where an estate can't accept anything. */
  readonly decisions?: Decisions;
}

/** Tells whether an application has the declared credentials and permissions and no others. */
export function examineTrust(trust: ApplicationTrust, declared: DeclaredTrust): Observed {
  const { decisions } = declared;
  const name = showValue(declared.name);
  const powers = { ...declared, ...(decisions && { accepted: acceptedOn(decisions.accepted, decisions.day) }) };
  // Advice by which something that is meant stays.
  const accept = (ways: readonly WayIn[]): string => (decisions === undefined ? '' : orAccept(ways));
  return okUnless(
    [
      ...examine(trust.powers, (found) => [
        ...powerFaults(undeclaredPowers(found, powers), name, accept),
        ...missingFaults(found, declared, name),
      ]),
      ...examine(trust.grants, (found) => grantFaults(undeclaredGrants(found, powers), name, accept)),
      ...(decisions === undefined ? [] : decisionFaults(trust, name, decisions)),
    ],
    `${name} has no credential, permission or consent beyond the declared`,
  );
}

const REGISTRATIONS = 'Entra admin center > App registrations > the application';
const ENTERPRISE = 'Entra admin center > Enterprise applications > the application > Permissions';
const WHO = 'find out who added it (audit log of Entra ID)';
const SECRETS = `${REGISTRATIONS} > Certificates & secrets`;
const UP = 'deploy the program that makes it with `pulumi up --refresh`';

/** Advice by which something that is meant stays. */
export function orAccept(ways: readonly WayIn[]): string {
  return `. To keep it, accept it in the estate, with a reason and a last day: accepted, way ${quotedList(ways.map(({ way }) => way))}`;
}

type Accept = (ways: readonly WayIn[]) => string;

/** Finds what is left of an application once the declared and the accepted are taken away. */
function powerFaults(left: ApplicationPowers, name: string, accept: Accept): Observed {
  const { federated, secrets, keys, principalKeys, permissions, preAuthorized } = left;
  const wrong = wrongBy(accept);
  return [
    ...federated.map((one) =>
      wrong(
        { federated: [one] },
        `${one.subject} of ${one.issuer} acts as ${name}: the federated credential '${one.name}' (audience ${quotedList(one.audiences)}) is not declared`,
        `delete it: ${SECRETS} > Federated credentials`,
      ),
    ),
    wrong(
      { secrets },
      `${name} has client secrets, which are not declared: ${named(secrets)}`,
      `delete them: ${SECRETS}`,
    ),
    wrong(
      { keys },
      `${name} has certificates to sign in with, which are not declared: ${named(keys)}`,
      `delete them: ${SECRETS}`,
    ),
    wrong(
      { principalKeys },
      `the service principal of ${name} has secrets or certificates of its own, which are not declared: ${quotedList(principalKeys)}`,
      'delete them; no page shows them: az ad sp credential list --id CLIENT-ID, and az ad sp credential delete (with --cert for a certificate)',
    ),
    wrong(
      { permissions },
      `${name} has permissions that are not declared: ${listed(permissions)}`,
      `revoke them: ${ENTERPRISE}`,
    ),
    wrong(
      { preAuthorized },
      `${quotedList(preAuthorized)} may call ${name} without a consent, which is not declared`,
      `take it away: ${REGISTRATIONS} > Expose an API > Authorized client applications`,
    ),
  ];
}

function wrongBy(accept: Accept) {
  return (only: Partial<ApplicationPowers>, message: string, advice: string) => {
    const ways = waysOfPowers({ ...NOTHING, ...only });
    return ways.length > 0 && failure(message, `${WHO}, and ${advice}${accept(ways)}`);
  };
}

const NOTHING: ApplicationPowers = {
  federated: [],
  secrets: [],
  keys: [],
  principalKeys: [],
  permissions: [],
  preAuthorized: [],
};

/** Finds what is declared and not there. */
function missingFaults(found: ApplicationPowers, declared: DeclaredTrust, name: string): Observed {
  const { federated = [], permissions = [] } = declared;
  const own = found.permissions.filter((one) => isDeclaredPermission(one, declared)).map(({ value }) => value);
  const fewer = permissions.filter((value) => !own.includes(value));
  return [
    ...federated.map(
      (one) =>
        !found.federated.some((other) => isDeepStrictEqual(one, other)) &&
        failure(`${name} does not have the federated credential '${one.name}' as declared`, UP),
    ),
    fewer.length > 0 && failure(`${name} does not have the permission ${quotedList(fewer)}`, UP),
  ];
}

function grantFaults({ own, clients }: Grants, name: string, accept: Accept): Observed {
  return [
    own.length > 0 &&
      failure(
        `${name} has consents that are not declared: ${listed(own)}`,
        `${WHO}, and revoke them: ${ENTERPRISE}${accept(waysOfGrants({ own, clients: [] }))}`,
      ),
    ...clients.map((client) =>
      failure(
        `${showValue(client.name)} (${client.servicePrincipalId}) may call ${name} with ${quotedList(client.scopes)}, which is not declared`,
        `${WHO}, and revoke it: Entra admin center > Enterprise applications > ${client.name} > Permissions${accept(waysOfGrants({ own: [], clients: [client] }))}`,
      ),
    ),
  ];
}

const OWNERS = 'Entra admin center > App registrations, and Enterprise applications > the application > Owners';

/** Owners that are not declared, and acceptances of what is gone. That there is an owner who deploys is a check of its own. */
function decisionFaults({ owners, powers, grants }: ApplicationTrust, name: string, decisions: Decisions): Observed {
  const { accepted, day, deployer } = decisions;
  const all = together({ owners, powers, grants });
  const ways =
    all.state === 'known'
      ? [...all.value.owners.map(ownerWay), ...waysOfPowers(all.value.powers), ...waysOfGrants(all.value.grants)].map(
          ({ way }) => way,
        )
      : accepted.map(({ way }) => way);
  // An acceptance outlives what it is about: the next one of these words would be accepted unseen.
  const gone = accepted.map(({ way }) => way).filter((way) => !ways.includes(way));
  return [
    ...examine(owners, (found) =>
      undeclaredOwners(found, { deployer, accepted: acceptedOn(accepted, day) }).map((one) =>
        failure(
          `${showValue(one.name)} (${one.id}) owns ${name} and may add a credential to it, which is not declared`,
          `${WHO}, and remove the owner: ${OWNERS}${orAccept([ownerWay(one)])}`,
        ),
      ),
    ),
    gone.length > 0 &&
      warning(
        `the estate accepts ways into ${name} that are not there: ${quotedList(gone)}`,
        'remove them from accepted',
      ),
  ];
}

function named(credentials: readonly Credential[]): string {
  return quotedList(credentials.map(({ keyId, name }) => name ?? keyId));
}

/** `'Directory.ReadWrite.All' of Microsoft Graph`. */
function listed(permissions: readonly Permission[]): string {
  return [...new Set(permissions.map(({ resource, value }) => `'${value}' of ${resource}`))].join(', ');
}

/** An application that is there, or should be, with what was read of it. */
interface Owned {
  readonly name: string;
  readonly trust: ApplicationTrust | undefined;
}

/** Whoever deploys the workforce program owns the AWS application. */
export const workforceOwners = check(workforceOf, {
  id: 'saml-owners',
  title: 'The AWS application belongs to the identity that deploys it',
  run: ({ declared: { displayName: name }, facts: { trust } }, input) =>
    examineOwners(input, 'workforce', [{ name, trust }]),
});

/** Whoever deploys the workforce program owns the application for emergencies, too. */
export const emergencyOwners = check(entraOf, {
  id: 'emergency-owners',
  title: 'The application for emergencies belongs to the identity that deploys it',
  run: ({ declared: { displayName: name }, facts: { trust } }, input) =>
    examineOwners(input, 'workforce', [{ name, trust }]),
});

/** Whoever deploys the customers' program owns its applications. */
export const customersOwners = check(customersOf, {
  id: 'b2c-owners',
  title: 'The applications belong to the identity that deploys them',
  run: ({ declared, facts }, input) =>
    examineOwners(
      input,
      'customers',
      [...apisOf(declared), ...clientsOf(declared)].map(({ name, displayName }) => ({
        name: displayName,
        trust: factsOf(facts, name).trust,
      })),
    ),
});

function examineOwners({ plan: { estate } }: CheckInput, program: PulumiKind, all: readonly Owned[]): Observed {
  const deployer = estate.pipeline?.identities[program]?.deploy;
  const advice = `a person runs \`npx --no entra-aws sign-in bootstrap --estate ${estate.name} --program ${program}\`, which adds the owner (npx --no entra-aws docs bicep has the commands for az)`;
  return okUnless(
    all.flatMap(({ name: text, trust }) => {
      const name = showValue(text);
      if (trust === undefined) return [];
      return examine(trust.owners, (found) => {
        // One of the two alone allows no change of the other.
        const owners = found.filter(({ ownsBoth }) => ownsBoth).map(({ clientId }) => clientId);
        return [
          owners.length === 0 && failure(`${name} has no owner: no deployment can change it`, advice),
          owners.length > 0 &&
            deployer !== undefined &&
            !owners.includes(deployer) &&
            failure(
              `the pipeline signs in as ${deployer}, which does not own ${name}: its next change of that ends in 403`,
              advice,
            ),
        ];
      });
    }),
    deployer === undefined ? 'each has an owner' : `${deployer} owns each`,
  );
}

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
