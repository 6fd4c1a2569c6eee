import { isDeepStrictEqual } from 'node:util';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { examine, failure, type Observation, ok } from '../../check';
import type {
  ApplicationPowers,
  ApplicationTrust,
  Client,
  FederatedCredential,
  Grants,
  Permission,
} from '../../../clouds/facts/trust-facts';

/** Credentials and permissions that an estate gives an application; somebody added all others. */
export interface DeclaredTrust {
  readonly name: string;
  readonly federated?: readonly FederatedCredential[];
  /** True if it has client secrets of its own, which another check looks at. @default false */
  readonly hasSecrets?: boolean;
  /** Application permissions of Microsoft Graph, by value. */
  readonly permissions?: readonly string[];
  /** Tells whether a consent to a scope is declared. @default none is */
  readonly isConsented?: (permission: Permission) => boolean;
  /** Tells whether another application may call it. @default none may */
  readonly isClient?: (client: Client) => boolean;
}

/** Scopes that people consent to when they sign in: they give no more than their own profile. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'User.Read'];
/** Client id of Microsoft Graph, the same in every tenant: a name proves nothing. */
const GRAPH = '00000003-0000-0000-c000-000000000000';

/** Tells whether an application has the declared credentials and permissions and no others. */
export function examineTrust({ powers, grants }: ApplicationTrust, declared: DeclaredTrust): readonly Observation[] {
  const observations = [
    ...examine(powers, (found) => powerFaults(found, declared)),
    ...examine(grants, (found) => grantFaults(found, declared)),
  ];
  return observations.length > 0
    ? observations
    : [ok(`${showValue(declared.name)} has no credential, permission or consent beyond the declared`)];
}

const REGISTRATIONS = 'Entra admin center > App registrations > the application';
const ENTERPRISE = 'Entra admin center > Enterprise applications > the application > Permissions';
const WHO = 'find out who added it (audit log of Entra ID)';

const SECRETS = `${REGISTRATIONS} > Certificates & secrets`;

function powerFaults(found: ApplicationPowers, declared: DeclaredTrust): readonly Observation[] {
  return [...credentialFaults(found, declared), ...permissionFaults(found, declared)];
}

/** Finds credentials of the application that are not declared. */
function credentialFaults(
  { federated, secrets, keys, principalKeys }: ApplicationPowers,
  declared: DeclaredTrust,
): readonly Observation[] {
  const name = showValue(declared.name);
  const { federated: trusted = [], hasSecrets = false } = declared;
  const strangers = federated.filter((one) => !trusted.some((other) => isDeepStrictEqual(one, other)));
  const missing = trusted.filter((one) => !federated.some((other) => isDeepStrictEqual(one, other)));
  return [
    ...strangers.map((one) =>
      failure(
        `${one.subject} of ${one.issuer} acts as ${name}: the federated credential '${one.name}' (audience ${quotedList(one.audiences)}) is not declared`,
        `${WHO}, and delete it: ${SECRETS} > Federated credentials`,
      ),
    ),
    ...missing.map(({ name: one }) =>
      failure(`${name} does not have the federated credential '${one}' as declared`, UP),
    ),
    ...wrong(
      secrets.length > 0 && !hasSecrets,
      `${name} has client secrets, which are not declared: ${quotedList(secrets)}`,
      `${WHO}, and delete them: ${SECRETS}`,
    ),
    ...wrong(
      keys.length > 0,
      `${name} has certificates to sign in with, which are not declared: ${quotedList(keys)}`,
      `${WHO}, and delete them: ${SECRETS}`,
    ),
    ...wrong(
      principalKeys.length > 0,
      `the service principal of ${name} has secrets or certificates of its own, which are not declared: ${quotedList(principalKeys)}`,
      `${WHO}, and delete them; no page shows them: az ad sp credential list --id CLIENT-ID, and az ad sp credential delete (with --cert for a certificate)`,
    ),
  ];
}

/** Finds permissions without a user, and clients without a consent, that are not declared. */
function permissionFaults(
  { permissions, preAuthorized }: ApplicationPowers,
  { name: text, permissions: allowed = [] }: DeclaredTrust,
): readonly Observation[] {
  const name = showValue(text);
  const isOwn = ({ resourceAppId, value }: Permission): boolean => resourceAppId === GRAPH && allowed.includes(value);
  const more = permissions.filter((one) => !isOwn(one));
  const fewer = allowed.filter((value) => !permissions.some((one) => isOwn(one) && one.value === value));
  return [
    ...wrong(
      more.length > 0,
      `${name} has permissions that are not declared: ${listed(more)}`,
      `${WHO}, and revoke them: ${ENTERPRISE}`,
    ),
    ...wrong(fewer.length > 0, `${name} does not have the permission ${quotedList(fewer)}`, UP),
    ...wrong(
      preAuthorized.length > 0,
      `${quotedList(preAuthorized)} may call ${name} without a consent, which is not declared`,
      `${WHO}, and take it away: ${REGISTRATIONS} > Expose an API > Authorized client applications`,
    ),
  ];
}

function wrong(isWrong: boolean, message: string, advice: string): readonly Observation[] {
  return isWrong ? [failure(message, advice)] : [];
}

const UP = 'deploy the program that makes it with `pulumi up --refresh`';

function grantFaults({ own, clients }: Grants, declared: DeclaredTrust): readonly Observation[] {
  const name = showValue(declared.name);
  const { isConsented = () => false, isClient = () => false } = declared;
  const more = own.filter(
    (one) => !isConsented(one) && !(one.resourceAppId === GRAPH && SIGN_IN_SCOPES.includes(one.value)),
  );
  return [
    ...(more.length === 0
      ? []
      : [
          failure(
            `${name} has consents that are not declared: ${listed(more)}`,
            `${WHO}, and revoke them: ${ENTERPRISE}`,
          ),
        ]),
    ...clients
      .filter((client) => !isClient(client))
      .map((client) =>
        failure(
          `${showValue(client.name)} (${client.servicePrincipalId}) may call ${name} with ${quotedList(client.scopes)}, which is not declared`,
          `${WHO}, and revoke it: Entra admin center > Enterprise applications > ${client.name} > Permissions`,
        ),
      ),
  ];
}

/** `'Directory.ReadWrite.All' of Microsoft Graph`. */
function listed(permissions: readonly Permission[]): string {
  return [...new Set(permissions.map(({ resource, value }) => `'${value}' of ${resource}`))].join(', ');
}
