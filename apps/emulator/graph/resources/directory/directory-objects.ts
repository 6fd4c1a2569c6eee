import type { Directory, Relation } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import { findText, isList, type Json, type JsonObject, publicPart } from '../../json';
import type { Collection, Entity } from '../../store/store';

/** Collections whose objects are directory objects: they have ids of one space and may refer to each other. */
export const DIRECTORY_OBJECTS: readonly (readonly [Collection, string])[] = [
  ['servicePrincipals', 'servicePrincipal'],
  ['groups', 'group'],
  ['users', 'user'],
  ['applications', 'application'],
  ['claimsMappingPolicies', 'claimsMappingPolicy'],
];

export interface TypedEntity {
  /** Graph's name without namespace. */
  readonly type: string;
  readonly collection: Collection;
  readonly entity: Entity;
}

function findDirectoryObject(directory: Directory, id: string): TypedEntity | undefined {
  for (const [collection, type] of DIRECTORY_OBJECTS) {
    const entity = directory.find(collection, id);
    if (entity !== undefined) return { collection, type, entity };
  }
  return undefined;
}

/** @throws GraphError 404 */
export function getDirectoryObject(directory: Directory, id: string): TypedEntity {
  const found = findDirectoryObject(directory, id);
  if (found === undefined) throw notFound(id);
  directory.get(found.collection, id);
  return found;
}

/** An object as lists of mixed ones show it: with its type, and without what only `/beta` shows of it. */
export function typedView(directory: Directory, { type, entity }: Pick<TypedEntity, 'type' | 'entity'>): JsonObject {
  return { '@odata.type': `#microsoft.graph.${type}`, ...publicPart(directory.view(entity, type)) };
}

export function linkedObjects(directory: Directory, ids: readonly string[]): readonly JsonObject[] {
  return ids.flatMap((id) => {
    const found = findDirectoryObject(directory, id);
    return found === undefined ? [] : [typedView(directory, found)];
  });
}

export function ownersOf(directory: Directory, entity: Entity): Json {
  return linkedObjects(directory, directory.readLinks(entity.id, 'owners'));
}

/** The id in `{"@odata.id": "https://…/directoryObjects/{id}"}`. @throws GraphError 400 */
export function referenceIn(body: JsonObject): string {
  const id = findText(body, '@odata.id');
  if (id === undefined) throw badRequest("The property '@odata.id' with the URL of an object is missing.");
  return idInUrl(id);
}

function idInUrl(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return decodeURIComponent(path.split('/').findLast((segment) => segment !== '') ?? '');
}

/** Microsoft Graph, 'Create group' and 'Add members'. */
const MOST_BOUND = 20;

/** Ids of `owners@odata.bind`, each of which exists. @throws GraphError 400 or 404 */
export function boundIds(directory: Directory, body: JsonObject, relation: Relation): readonly string[] {
  const bound = body[`${relation}@odata.bind`] ?? [];
  if (!isList(bound)) throw badRequest(`The value of '${relation}@odata.bind' must be a list of URLs.`);
  if (bound.length > MOST_BOUND)
    throw badRequest(`'${relation}@odata.bind' can have at most ${MOST_BOUND} references.`);
  return bound.map((url) => getTarget(directory, relation, idInUrl(typeof url === 'string' ? url : '')).entity.id);
}

/** Types that a relation may refer to. */
const TARGETS: Readonly<Partial<Record<Relation, readonly string[]>>> = {
  owners: ['user', 'servicePrincipal'],
  members: ['user', 'servicePrincipal', 'group'],
  claimsMappingPolicies: ['claimsMappingPolicy'],
};

/** An object that a relation may refer to. @throws GraphError 404, 400 for one of another type */
export function getTarget(directory: Directory, relation: Relation, id: string): TypedEntity {
  const found = getDirectoryObject(directory, id);
  if (TARGETS[relation]?.includes(found.type) === true) return found;
  throw badRequest(`Invalid object type '${found.type}' specified for reference property '${relation}'.`);
}
