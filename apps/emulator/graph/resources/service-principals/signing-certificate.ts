import { createSigningCertificate } from '../../authority';
import { digestOf, newSecret } from '../../../base/secrets';
import type { Directory } from '../../directory/directory';
import { badRequest } from '../../graph-error';
import type { Json, JsonObject } from '../../json';
import { findText, isObject, objectsOf, textOf } from '../../json';

const LONGEST_YEARS = 3;

/** The slow half of addTokenSigningCertificate: checks what was asked and makes the certificate. @throws GraphError 400 */
export async function prepareCertificate(body: JsonObject, now: Date): Promise<Json> {
  const displayName = findText(body, 'displayName') ?? '';
  if (!/^CN=[^,=+<>#;"\\]+$/.test(displayName)) {
    throw badRequest("Property displayName is invalid: it must be a name that starts with 'CN='.");
  }
  const longest = new Date(now);
  longest.setUTCFullYear(now.getUTCFullYear() + LONGEST_YEARS);
  const endDateTime = findText(body, 'endDateTime') ?? longest.toISOString();
  const end = Date.parse(endDateTime);
  // A day more, for whoever counts three years in days.
  if (!(end > now.getTime() && end <= longest.getTime() + 86_400_000)) {
    throw badRequest('Property endDateTime is invalid: it must be in the next three years.');
  }
  const made = await createSigningCertificate(displayName, new Date(end), now);
  return { ...made, displayName, endDateTime };
}

/** Adds a prepared certificate: as a key that signs, a key that verifies, and a password for the first. */
export function addSigningCertificate(directory: Directory, id: string, prepared: Json): JsonObject {
  const principal = directory.get('servicePrincipals', id);
  const made = isObject(prepared) ? prepared : {};
  const shared = {
    customKeyIdentifier: textOf(made, 'identifier'),
    displayName: textOf(made, 'displayName'),
    startDateTime: directory.now(),
    endDateTime: textOf(made, 'endDateTime'),
  };
  const thumbprint = textOf(made, 'thumbprint');
  const signing = {
    ...shared,
    keyId: directory.newId(),
    type: 'X509CertAndPassword',
    usage: 'Sign',
    _thumbprint: thumbprint,
  };
  const verifying = {
    ...shared,
    keyId: directory.newId(),
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    _thumbprint: thumbprint,
    _certificate: textOf(made, 'certificate'),
  };
  const password = { ...shared, hint: null, keyId: signing.keyId, _digest: digestOf(newSecret()) };
  directory.put('servicePrincipals', {
    ...principal,
    keyCredentials: [...objectsOf(principal, 'keyCredentials'), signing, verifying],
    passwordCredentials: [...objectsOf(principal, 'passwordCredentials'), password],
  });
  return {
    ...shared,
    key: textOf(made, 'certificate'),
    keyId: signing.keyId,
    thumbprint,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  };
}
