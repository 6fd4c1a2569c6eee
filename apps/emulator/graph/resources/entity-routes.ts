import type { EntityType } from '../directory/entity-type';
import type { Directory } from '../directory/directory';
import type { Context, Permission, Reply, Route, Version } from '../http/context';
import { param } from '../http/context';
import { countReply, createdReply, entityReply, listReply, noContent } from '../http/reply';
import type { JsonObject } from '../json';
import type { Entity } from '../store/store';

export interface EntityOperations {
  readonly type: EntityType;
  readonly path: string;
  /** @default both */
  readonly version?: Version;
  readonly read: Permission;
  readonly write: Permission;
  /** @default `write` */
  readonly createPermission?: Permission;
  readonly create: (context: Context) => Entity;
  readonly update: (directory: Directory, id: string, body: JsonObject) => Entity;
  readonly remove: (directory: Directory, id: string) => void;
  /** The id that a key in the path stands for. @default the key */
  readonly idOf?: (directory: Directory, key: string) => string;
  /** What a PATCH answers. @default 204 */
  readonly updated?: (context: Context, entity: Entity) => Reply;
}

/** List, create, read, change and delete, as every entity set of Graph has them. */
export function entityRoutes(operations: EntityOperations): readonly Route[] {
  const version = operations.version === undefined ? {} : { version: operations.version };
  const routes = [...setRoutes(operations), ...objectRoutes(operations)];
  return routes.map((route) => ({ ...version, ...route }));
}

function setRoutes({ type, path, read, write, createPermission = write, create }: EntityOperations): readonly Route[] {
  const list = ({ directory }: Context): readonly Entity[] => directory.list(type.collection);
  return [
    { method: 'GET', path, permission: read, query: 'list', handle: (c) => listReply(c, type, list(c)) },
    {
      method: 'GET',
      path: `${path}/$count`,
      permission: read,
      query: 'list',
      handle: (c) => countReply(c, type, list(c)),
    },
    { method: 'POST', path, permission: createPermission, handle: (c) => createdReply(c, type, create(c)) },
  ];
}

function objectRoutes(operations: EntityOperations): readonly Route[] {
  const { type, read, write, update, remove, updated } = operations;
  const path = `${operations.path}/{id}`;
  const keyOf = (c: Context): string => operations.idOf?.(c.directory, param(c, 'id')) ?? param(c, 'id');
  return [
    {
      method: 'GET',
      path,
      permission: read,
      query: 'entity',
      handle: (c) => entityReply(c, type, c.directory.read(type.collection, keyOf(c))),
    },
    {
      method: 'PATCH',
      path,
      permission: write,
      handle: (c) => {
        const entity = update(c.directory, keyOf(c), c.body);
        return updated?.(c, entity) ?? noContent;
      },
    },
    {
      method: 'DELETE',
      path,
      permission: write,
      handle: (c) => {
        remove(c.directory, keyOf(c));
        return noContent;
      },
    },
  ];
}
