import { type JsonObject, without } from '../../graph/json';
import type { IdentityStore } from '../identity-store';
import { GroupAttributes, type IdentityGroup } from '../resources';
import { type Comparison, parseFilter } from './filter';
import { applyOperation, invalid, memberIds, parsed, parsePatch, type PatchOperation } from './patch';
import { ScimError } from './scim-error';

/** Filters of 'ListGroups'. */
const COMBINATIONS = ['displayName', 'externalId', 'id', 'id members'].map((names) => names.toLowerCase());

/** "A maximum of 100 membership changes are allowed in a single request" ('PatchGroup'). */
const MOST_CHANGES = 100;

/** A group as the endpoint shows it: "an empty member list" ('ListGroups'). */
export function shownGroup({ id, created, lastModified, displayName, externalId }: IdentityGroup): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    id,
    ...(externalId !== undefined && { externalId }),
    displayName,
    members: [],
    meta: { resourceType: 'Group', created, lastModified },
  };
}

/** @throws ScimError 400 */
export function listGroups(store: IdentityStore, filter: string | undefined): readonly IdentityGroup[] {
  if (filter === undefined) return store.groups;
  const comparisons = parseFilter(filter, COMBINATIONS);
  return store.groups.filter((group) => comparisons.every((comparison) => fits(group, comparison)));
}

function fits(group: IdentityGroup, { attribute, value }: Comparison): boolean {
  switch (attribute) {
    case 'displayname':
      return group.displayName.toLowerCase() === value.toLowerCase();
    case 'externalid':
      return group.externalId === value;
    case 'members':
      return group.members.includes(value);
    default:
      return group.id === value;
  }
}

/** @throws ScimError 404 */
export function groupOf(store: IdentityStore, id: string): IdentityGroup {
  const group = store.findGroup(id);
  if (group === undefined) throw new ScimError('ResourceNotFoundException', `There is no group '${id}'.`);
  return group;
}

/** @throws ScimError 400, 404 or 409 */
export function createGroup(store: IdentityStore, body: JsonObject): IdentityGroup {
  const attributes = parsed(GroupAttributes, without(body, 'schemas', 'meta', 'members'));
  const members = knownMembers(store, body['members'] === undefined ? [] : memberIds(body['members']));
  refuseTaken(store, attributes);
  return store.addGroup({ ...attributes, members });
}

/** @throws ScimError 400, 404 or 409 */
export function patchGroup(store: IdentityStore, id: string, body: unknown): void {
  const group = groupOf(store, id);
  const operations = parsePatch(body);
  const onMembers = operations.filter(isOnMembers);
  const attributes = operations
    .filter((operation) => !isOnMembers(operation))
    .reduce<JsonObject>(applyOperation, {
      displayName: group.displayName,
      ...(group.externalId !== undefined && { externalId: group.externalId }),
    });
  // The example of 'PatchGroup' repeats the id among the values.
  const changed = parsed(GroupAttributes, without(attributes, 'id'));
  refuseTaken(store, changed, id);
  const members = changedMembers(store, group.members, onMembers);
  store.putGroup({ ...group, ...changed, members });
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
  const unknown = ids.find((id) => store.findUser(id) === undefined);
  if (unknown === undefined) return ids;
  throw new ScimError('ResourceNotFoundException', `There is no user '${unknown}'.`);
}

/** @throws ScimError 409 */
function refuseTaken(store: IdentityStore, { displayName }: { readonly displayName: string }, own?: string): void {
  const other = store.findGroupByName(displayName);
  if (other !== undefined && other.id !== own) {
    throw new ScimError('ConflictException', `A group '${displayName}' already exists.`);
  }
}
