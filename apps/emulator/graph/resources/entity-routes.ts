import { isDescribed, saidType } from '../described/described';
import type { Directory, EntityType } from '../directory/directory';
import { createEntity, getObject, listObjects, patchEntity } from '../directory/objects';
import { badRequest, notFound } from '../graph-error';
import { type Context, makersOf, noContent, param, type Reply, type Route, type Shared } from '../context';
import { countReply, createdReply, entityReply, listReply } from '../http/reply';
import { type JsonObject, objectsOf, textOf } from '../json';
import type { Collection, Entity } from '../store/store';
import { boundIds } from './directory/directory-objects';

const ALL = ['list', 'read', 'create', 'update', 'delete'] as const;

/** Answers to requests about objects of a type. */
type Action = (typeof ALL)[number];

export interface EntityOperations extends Shared {
  readonly type: EntityType;
  /** The object that the objects are below. @default none: they are a set of Graph's own */
  readonly within?: Within;
  /** Name of the id in the path. @default id */
  readonly key?: string;
  /** @default all */
  readonly actions?: readonly Action[];
  readonly create?: (context: Context) => Entity;
  /** @default the object as the body changes it, checked */
  readonly update?: (directory: Directory, change: Change) => Entity;
  /** @default the object and what refers to it */
  readonly remove?: (directory: Directory, entity: Entity) => void;
  /** The object as a reader sees it. */
  readonly read?: (context: Context, id: string) => Entity;
  /** The object as the caller may read it. @default whole */
  readonly seen?: (context: Context, entity: Entity) => Entity;
  /** The answer to a PATCH. @default 204 */
  readonly updated?: (context: Context, entity: Entity) => Reply;
}

/** Objects of which a property has the id of another one: `/groups/{id}/appRoleAssignments`. */
interface Within {
  readonly collection: Collection;
  /** Below the other object. */
  readonly path: string;
  readonly property: string;
}

/** List, create, read, change and delete, as every entity set of Graph has them. */
export function entityRoutes(operations: EntityOperations): readonly Route[] {
  const { type, within, actions = ALL, update, updated, key = 'id' } = operations;
  const made = operations.create ?? ((c: Context) => create(c.directory, type, { body: c.body }));
  const { remove = removeEntity.bind(undefined, type) } = operations;
  const { get, answer, change: changing } = makersOf(operations);
  const path = within === undefined ? `/${type.set}` : `/${within.collection}/{id}/${within.path}`;
  const list = (c: Context): readonly Entity[] => listed(operations, c);
  const found = (c: Context): Entity => ownObject(operations, c, param(c, key));
  const routes: Readonly<Record<Action, readonly Route[]>> = {
    list: [
      get(path, (c) => listReply(c, type, list(c)), 'list'),
      get(`${path}/$count`, (c) => countReply(c, type, list(c)), 'list'),
    ],
    read: [get(`${path}/{${key}}`, (c) => entityReply(c, type, readObject(operations, c, param(c, key))), 'entity')],
    create: [answer('POST', path, (c) => createdReply(c, type, made(c)))],
    update: [
      answer('PATCH', `${path}/{${key}}`, (c) => {
        const asked = { id: found(c).id, body: c.body };
        const entity = update?.(c.directory, asked) ?? change(c.directory, type, asked);
        return updated?.(c, entity) ?? noContent;
      }),
    ],
    delete: [
      changing('DELETE', `${path}/{${key}}`, (c) => {
        remove(c.directory, found(c));
      }),
    ],
  };
  return actions.flatMap((action) => routes[action]);
}

function listed({ type, within, seen }: EntityOperations, c: Context): readonly Entity[] {
  if (within !== undefined) c.directory.read(within.collection, param(c, 'id'));
  return listObjects(c.directory, type)
    .filter((entity) => isInVersion(c, entity) && (within === undefined || entity[within.property] === param(c, 'id')))
    .map((entity) => seen?.(c, entity) ?? entity);
}

/** Beta has more kinds of a type than v1.0. */
function isInVersion({ version }: Context, entity: Entity): boolean {
  const kind = saidType(entity);
  return kind === '' || isDescribed(version, kind);
}

function readObject({ type, within, read, seen }: EntityOperations, c: Context, id: string): Entity {
  const key = type.builtIn === undefined ? id : getObject(c.directory, type, id).id;
  const builtIn = type.builtIn?.find((one) => one.id === key);
  const entity = builtIn ?? read?.(c, key) ?? c.directory.read(type.collection, key);
  if (within !== undefined && entity[within.property] !== param(c, 'id')) throw notFound(id);
  return seen?.(c, entity) ?? entity;
}

/** An object that a request changes. @throws GraphError 404, 400 for one of the service itself */
function ownObject({ type, within }: EntityOperations, { directory, params }: Context, id: string): Entity {
  const key = type.builtIn === undefined ? id : getObject(directory, type, id).id;
  if (type.builtIn?.some((one) => one.id === key) === true)
    throw badRequest(`'${key}' is built in and cannot be changed or deleted.`);
  const entity = directory.get(type.collection, key);
  if (within !== undefined && entity[within.property] !== params['id']) throw notFound(id);
  return entity;
}

