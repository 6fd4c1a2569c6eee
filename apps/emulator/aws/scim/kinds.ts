import { type JsonObject, without } from '../../graph/json';
import type { IdentityStore, Resources } from '../identity-store';
import {
  type Dated,
  ENTERPRISE,
  GroupAttributes,
  type GroupDraft,
  type IdentityUser,
  UserAttributes,
  type UserDraft,
} from '../resources';
import {
  applyOperation,
  invalid,
  memberIds,
  parsed,
  parsePatch,
  parsePath,
  type PatchOperation,
  ScimError,
} from './patch';

/** "A maximum of 100 membership changes are allowed in a single request" ('PatchGroup'). */
const MOST_CHANGES = 100;

/** Users or groups, as the endpoint has them. */
export interface Kind<Attributes extends object> {
  readonly type: 'User' | 'Group';
  readonly in: (store: IdentityStore) => Resources<Attributes>;
  /** Sets of attributes that a filter may name, sorted, in lower case ('ListUsers', 'ListGroups'). */
  readonly filters: readonly string[];
  /** Tests of a filter by the attribute. */
  readonly tests: Readonly<
    Record<string, (resource: Attributes & Dated, value: string, store: IdentityStore) => boolean>
  >;
  /** Those of extensions are shown where a resource has them. */
  readonly schemas: readonly string[];
  /** Values that every answer shows in place of its own. */
  readonly hidden: JsonObject;
  /** @throws ScimError 400, 404 or 409 */
  readonly create: (store: IdentityStore, body: JsonObject) => Attributes & Dated;
  readonly remove: (store: IdentityStore, id: string) => void;
}

export const USERS: Kind<UserDraft> = {
  type: 'User',
  in: ({ users }) => users,
  filters: ['username', 'externalid', 'id', 'id manager', 'groups.value'],
  tests: {
    username: ({ userName }, value) => isSame(userName, value),
    externalid: ({ externalId }, value) => externalId === value,
    id: ({ id }, value) => id === value,
    manager: (user, value) => user[ENTERPRISE]?.manager?.value === value,
    'groups.value': (user, value, store) => store.groupsOf(user.id).some(({ id }) => id === value),
  },
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
  hidden: {},
  create: (store, body) => store.users.add(userIn(store, body)),
  remove: (store, id) => {
    store.removeUser(id);
  },
};

export const GROUPS: Kind<GroupDraft> = {
  type: 'Group',
  in: ({ groups }) => groups,
  filters: ['displayname', 'externalid', 'id', 'id members'],
  tests: {
    displayname: ({ displayName }, value) => isSame(displayName, value),
    externalid: ({ externalId }, value) => externalId === value,
    id: ({ id }, value) => id === value,
    members: ({ members }, value) => members.includes(value),
  },
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  // "An empty member list" ('ListGroups').
  hidden: { members: [] },
  create: (store, body) => {
    const attributes = parsed(GroupAttributes, without(body, 'schemas', 'meta', 'members'));
    const members = knownMembers(store, body['members'] === undefined ? [] : memberIds(body['members']));
    refuseTakenName(store, attributes);
    return store.groups.add({ ...attributes, members });
  },
  remove: (store, id) => {
    store.groups.remove(id);
  },
};

/** A resource as the endpoint shows it. */
export function shown<Attributes extends object>(kind: Kind<Attributes>, resource: Attributes & Dated): object {
  const { created, lastModified } = resource;
  return {
    schemas: kind.schemas.filter((schema) => schema !== ENTERPRISE || schema in resource),
    ...without(asJson(resource), 'created', 'lastModified'),
    ...kind.hidden,
    meta: { resourceType: kind.type, created, lastModified },
  };
}

const COMPARISON = /^(?<attribute>[A-Za-z][\w.]*) eq (?<value>"(?:[^"\\]|\\.)*")$/i;

/**
 * Resources that pass a filter: `eq`, and `and` between two ('Limitations from SCIM specification', filter limitations).
 *
 * @throws ScimError 400
 */
export function list<Attributes extends object>(
  kind: Kind<Attributes>,
  store: IdentityStore,
  filter: string | null,
): readonly (Attributes & Dated)[] {
  if (filter === null) return kind.in(store).all;
  const comparisons = filter.split(/ and /i).map((part) => {
    const { attribute, value } = COMPARISON.exec(part.trim())?.groups ?? {};
    if (attribute === undefined || value === undefined) {
      throw new ScimError('ValidationException', `The filter must be <attribute> eq "<value>", got '${filter}'.`);
    }
    return { attribute: attribute.toLowerCase(), value: textIn(value) };
  });
  const named = comparisons.map(({ attribute }) => attribute).toSorted();
  if (!kind.filters.includes(named.join(' '))) {
    throw new ScimError('ValidationException', `A filter of ${named.join(' and ')} is not supported.`);
  }
  const passes = (resource: Attributes & Dated): boolean =>
    comparisons.every(({ attribute, value }) => kind.tests[attribute]?.(resource, value, store) === true);
  return kind.in(store).all.filter(passes);
}

