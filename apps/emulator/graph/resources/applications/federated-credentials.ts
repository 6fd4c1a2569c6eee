import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { findText, objectsOf, textOf, textsOf, unannotated } from '../../json';
import type { Entity } from '../../store/store';

const TYPE = 'FederatedIdentityCredential';
const PROPERTIES = ['name', 'issuer', 'subject', 'description', 'audiences'];
/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
const MOST = 20;
const LONGEST = 600;
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;

const PATH = '/applications/{id}/federatedIdentityCredentials';
const SET = 'applications/federatedIdentityCredentials';

const { get, answer, change } = makersOf();

export const federatedCredentialRoutes: readonly Route[] = [
  get(PATH, (c) => valuesReply(c, SET, credentialsOf(readApplication(c)))),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, addCredential(c))),
  get(`${PATH}/{credential}`, (c) => objectReply(c, `${SET}/$entity`, credentialIn(readApplication(c), c))),
  change('PATCH', `${PATH}/{credential}`, updateCredential),
  change('DELETE', `${PATH}/{credential}`, (c) => {
    const application = getApplication(c);
    const removed = credentialIn(application, c);
    const kept = credentialsOf(application).filter((item) => item !== removed);
    save(c.directory, application, kept);
  }),
];

function readApplication(c: Context): Entity {
  return c.directory.read('applications', param(c, 'id'));
}

function getApplication(c: Context): Entity {
  return c.directory.get('applications', param(c, 'id'));
}

function credentialsOf(application: Entity): readonly JsonObject[] {
  return objectsOf(application, '_federatedCredentials');
}

/** The one that the path names, by id or by name. @throws GraphError 404 */
function credentialIn(application: Entity, c: Context): JsonObject {
  const key = param(c, 'credential');
  const found = credentialsOf(application).find(({ id, name }) => id === key || name === key);
  if (found === undefined) throw notFound(key);
  return found;
}

/** @throws GraphError where Graph refuses it */
function addCredential(c: Context): JsonObject {
  const application = getApplication(c);
  const known = credentialsOf(application);
  if (known.length >= MOST) throw badRequest(`An application has at most ${MOST} federated identity credentials.`);
  const credential = settled({ id: c.directory.newId(), description: null }, c.body);
  save(c.directory, application, [...known, credential]);
  return credential;
}

/** @throws GraphError where Graph refuses it; the name is fixed */
function updateCredential(c: Context): void {
  const application = getApplication(c);
  const before = credentialIn(application, c);
  if ((c.body['name'] ?? before['name']) !== before['name']) throw invalidValue('name', TYPE);
  const after = settled(before, c.body);
  const all = credentialsOf(application).map((item) => (item === before ? after : item));
  save(c.directory, application, all);
}

function settled(before: JsonObject, body: JsonObject): JsonObject {
  const sent = unannotated(body);
  const unknown = Object.keys(sent).find((name) => !PROPERTIES.includes(name));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}'.`);
  const credential = { ...before, ...sent };
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
    throw conflict('A federated identity credential of this name already exists.');
  const subjects = credentials.map((item) => `${textOf(item, 'issuer')} ${textOf(item, 'subject')}`);
  if (new Set(subjects).size < subjects.length) {
    throw conflict('A federated identity credential with this issuer and subject already exists.');
  }
  directory.put('applications', { ...application, _federatedCredentials: credentials });
}
