import { isDeepStrictEqual } from 'node:util';
import { acceptedOn, type AcceptedWay } from '../../../estate/sections/shared/accepted';
import { showValue } from '../../../estate/source/finding';
import type { ClientId } from '../../../estate/source/ids';
import { quotedList } from '../../../text/suggest';
import { examine, failure, type Observation, ok, warning } from '../../check';
import type {
  ApplicationPowers,
  ApplicationTrust,
  Credential,
  Grants,
  Owner,
  Permission,
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
import { together } from '../../../clouds/reading';

/** Ways into an application that the estate accepts, and the day on which it is asked. */
export interface Decisions {
  readonly accepted: readonly AcceptedWay[];
  /** In UTC. */
  readonly day: string;
  /** Client id of the pipeline's identity, where the estate names one. */
  readonly deployer: ClientId | undefined;
}

export interface DeclaredTrust extends Omit<DeclaredPowers, 'accepted'> {
  readonly name: string;
  /** Undefined where an estate can't accept anything. */
  readonly decisions?: Decisions;
}

/** Tells whether an application has the declared credentials and permissions and no others. */
export function examineTrust(trust: ApplicationTrust, declared: DeclaredTrust): readonly Observation[] {
  const accepted = declared.decisions && acceptedOn(declared.decisions.accepted, declared.decisions.day);
  const powers = { ...declared, ...(accepted && { accepted }) };
  const observations = [
    ...examine(trust.powers, (found) => [
      ...undeclaredFaults(undeclaredPowers(found, powers), declared),
      ...missingFaults(found, declared),
    ]),
    ...examine(trust.grants, (found) => grantFaults(undeclaredGrants(found, powers), declared)),
    ...(declared.decisions === undefined ? [] : decisionFaults(trust, declared.name, declared.decisions)),
  ];
  return observations.length > 0
    ? observations
    : [ok(`${showValue(declared.name)} has no credential, permission or consent beyond the declared`)];
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

type Wrong = (only: Partial<ApplicationPowers>, message: string, advice: string) => readonly Observation[];

/** Finds what is left of an application once the declared and the accepted are taken away. */
function undeclaredFaults(left: ApplicationPowers, { name: text, decisions }: DeclaredTrust): readonly Observation[] {
  const name = showValue(text);
  const wrong: Wrong = (only, message, advice) => {
    const ways = waysOfPowers({ ...NOTHING, ...only });
    const kept = decisions === undefined ? '' : orAccept(ways);
    return ways.length > 0 ? [failure(message, `${WHO}, and ${advice}${kept}`)] : [];
  };
  return [...credentialFaults(left, name, wrong), ...permissionFaults(left, name, wrong)];
}

function credentialFaults(
  { federated, secrets, keys, principalKeys }: ApplicationPowers,
  name: string,
  wrong: Wrong,
): readonly Observation[] {
  return [
    ...federated.flatMap((one) =>
      wrong(
        { federated: [one] },
        `${one.subject} of ${one.issuer} acts as ${name}: the federated credential '${one.name}' (audience ${quotedList(one.audiences)}) is not declared`,
        `delete it: ${SECRETS} > Federated credentials`,
      ),
    ),
    ...wrong(
      { secrets },
      `${name} has client secrets, which are not declared: ${named(secrets)}`,
      `delete them: ${SECRETS}`,
    ),
    ...wrong(
      { keys },
      `${name} has certificates to sign in with, which are not declared: ${named(keys)}`,
      `delete them: ${SECRETS}`,
    ),
    ...wrong(
      { principalKeys },
      `the service principal of ${name} has secrets or certificates of its own, which are not declared: ${quotedList(principalKeys)}`,
      'delete them; no page shows them: az ad sp credential list --id CLIENT-ID, and az ad sp credential delete (with --cert for a certificate)',
    ),
  ];
}

/** Finds permissions without a user, and clients without a consent. */
function permissionFaults(
  { permissions, preAuthorized }: ApplicationPowers,
  name: string,
  wrong: Wrong,
): readonly Observation[] {
  return [
    ...wrong(
      { permissions },
      `${name} has permissions that are not declared: ${listed(permissions)}`,
      `revoke them: ${ENTERPRISE}`,
    ),
    ...wrong(
      { preAuthorized },
      `${quotedList(preAuthorized)} may call ${name} without a consent, which is not declared`,
      `take it away: ${REGISTRATIONS} > Expose an API > Authorized client applications`,
    ),
  ];
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
function missingFaults({ federated, permissions }: ApplicationPowers, declared: DeclaredTrust): readonly Observation[] {
  const name = showValue(declared.name);
  const { federated: trusted = [], permissions: allowed = [] } = declared;
  const missing = trusted.filter((one) => !federated.some((other) => isDeepStrictEqual(one, other)));
  const own = permissions.filter((one) => isDeclaredPermission(one, declared)).map(({ value }) => value);
  const fewer = allowed.filter((value) => !own.includes(value));
  return [
    ...missing.map(({ name: one }) =>
      failure(`${name} does not have the federated credential '${one}' as declared`, UP),
    ),
    ...(fewer.length > 0 ? [failure(`${name} does not have the permission ${quotedList(fewer)}`, UP)] : []),
  ];
}

function grantFaults({ own, clients }: Grants, { name: text, decisions }: DeclaredTrust): readonly Observation[] {
  const name = showValue(text);
  const accept = (grants: Partial<Grants>): string =>
    decisions === undefined ? '' : orAccept(waysOfGrants({ own: [], clients: [], ...grants }));
  return [
    ...(own.length === 0
      ? []
      : [
          failure(
            `${name} has consents that are not declared: ${listed(own)}`,
            `${WHO}, and revoke them: ${ENTERPRISE}${accept({ own })}`,
          ),
        ]),
    ...clients.map((client) =>
      failure(
        `${showValue(client.name)} (${client.servicePrincipalId}) may call ${name} with ${quotedList(client.scopes)}, which is not declared`,
        `${WHO}, and revoke it: Entra admin center > Enterprise applications > ${client.name} > Permissions${accept({ clients: [client] })}`,
      ),
    ),
  ];
}

function decisionFaults(trust: ApplicationTrust, name: string, decisions: Decisions): readonly Observation[] {
  return [
    ...examine(trust.owners, (found) => ownerFaults(found, name, decisions)),
    ...goneWays(trust, name, decisions),
  ];
}

const OWNERS = 'Entra admin center > App registrations, and Enterprise applications > the application > Owners';

/** That there is an owner who deploys is a check of its own. */
function ownerFaults(owners: readonly Owner[], name: string, decisions: Decisions): readonly Observation[] {
  const { accepted, day, deployer } = decisions;
  return undeclaredOwners(owners, { deployer, accepted: acceptedOn(accepted, day) }).map((one) =>
    failure(
      `${showValue(one.name)} (${one.id}) owns ${showValue(name)} and may add a credential to it, which is not declared`,
      `${WHO}, and remove the owner: ${OWNERS}${orAccept([ownerWay(one)])}`,
    ),
  );
}

/** An acceptance outlives what it is about: the next one of these words would be accepted unseen. */
function goneWays(
  { owners, powers, grants }: ApplicationTrust,
  name: string,
  { accepted }: Decisions,
): readonly Observation[] {
  const all = together({ owners, powers, grants });
  if (all.state !== 'known' || accepted.length === 0) return [];
  const { value } = all;
  const there = [...value.owners.map(ownerWay), ...waysOfPowers(value.powers), ...waysOfGrants(value.grants)];
  const gone = accepted.filter(({ way }) => !there.some((one) => one.way === way)).map(({ way }) => way);
  if (gone.length === 0) return [];
  return [
    warning(
      `the estate accepts ways into ${showValue(name)} that are not there: ${quotedList(gone)}`,
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
