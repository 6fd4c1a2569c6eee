import { type JsonObject, without } from '../../graph/json';
import type { IdentityStore } from '../identity-store';
import { ENTERPRISE, type IdentityUser, UserAttributes } from '../resources';
import { type Comparison, parseFilter } from './filter';
import { applyOperation, invalid, parsed, parsePatch, parsePath, type PatchOperation } from './patch';
import { ScimError } from './scim-error';

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** Filters of 'ListUsers'. */
const COMBINATIONS = ['userName', 'externalId', 'id', 'id manager', 'groups.value'].map((names) => names.toLowerCase());

/** Attributes of which one request may change each once, and which can't be removed ('PatchUser'). */
const ONCE = ['username', 'active'];

/** A user as the endpoint shows it. */
export function shownUser({ id, created, lastModified, ...attributes }: IdentityUser): object {
  const schemas = attributes[ENTERPRISE] === undefined ? [SCHEMA] : [SCHEMA, ENTERPRISE];
  return { schemas, id, ...attributes, meta: { resourceType: 'User', created, lastModified } };
}

/** @throws ScimError 400 */
export function listUsers(store: IdentityStore, filter: string | undefined): readonly IdentityUser[] {
  if (filter === undefined) return store.users;
  const comparisons = parseFilter(filter, COMBINATIONS);
  return store.users.filter((user) => comparisons.every((comparison) => fits(store, user, comparison)));
}

function fits(store: IdentityStore, user: IdentityUser, { attribute, value }: Comparison): boolean {
  switch (attribute) {
    case 'username':
      return user.userName.toLowerCase() === value.toLowerCase();
    case 'externalid':
      return user.externalId === value;
    case 'manager':
      return user[ENTERPRISE]?.manager?.value === value;
    case 'groups.value':
      return store.groupsOf(user.id).some(({ id }) => id === value);
    default:
      return user.id === value;
  }
}

/** @throws ScimError 404 */
export function userOf(store: IdentityStore, id: string): IdentityUser {
  const user = store.findUser(id);
  if (user === undefined) throw new ScimError('ResourceNotFoundException', `There is no user '${id}'.`);
  return user;
}

/** @throws ScimError 400 or 409 */
export function createUser(store: IdentityStore, body: JsonObject): IdentityUser {
  const attributes = attributesOf(body);
  refuseTaken(store, attributes);
  return store.addUser(attributes);
}

/** @throws ScimError 400, 404 or 409 */
export function replaceUser(store: IdentityStore, id: string, body: JsonObject): IdentityUser {
  const { created, lastModified } = userOf(store, id);
  const attributes = attributesOf(body);
  refuseTaken(store, attributes, id);
  return store.putUser({ ...attributes, id, created, lastModified });
}

/** @throws ScimError 400, 404 or 409 */
export function patchUser(store: IdentityStore, id: string, body: unknown): IdentityUser {
  const { created, lastModified, ...current } = userOf(store, id);
  const operations = parsePatch(body);
  refuseTwice(operations);
  const patched = operations.reduce<JsonObject>(applyOperation, without(asJson(current), 'id'));
  const attributes = attributesOf(patched);
  refuseTaken(store, attributes, id);
  return store.putUser({ ...attributes, id, created, lastModified });
}

function asJson(user: object): JsonObject {
  return JSON.parse(JSON.stringify(user)) as JsonObject;
}

/** "Multiple PATCH operations on userName or active" are not supported, and no removal of them ('PatchUser'). */
function refuseTwice(operations: readonly PatchOperation[]): void {
  const named = operations.flatMap(({ path }) => (path === undefined ? [] : [parsePath(path).attribute.toLowerCase()]));
  for (const attribute of ONCE) {
    const count = named.filter((name) => name === attribute).length;
    if (count > 1) throw invalid(`${attribute} is changed ${count} times in one request.`);
  }
  const removed = operations.find(({ op, path = '' }) => op === 'remove' && ONCE.includes(path.toLowerCase()));
  if (removed !== undefined) throw invalid(`${removed.path ?? ''} can't be removed.`);
}

function attributesOf(body: JsonObject): ReturnType<typeof UserAttributes.parse> {
  return parsed(UserAttributes, without(body, 'schemas', 'meta'));
}

/** @throws ScimError 409: user names are unique, and so are e-mail addresses */
function refuseTaken(store: IdentityStore, attributes: Pick<IdentityUser, 'userName' | 'emails'>, own?: string): void {
  const address = attributes.emails?.[0]?.value.toLowerCase();
  const others = store.users.filter(({ id }) => id !== own);
  const isTaken = others.some(
    ({ userName, emails }) =>
      userName.toLowerCase() === attributes.userName.toLowerCase() ||
      (address !== undefined && emails?.[0]?.value.toLowerCase() === address),
  );
  if (isTaken) throw new ScimError('ConflictException', 'A user with this userName or e-mail address already exists.');
}
