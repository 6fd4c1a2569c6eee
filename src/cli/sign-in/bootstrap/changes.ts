import type { FederatedCredential } from '../../../estate/sections/pipeline/trust';
import { textOf } from '../../../../provider/values';
import { ENTRA_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import type { DeployedApplication } from './deployed';
import type { Unowned } from './owners';
import type { PermissionRow, WantedApplication } from './wanted';
import type { Owner, WaysIn } from './ways-in';

/** A step from what the directory has to what is wanted. */
export type Change =
  | { readonly kind: 'make-application' }
  | { readonly kind: 'make-principal' }
  | { readonly kind: 'let-people-sign-in' }
  | { readonly kind: 'close'; readonly opened: readonly string[] }
  | { readonly kind: 'disown'; readonly owner: Owner }
  | { readonly kind: 'revoke'; readonly consent: WaysIn['consents'][number] }
  | { readonly kind: 'give'; readonly row: PermissionRow }
  | { readonly kind: 'take'; readonly of: PermissionRow['kind']; readonly permission: string }
  | { readonly kind: 'trust'; readonly credential: FederatedCredential; readonly replaces: string | undefined }
  | { readonly kind: 'distrust'; readonly name: string; readonly id: string }
  | { readonly kind: 'certificate'; readonly replaces: string | undefined }
  | { readonly kind: 'own'; readonly unowned: Unowned };

/** The certificate of this laptop as far as it is known: `keyId` at the application, and whether it is still good. */
export type LaptopCertificate =
  | { readonly state: 'none' }
  | { readonly state: 'good'; readonly keyId: string }
  | { readonly state: 'ending'; readonly keyId: string };

/** Steps in the order in which they are done; none where the directory is as wanted. */
export function changesFor(
  wanted: WantedApplication,
  deployed: DeployedApplication | undefined,
  certificate: LaptopCertificate,
): readonly Change[] {
  const { laptop, roles, scopes, trust } = wanted;
  const held = deployed ?? NOTHING;
  return [
    ...makingChanges(deployed),
    ...closingChanges(deployed?.waysIn),
    ...(laptop && !held.isPublicClient ? [{ kind: 'let-people-sign-in' } as const] : []),
    ...permissionChanges(roles, namesOf(held.roles), 'role'),
    ...(laptop ? permissionChanges(scopes, (held.grant?.scopes ?? []).filter(isOfGraph), 'scope') : []),
    ...(trust === undefined ? [] : trustChanges(trust, held.credentials)),
    ...(laptop ? certificateChanges(deployed, certificate) : []),
  ];
}

/** Scopes that say who signs in. Entra ID may add them to a consent by itself. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** Tells whether a scope lets its holder read something of Graph, so that the estate must have a use for it. */
export const isOfGraph = (scope: string): boolean => !SIGN_IN_SCOPES.includes(scope);

const NOTHING: Pick<DeployedApplication, 'roles' | 'grant' | 'credentials' | 'isPublicClient'> = {
  ...{ roles: [], grant: undefined, credentials: [], isPublicClient: false },
};

const namesOf = (roles: DeployedApplication['roles']): readonly string[] => roles.map(({ permission }) => permission);

/** Steps that shut what was never made here: with an owner more, somebody else is the pipeline. */
function closingChanges(waysIn: WaysIn | undefined): readonly Change[] {
  if (waysIn === undefined) return [];
  const { owners, consents, opened } = waysIn;
  return [
    ...(opened.length === 0 ? [] : [{ kind: 'close', opened } as const]),
    ...owners.map((owner) => ({ kind: 'disown' as const, owner })),
    ...consents.map((consent) => ({ kind: 'revoke' as const, consent })),
  ];
}

function makingChanges(deployed: DeployedApplication | undefined): readonly Change[] {
  if (deployed === undefined) return [{ kind: 'make-application' }, { kind: 'make-principal' }];
  return deployed.principalId === undefined ? [{ kind: 'make-principal' }] : [];
}

function permissionChanges(
  rows: readonly PermissionRow[],
  held: readonly string[],
  of: PermissionRow['kind'],
): readonly Change[] {
  const wanted = rows.map(({ permission }) => permission);
  return [
    ...rows.filter(({ permission }) => !held.includes(permission)).map((row) => ({ kind: 'give' as const, row })),
    ...held.filter((one) => !wanted.includes(one)).map((permission) => ({ kind: 'take' as const, of, permission })),
  ];
}

/** A credential of the same name is changed in place; Entra ID takes one of an issuer and a subject. */
function trustChanges(
  wanted: readonly FederatedCredential[],
  held: DeployedApplication['credentials'],
): readonly Change[] {
  const distrusted = held.filter(({ name }) => !wanted.some((one) => one.name === name));
  const trusted = wanted.flatMap((credential): readonly Change[] => {
    const known = held.find(({ name }) => name === credential.name);
    if (known !== undefined && isAsWanted(known, credential)) return [];
    return [{ kind: 'trust', credential, replaces: known?.id }];
  });
  return [...distrusted.map(({ name, id }) => ({ kind: 'distrust' as const, name, id })), ...trusted];
}

function isAsWanted(
  known: DeployedApplication['credentials'][number],
  { issuer, subject }: FederatedCredential,
): boolean {
  return known.issuer === issuer && known.subject === subject && known.audiences.join() === ENTRA_AUDIENCE;
}

/**
 * Certificates of an application that this laptop did not make, in words. They are a colleague's or a stranger's, which no
 * directory tells: a person decides.
 */
export function unknownCertificates(
  { clientId, keys }: Pick<DeployedApplication, 'clientId' | 'keys'>,
  known: readonly string[],
): readonly string[] {
  return keys
    .map((key) => ({ id: textOf(key['keyId']), name: textOf(key['displayName']), end: textOf(key['endDateTime']) }))
    .filter(({ id }) => !known.includes(id))
    .map(
      ({ id, name, end }) =>
        `the certificate '${name}' (${id}), good until ${end.slice(0, 10)}, is not of this laptop: whoever has its key signs in as the application. ` +
        `Unless a colleague's laptop has it (--known-certificate ${id}): az ad app credential delete --id ${clientId} --key-id ${id} --cert`,
    );
}

/** A certificate counts only as long as the application has it. */
function certificateChanges(
  deployed: DeployedApplication | undefined,
  certificate: LaptopCertificate,
): readonly Change[] {
  const isThere =
    certificate.state !== 'none' && deployed?.keys.some(({ keyId }) => keyId === certificate.keyId) === true;
  if (isThere && certificate.state === 'good') return [];
  return [{ kind: 'certificate', replaces: isThere ? certificate.keyId : undefined }];
}
