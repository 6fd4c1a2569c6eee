import { X509Certificate } from 'node:crypto';
import { digestOf, newSecret } from '../../base/secrets';
import type { Directory } from '../directory/directory';
import { badRequest, invalidValue, notImplemented } from '../graph-error';
import { type Context, makersOf, param, type Route } from '../context';
import { objectReply } from '../http/reply';
import type { Json, JsonObject } from '../json';
import { findText, isList, isObject, objectOf, objectsOf, publicPart, textOf } from '../json';
import type { Entity } from '../store/store';
import { takesPersonalAccounts } from './application-rules';

const DEFAULT_YEARS = 2;
/** Of an application for personal accounts too: Validation differences by supported account types (signInAudience). */
const PERSONAL_PASSWORDS = 2;

type CredentialOwner = 'applications' | 'servicePrincipals';

export function passwordRoutes(collection: CredentialOwner): readonly Route[] {
  const { answer, change } = makersOf();
  const passwordsOf = (c: Context): readonly [Entity, readonly JsonObject[]] => {
    const owner = c.directory.get(collection, param(c, 'id'));
    return [owner, objectsOf(owner, 'passwordCredentials')];
  };
  return [
    // The answer is the only place where a client secret can be read.
    answer('POST', `/${collection}/{id}/addPassword`, (c) => {
      const [owner, passwords] = passwordsOf(c);
      const isPersonal = collection === 'applications' && takesPersonalAccounts(owner);
      if (isPersonal && passwords.length >= PERSONAL_PASSWORDS)
        throw badRequest(
          `An application for personal accounts has at most ${PERSONAL_PASSWORDS} client secrets.`,
          'CredentialLimitExceeded',
        );
      const { secretText, ...credential } = newPassword(c.directory, objectOf(c.body, 'passwordCredential'));
      c.directory.put(collection, { ...owner, passwordCredentials: [...passwords, credential] });
      const shown = { ...publicPart(credential), secretText };
      const reply = objectReply(c, 'microsoft.graph.passwordCredential', shown);
      return { ...reply, headers: { 'cache-control': 'no-store' } };
    }),
    change('POST', `/${collection}/{id}/removePassword`, (c) => {
      const [owner, passwords] = passwordsOf(c);
      const keyId = textOf(c.body, 'keyId');
      const kept = passwords.filter((credential) => credential['keyId'] !== keyId);
      if (kept.length === passwords.length) throw badRequest(`No password credential found with keyId '${keyId}'.`);
      c.directory.put(collection, { ...owner, passwordCredentials: kept });
    }),
  ];
}

function newPassword(directory: Directory, asked: JsonObject) {
  const secretText = newSecret();
  return {
    customKeyIdentifier: null,
    displayName: findText(asked, 'displayName') ?? null,
    // As it was sent: azuread replaces a password whose date comes back written differently.
    endDateTime: endOf(asked, directory.clock()),
    hint: secretText.slice(0, 3),
    keyId: directory.newId(),
    startDateTime: findText(asked, 'startDateTime') ?? directory.clock().toISOString(),
    _digest: digestOf(secretText),
    secretText,
  };
}

function endOf(asked: JsonObject, now: Date): string {
  const given = findText(asked, 'endDateTime');
  if (given === undefined)
    return new Date(Date.UTC(now.getUTCFullYear() + DEFAULT_YEARS, now.getUTCMonth(), now.getUTCDate())).toISOString();
  if (!(Date.parse(given) > now.getTime()))
    throw badRequest('Key credential end date is invalid.', 'KeyCredentialsInvalidEndDate');
  return given;
}

/** Credentials as they are shown: never a secret, nor its digest, and certificates only to who selects them. */
export function withoutSecrets(entity: JsonObject): JsonObject {
  const passwords = objectsOf(entity, 'passwordCredentials');
  const keys = objectsOf(entity, 'keyCredentials');
  return {
    ...entity,
    ...(keys.length > 0 && { keyCredentials: keys.map((item) => ({ ...publicPart(item), key: null })) }),
    ...(passwords.length > 0 && {
      passwordCredentials: passwords.map((item) => ({ ...publicPart(item), secretText: null })),
    }),
  };
}

/** `$select=keyCredentials` is the one way to read the certificates. */
export function keysWithCertificates(entity: JsonObject): readonly JsonObject[] {
  return objectsOf(entity, 'keyCredentials').map((key) => ({ ...publicPart(key), key: key['_certificate'] ?? null }));
}

/**
 * The certificates of an application as a PATCH makes them. It names all that stay; one that is known needs no `key`, as
 * who read it got none: https://learn.microsoft.com/graph/api/resources/keycredential
 *
 * @throws GraphError 400 where one is none, 501 for other kinds of keys
 */
export function patchedKeys(directory: Directory, application: Entity, sent: Json): readonly JsonObject[] {
  if (!isList(sent) || !sent.every(isObject)) throw invalidValue('keyCredentials', 'Application');
  const known = new Map(objectsOf(application, 'keyCredentials').map((key) => [textOf(key, 'keyId'), key]));
  const keys = sent.map((key) => known.get(textOf(key, 'keyId').toLowerCase()) ?? newKey(directory, key));
  if (new Set(keys.map((key) => textOf(key, 'keyId'))).size < keys.length) {
    throw badRequest('A key credential is given twice.', 'KeyCredentialsInvalid');
  }
  return keys;
}

function newKey(directory: Directory, sent: JsonObject): JsonObject {
  const [type, usage] = [textOf(sent, 'type'), textOf(sent, 'usage')];
  if (type !== 'AsymmetricX509Cert' || usage !== 'Verify') {
    throw notImplemented(`key credentials of type '${type}' to '${usage}'`);
  }
  const certificate = parseCertificate(textOf(sent, 'key'));
  const thumbprint = certificate.fingerprint.replaceAll(':', '');
  return {
    customKeyIdentifier: findText(sent, 'customKeyIdentifier') ?? thumbprint,
    displayName: findText(sent, 'displayName') ?? certificate.subject.replaceAll('\n', ', '),
    // As it was sent: azuread replaces a certificate whose dates come back written differently.
    startDateTime: findText(sent, 'startDateTime') ?? certificate.validFromDate.toISOString(),
    endDateTime: endOfKey(directory, sent, certificate),
    keyId: (findText(sent, 'keyId') ?? directory.newId()).toLowerCase(),
    type,
    usage,
    _certificate: certificate.raw.toString('base64'),
  };
}

/** The text is base64 of a certificate, DER or PEM. */
function parseCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw badRequest('Key credential value is not a certificate.', 'KeyCredentialsInvalidKey');
  }
}

function endOfKey(directory: Directory, sent: JsonObject, { validToDate }: X509Certificate): string {
  const end = findText(sent, 'endDateTime') ?? validToDate.toISOString();
  const isInTime = Date.parse(end) > directory.clock().getTime() && Date.parse(end) <= validToDate.getTime();
  if (!isInTime) throw badRequest('Key credential end date is invalid.', 'KeyCredentialsInvalidEndDate');
  return end;
}

/** Names under which the header of a token may mean a certificate: SHA-1 and SHA-256 of it, as base64url and hex. */
export function keyThumbprints(key: JsonObject): readonly string[] {
  const text = textOf(key, '_certificate');
  if (text === '') return [];
  const { fingerprint, fingerprint256 } = new X509Certificate(Buffer.from(text, 'base64'));
  return [fingerprint, fingerprint256].flatMap((print) => {
    const hex = print.replaceAll(':', '');
    return [Buffer.from(hex, 'hex').toString('base64url'), hex];
  });
}
