import { digestOf, newSecret } from '../../../base/secrets';
import type { Directory } from '../../directory/directory';
import { badRequest } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, objectOf, objectsOf } from '../../json';
import { publicPart } from '../../directory/entity-view';
import { takesPersonalAccounts } from './application-rules';

const DEFAULT_YEARS = 2;
/** Of an application for personal accounts too: Validation differences by supported account types (signInAudience). */
const PERSONAL_PASSWORDS = 2;

export type CredentialOwner = 'applications' | 'servicePrincipals';

/** Adds a client secret. The answer is the only place where it can be read. @throws GraphError 400 for one too many */
export function addPassword(
  directory: Directory,
  owner: { readonly collection: CredentialOwner; readonly id: string },
  body: JsonObject,
): JsonObject {
  const entity = directory.get(owner.collection, owner.id);
  const asked = objectOf(body, 'passwordCredential');
  const passwords = objectsOf(entity, 'passwordCredentials');
  if (owner.collection === 'applications' && takesPersonalAccounts(entity) && passwords.length >= PERSONAL_PASSWORDS)
    throw badRequest(
      `An application for personal accounts has at most ${PERSONAL_PASSWORDS} client secrets.`,
      'CredentialLimitExceeded',
    );
  const secret = newSecret();
  const credential = {
    customKeyIdentifier: null,
    displayName: findText(asked, 'displayName') ?? null,
    // As it was sent: azuread replaces a password whose date comes back written differently.
    endDateTime: endOf(asked, directory.clock()),
    hint: secret.slice(0, 3),
    keyId: directory.newId(),
    startDateTime: findText(asked, 'startDateTime') ?? directory.clock().toISOString(),
    _digest: digestOf(secret),
  };
  directory.put(owner.collection, {
    ...entity,
    passwordCredentials: [...passwords, credential],
  });
  return { ...publicPart(credential), secretText: secret };
}

/** @throws GraphError 400 where there is no such password */
export function removePassword(
  directory: Directory,
  owner: { readonly collection: CredentialOwner; readonly id: string },
  keyId: string,
): void {
  const entity = directory.get(owner.collection, owner.id);
  const credentials = objectsOf(entity, 'passwordCredentials');
  const kept = credentials.filter((credential) => credential['keyId'] !== keyId);
  if (kept.length === credentials.length) throw badRequest(`No password credential found with keyId '${keyId}'.`);
  directory.put(owner.collection, { ...entity, passwordCredentials: kept });
}

function endOf(asked: JsonObject, now: Date): string {
  const given = findText(asked, 'endDateTime');
  if (given === undefined)
    return new Date(Date.UTC(now.getUTCFullYear() + DEFAULT_YEARS, now.getUTCMonth(), now.getUTCDate())).toISOString();
  if (!(Date.parse(given) > now.getTime()))
    throw badRequest('Key credential end date is invalid.', 'KeyCredentialsInvalidEndDate');
  return given;
}
