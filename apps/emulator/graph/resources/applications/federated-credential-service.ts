import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';

const TYPE = 'FederatedIdentityCredential';
const PROPERTIES = ['id', 'name', 'issuer', 'subject', 'description', 'audiences'];
/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
const MOST = 20;
const LONGEST = 600;
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;

export function federatedCredentialsOf(application: Entity): readonly JsonObject[] {
  return objectsOf(application, '_federatedCredentials');
}

/** By id or by name. @throws GraphError 404 */
export function federatedCredentialIn(application: Entity, key: string): JsonObject {
  const found = federatedCredentialsOf(application).find(({ id, name }) => id === key || name === key);
  if (found === undefined) throw notFound(key);
  return found;
}

/** @throws GraphError where Graph refuses it */
export function addFederatedCredential(directory: Directory, applicationId: string, body: JsonObject): JsonObject {
  const application = directory.get('applications', applicationId);
  const known = federatedCredentialsOf(application);
  if (known.length >= MOST) throw badRequest(`An application has at most ${MOST} federated identity credentials.`);
  const credential = settled({ id: directory.newId(), description: null }, body);
  save(directory, application, [...known, credential]);
  return credential;
}

/** @throws GraphError where Graph refuses it; the name is fixed */
export function updateFederatedCredential(directory: Directory, ends: CredentialKey, body: JsonObject): void {
  const application = directory.get('applications', ends.application);
  const before = federatedCredentialIn(application, ends.credential);
  if ((body['name'] ?? before['name']) !== before['name']) throw invalidValue('name', TYPE);
  const after = settled(before, body);
  const all = federatedCredentialsOf(application).map((item) => (item === before ? after : item));
  save(directory, application, all);
}

export interface CredentialKey {
  readonly application: string;
  /** Id or name. */
  readonly credential: string;
}

export function removeFederatedCredential(directory: Directory, ends: CredentialKey): void {
  const application = directory.get('applications', ends.application);
  const removed = federatedCredentialIn(application, ends.credential);
  save(
    directory,
    application,
    federatedCredentialsOf(application).filter((item) => item !== removed),
  );
}

function settled(before: JsonObject, body: JsonObject): JsonObject {
  const sent = Object.entries(body).filter(([name]) => !name.startsWith('@'));
  const unknown = sent.find(([name]) => name === 'id' || !PROPERTIES.includes(name));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown[0]}'.`);
  const credential = { ...before, ...Object.fromEntries(sent) };
  if (!NAME.test(textOf(credential, 'name'))) throw invalidValue('name', TYPE);
  for (const name of ['issuer', 'subject']) {
    if (!isText(findText(credential, name))) throw invalidValue(name, TYPE);
  }
  if (!URL.canParse(textOf(credential, 'issuer'))) throw invalidValue('issuer', TYPE);
  const audiences = textsOf(credential, 'audiences');
  if (audiences.length !== 1 || !isText(audiences[0])) throw invalidValue('audiences', TYPE);
  return credential;
}

function isText(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text.length <= LONGEST;
}

function save(directory: Directory, application: Entity, credentials: readonly JsonObject[]): void {
  const names = credentials.map((item) => textOf(item, 'name').toLowerCase());
  if (new Set(names).size < names.length)
    throw conflict('A federated identity credential of this name exists already.');
  const subjects = credentials.map((item) => `${textOf(item, 'issuer')} ${textOf(item, 'subject')}`);
  if (new Set(subjects).size < subjects.length) {
    throw conflict('A federated identity credential with this issuer and subject exists already.');
  }
  directory.put('applications', { ...application, _federatedCredentials: credentials });
}