/** A new object. */
export interface Creation {
  readonly body: JsonObject;
  /** Properties that the service sets. @default a new id */
  readonly given?: JsonObject;
  /** Owners besides those in the body. */
  readonly owner?: string | undefined;
}

/** A new object with the references in its body. @throws GraphError where Graph refuses it */
export function create(directory: Directory, type: EntityType, { body, given, owner }: Creation): Entity {
  const links = (type.binds ?? []).map((relation) => [relation, boundIds(directory, body, relation)] as const);
  const entity = createEntity(type, body, { id: directory.newId(), ...given });
  const made = entity['createdDateTime'] === null ? { ...entity, createdDateTime: directory.now() } : entity;
  type.check?.(directory, made, undefined);
  directory.put(type.collection, made);
  for (const [relation, ids] of links) {
    const owners = relation === 'owners' && owner !== undefined ? [owner] : [];
    directory.setLinks(made.id, relation, [...new Set([...ids, ...owners])]);
  }
  return made;
}

/** A change of an object. */
export interface Change {
  readonly id: string;
  readonly body: JsonObject;
  /** Properties that the service sets. @default none */
  readonly given?: JsonObject;
}

/** The object as a body changes it. @throws GraphError where Graph refuses it */
export function change(directory: Directory, type: EntityType, { id, body, given }: Change): Entity {
  const before = directory.get(type.collection, id);
  const entity = { ...patchEntity(type, before, body), ...given };
  type.check?.(directory, entity, before);
  return directory.put(type.collection, entity);
}

function removeEntity({ collection }: EntityType, directory: Directory, { id }: Entity): void {
  directory.unlinkEverywhere(id);
  directory.remove(collection, id);
}

/** Objects that are kept inside another one, and come and go with it. */
export interface ContainedOperations extends Shared {
  /** Its collection is that of the other object. */
  readonly type: EntityType;
  /** `/applications/{id}/federatedIdentityCredentials` */
  readonly path: string;
  /** Name of the id in the path. */
  readonly key: string;
  /** Property of the other object that holds them. */
  readonly property: string;
  /** Properties that name one in a path. @default id */
  readonly names?: readonly string[];
  /** @default all */
  readonly actions?: readonly Action[];
  /** Properties that the service sets of a new one. @default a new id */
  readonly given?: (context: Context) => JsonObject & { readonly id: string };
  /** Refuses all of them together. @throws GraphError */
  readonly check?: (items: readonly Entity[]) => void;
}

export function containedRoutes(operations: ContainedOperations): readonly Route[] {
  const { type, path, key, property, actions = ALL, given } = operations;
  const { get, answer, change: changing } = makersOf(operations);
  const items = (c: Context): readonly Entity[] => itemsOf(c.directory.read(type.collection, param(c, 'id')), property);
  const routes: Readonly<Record<Action, Route>> = {
    list: get(path, (c) => listReply(c, type, items(c)), 'list'),
    read: get(`${path}/{${key}}`, (c) => entityReply(c, type, named(operations, c, items(c))), 'entity'),
    create: answer('POST', path, (c) => {
      c.directory.get(type.collection, param(c, 'id'));
      const made = createEntity(type, c.body, given?.(c) ?? { id: c.directory.newId() });
      type.check?.(c.directory, made, undefined);
      save(operations, c, (known) => [...known, made]);
      return createdReply(c, type, made);
    }),
    update: changing('PATCH', `${path}/{${key}}`, (c) => {
      save(operations, c, (known) => {
        const before = named(operations, c, known);
        const after = patchEntity(type, before, c.body);
        type.check?.(c.directory, after, before);
        return known.map((item) => (item === before ? after : item));
      });
    }),
    delete: changing('DELETE', `${path}/{${key}}`, (c) => {
      save(operations, c, (known) => {
        const removed = named(operations, c, known);
        return known.filter((item) => item !== removed);
      });
    }),
  };
  return actions.map((action) => routes[action]);
}

/** The object that a path names. @throws GraphError 404 */
function named({ key, names = ['id'] }: ContainedOperations, c: Context, items: readonly Entity[]): Entity {
  const wanted = param(c, key).toLowerCase();
  const found = items.find((item) => names.some((name) => textOf(item, name).toLowerCase() === wanted));
  if (found === undefined) throw notFound(param(c, key));
  return found;
}

function save(
  { type, property, check }: ContainedOperations,
  c: Context,
  changed: (items: readonly Entity[]) => readonly Entity[],
): void {
  const parent = c.directory.get(type.collection, param(c, 'id'));
  const items = changed(itemsOf(parent, property));
  check?.(items);
  c.directory.put(type.collection, { ...parent, [property]: items });
}

/** Objects inside another one. */
export function itemsOf(parent: JsonObject, property: string): readonly Entity[] {
  return objectsOf(parent, property).map((item) => ({ ...item, id: textOf(item, 'id') }));
}
