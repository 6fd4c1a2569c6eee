import { X509Certificate } from 'node:crypto';
import type { Directory } from '../../directory/directory';
import { badRequest, invalidValue, notImplemented } from '../../graph-error';
import type { Json, JsonObject } from '../../json';
import { findText, isList, isObject, objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';

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
    endDateTime: endOf(directory, sent, certificate),
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

function endOf(directory: Directory, sent: JsonObject, { validToDate }: X509Certificate): string {
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