function textIn(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new ScimError('ValidationException', `${quoted} is not a JSON string.`);
  }
}

/** @throws ScimError 404 */
export function get<Attributes extends object>(
  kind: Kind<Attributes>,
  store: IdentityStore,
  id: string,
): Attributes & Dated {
  const found = kind.in(store).find(id);
  if (found !== undefined) return found;
  throw new ScimError('ResourceNotFoundException', `There is no ${kind.type.toLowerCase()} '${id}'.`);
}

/** @throws ScimError 400, 404 or 409 */
export function replaceUser(store: IdentityStore, id: string, body: JsonObject): IdentityUser {
  const { created, lastModified } = get(USERS, store, id);
  return store.users.put({ ...userIn(store, body, id), id, created, lastModified });
}

/** @throws ScimError 400, 404 or 409 */
export function patchUser(store: IdentityStore, id: string, body: unknown): IdentityUser {
  const current = get(USERS, store, id);
  const operations = parsePatch(body);
  refuseTwice(operations);
  const attributes = without(asJson(current), 'id', 'created', 'lastModified');
  return replaceUser(store, id, operations.reduce<JsonObject>(applyOperation, attributes));
}

function asJson(resource: object): JsonObject {
  return JSON.parse(JSON.stringify(resource)) as JsonObject;
}

/** Attributes of which one request may change each once, and which can't be removed ('PatchUser'). */
const ONCE = ['username', 'active'];

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

/** The user in a body. @throws ScimError 400, 409: user names are unique, and so are e-mail addresses */
function userIn(store: IdentityStore, body: JsonObject, own?: string): UserDraft {
  const user = parsed(UserAttributes, without(body, 'schemas', 'meta'));
  const address = addressOf(user);
  const isTaken = store.users.all.some(
    (other) =>
      other.id !== own &&
      (isSame(other.userName, user.userName) || (address !== undefined && addressOf(other) === address)),
  );
  if (!isTaken) return user;
  throw new ScimError('ConflictException', 'A user with this userName or e-mail address already exists.');
}

function addressOf({ emails }: UserDraft): string | undefined {
  return emails?.[0]?.value.toLowerCase();
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** @throws ScimError 400, 404 or 409 */
export function patchGroup(store: IdentityStore, id: string, body: unknown): void {
  const group = get(GROUPS, store, id);
  const operations = parsePatch(body);
  const onMembers = operations.filter(isOnMembers);
  const attributes = operations
    .filter((operation) => !isOnMembers(operation))
    .reduce<JsonObject>(applyOperation, without(asJson(group), 'id', 'created', 'lastModified', 'members'));
  // The example of 'PatchGroup' repeats the id among the values.
  const changed = parsed(GroupAttributes, without(attributes, 'id'));
  refuseTakenName(store, changed, id);
  store.groups.put({ ...group, ...changed, members: changedMembers(store, group.members, onMembers) });
}

function isOnMembers({ path = '' }: PatchOperation): boolean {
  return /^members(?:\[|$)/i.test(path);
}

function changedMembers(
  store: IdentityStore,
  members: readonly string[],
  operations: readonly PatchOperation[],
): readonly string[] {
  const changes = operations.map((operation) => ({ op: operation.op, ids: idsIn(operation) }));
  const count = changes.flatMap(({ ids }) => ids).length;
  if (count > MOST_CHANGES) throw invalid(`${count} memberships are changed, ${MOST_CHANGES} are allowed.`);
  knownMembers(
    store,
    changes.flatMap(({ op, ids }) => (op === 'add' ? ids : [])),
  );
  return changes.reduce<readonly string[]>(
    (kept, { op, ids }) =>
      op === 'add' ? [...new Set([...kept, ...ids])] : kept.filter((member) => !ids.includes(member)),
    members,
  );
}

/** "If you attempt to replace or remove all group memberships […] the result will be a ValidationException" ('PatchGroup'). */
function idsIn({ op, path = '', value }: PatchOperation): readonly string[] {
  const selected = /^members\[value eq "(?<id>[^"]+)"\]$/i.exec(path)?.groups?.['id'];
  if (op === 'remove' && selected !== undefined) return [selected];
  if (op === 'replace' || value === undefined) throw invalid(`${op} of all members is not supported.`);
  return memberIds(value);
}

/** @throws ScimError 404 for an id that no user has */
function knownMembers(store: IdentityStore, ids: readonly string[]): readonly string[] {
  if (ids.length > MOST_CHANGES) throw invalid(`${ids.length} members are given, ${MOST_CHANGES} are allowed.`);
  const unknown = ids.find((id) => store.users.find(id) === undefined);
  if (unknown === undefined) return ids;
  throw new ScimError('ResourceNotFoundException', `There is no user '${unknown}'.`);
}

/** @throws ScimError 409 */
function refuseTakenName(store: IdentityStore, { displayName }: { readonly displayName: string }, own?: string): void {
  const other = store.groups.findByName(displayName);
  if (other !== undefined && other.id !== own) {
    throw new ScimError('ConflictException', `A group '${displayName}' already exists.`);
  }
}
