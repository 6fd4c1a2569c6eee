import { StateError } from '../../../base/state';
import type { Directory } from '../../directory/directory';
import { notFound } from '../../graph-error';
import type { Json, JsonObject } from '../../json';
import { isObject, objectOf, objectsOf, textOf, textsOf } from '../../json';
import type { Collection, Entity } from '../../store/store';
import { DIRECTORY_OBJECTS } from './directory-objects';

/** Objects that are in the bin for longer are gone for good. */
const DAYS_IN_BIN = 30;

/** The service keeps far more; here the bin must not grow for as long as a test runs. */
const MOST_IN_BIN = 500;

/** Objects that have no meaning without the one that a property of theirs names. */
const DEPENDENTS: readonly (readonly [Collection, readonly string[]])[] = [
  ['oauth2PermissionGrants', ['clientId', 'resourceId', 'principalId']],
  ['appRoleAssignments', ['principalId', 'resourceId']],
  ['synchronizationJobs', ['_servicePrincipalId']],
  ['synchronizationSecrets', ['id']],
];

export interface Deletion {
  readonly collection: Collection;
  readonly entity: Entity;
  /** Service principals that go, and come back, with their application. */
  readonly with?: readonly Entity[];
}

/** Deletes an object so that it can be restored for 30 days. */
export function moveToBin(directory: Directory, deletion: Deletion): void {
  const companions = deletion.with ?? [];
  directory.put('deletedItems', {
    id: deletion.entity.id,
    collection: deletion.collection,
    entity: { ...deletion.entity, deletedDateTime: directory.now() },
    owners: directory.links(deletion.entity.id, 'owners'),
    companions: companions.map((companion) => ({ entity: companion, owners: directory.links(companion.id, 'owners') })),
  });
  for (const companion of companions) removeForGood(directory, 'servicePrincipals', companion.id);
  removeForGood(directory, deletion.collection, deletion.entity.id);
  dropOldest(directory);
}

export function removeForGood(directory: Directory, collection: Collection, id: string): void {
  removeWhatRefersTo(directory, id);
  directory.remove(collection, id);
}

/** Removes grants, assignments, jobs and references of an object that is about to go. */
function removeWhatRefersTo(directory: Directory, id: string): void {
  for (const [collection, properties] of DEPENDENTS) {
    for (const dependent of directory.all(collection)) {
      if (properties.some((property) => dependent[property] === id)) directory.remove(collection, dependent.id);
    }
  }
  directory.unlinkEverywhere(id);
}

/** The objects in the bin, the oldest first. */
export function listBin(directory: Directory): readonly Entity[] {
  const oldest = directory.clock().getTime() - DAYS_IN_BIN * 86_400_000;
  return directory.all('deletedItems').filter((item) => deletedAt(item) >= oldest);
}

/** @throws GraphError 404 */
export function getFromBin(directory: Directory, id: string): Entity {
  const item = listBin(directory).find((candidate) => candidate.id === id);
  if (item === undefined) throw notFound(id);
  return item;
}

/** Collection and type of an object in the bin. @throws StateError for what this version does not put there */
export function kindOf(item: Entity): readonly [Collection, string] {
  const kind = DIRECTORY_OBJECTS.find(([collection]) => collection === item['collection']);
  if (kind !== undefined) return kind;
  const problem = `'${textOf(item, 'collection')}' has no bin; restore the folder, or use another`;
  throw new StateError(`deletedItems in the data folder: ${problem}`);
}

export function deletedEntity(item: Entity): Entity {
  return { ...objectOf(item, 'entity'), id: item.id };
}

/** @throws GraphError 404 */
export function restore(directory: Directory, id: string): Entity {
  const item = getFromBin(directory, id);
  const entity = { ...deletedEntity(item), deletedDateTime: null };
  directory.remove('deletedItems', id);
  putBack(directory, kindOf(item)[0], { entity, owners: textsOf(item, 'owners') });
  for (const companion of objectsOf(item, 'companions')) {
    if (isEntity(companion['entity'])) {
      putBack(directory, 'servicePrincipals', { entity: companion['entity'], owners: textsOf(companion, 'owners') });
    }
  }
  return entity;
}

function putBack(
  directory: Directory,
  collection: Collection,
  { entity, owners }: { readonly entity: Entity; readonly owners: readonly string[] },
): void {
  directory.put(collection, entity);
  directory.setLinks(entity.id, 'owners', owners);
}

function isEntity(value: Json | undefined): value is Entity {
  return isObject(value) && typeof value['id'] === 'string';
}

function deletedAt(item: JsonObject): number {
  return Date.parse(textOf(objectOf(item, 'entity'), 'deletedDateTime'));
}

function dropOldest(directory: Directory): void {
  const items = directory.all('deletedItems');
  for (const item of items.slice(0, Math.max(0, items.length - MOST_IN_BIN))) directory.remove('deletedItems', item.id);
}
