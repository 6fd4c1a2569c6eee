import { patchEntity } from '../directory/apply-body';
import type { EntityType } from '../directory/entity-type';
import type { Directory } from '../directory/directory';
import type { Context, Reply, Route } from '../http/context';
import { param } from '../http/context';
import { countReply, createdReply, entityReply, listReply, noContent } from '../http/reply';
import type { Shared } from '../http/routes';
import { makersOf } from '../http/routes';
import type { JsonObject } from '../json';
import type { Entity } from '../store/store';

export interface EntityOperations extends Shared {
  readonly type: EntityType;
  readonly create: (context: Context) => Entity;
  /** @default the object as the body changes it, checked */
  readonly update?: (directory: Directory, id: string, body: JsonObject) => Entity;
  /** Refuses a changed object. @default never */
  readonly check?: (directory: Directory, entity: Entity) => void;
  /** @default the object and what refers to it */
  readonly remove?: (directory: Directory, id: string) => void;
  /** The id that a key in the path stands for. @default the key */
  readonly idOf?: (directory: Directory, key: string) => string;
  /** The object as the caller may read it. @default whole */
  readonly seen?: (context: Context, entity: Entity) => Entity;
  /** The answer to a PATCH. @default 204 */
  readonly updated?: (context: Context, entity: Entity) => Reply;
}

/** List, create, read, change and delete, as every entity set of Graph has them. */
export function entityRoutes(operations: EntityOperations): readonly Route[] {
  const { type, create, updated, idOf } = operations;
  const seen = (c: Context, entity: Entity): Entity => operations.seen?.(c, entity) ?? entity;
  const { update = updater(operations), remove = remover(type) } = operations;
  const { get, answer, change } = makersOf(operations);
  const [path, one] = [`/${type.set}`, `/${type.set}/{id}`];
  const list = (c: Context): readonly Entity[] => c.directory.list(type.collection).map((entity) => seen(c, entity));
  const keyOf = (c: Context): string => idOf?.(c.directory, param(c, 'id')) ?? param(c, 'id');
  return [
    get(path, (c) => listReply(c, type, list(c)), 'list'),
    get(`${path}/$count`, (c) => countReply(c, type, list(c)), 'list'),
    answer('POST', path, (c) => createdReply(c, type, create(c))),
    get(one, (c) => entityReply(c, type, seen(c, c.directory.read(type.collection, keyOf(c)))), 'entity'),
    answer('PATCH', one, (c) => {
      const entity = update(c.directory, keyOf(c), c.body);
      return updated?.(c, entity) ?? noContent;
    }),
    change('DELETE', one, (c) => {
      remove(c.directory, keyOf(c));
    }),
  ];
}

function updater({ type, check }: EntityOperations): NonNullable<EntityOperations['update']> {
  return (directory, id, body) => {
    const entity = patchEntity(type, directory.get(type.collection, id), body);
    check?.(directory, entity);
    return directory.put(type.collection, entity);
  };
}

function remover({ collection }: EntityType): NonNullable<EntityOperations['remove']> {
  return (directory, key) => {
    const { id } = directory.get(collection, key);
    directory.unlinkEverywhere(id);
    directory.remove(collection, id);
  };
}
