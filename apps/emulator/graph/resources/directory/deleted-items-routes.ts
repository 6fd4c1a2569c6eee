import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { notFound } from '../../graph-error';
import type { Context, Permission, Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Collection, Entity } from '../../store/store';
import { deletedEntity, getFromBin, listBin, restore } from './deleted-items-service';
import { typedView } from './directory-objects';

const { readDirectory } = PERMISSIONS;
/** Whoever manages only what it owns has no say over the bin. */
const managesAll: Permission = { roles: PERMISSIONS.writeApplications.roles };

/** Types of what may be in the bin, by collection. */
const TYPES: Readonly<Partial<Record<Collection, string>>> = {
  applications: 'application',
  servicePrincipals: 'servicePrincipal',
  groups: 'group',
  users: 'user',
};

export const deletedItemsRoutes: readonly Route[] = [
  ...Object.values(TYPES).map((type): Route => ({
    method: 'GET',
    path: `/directory/deletedItems/microsoft.graph.${type}`,
    permission: readDirectory,
    handle: (c) => {
      const items = listBin(c.directory).filter((item) => typeOf(item) === type);
      return valuesReply(
        c,
        `directory/deletedItems/microsoft.graph.${type}`,
        items.map((item) => viewOf(c.directory, item)),
      );
    },
  })),
  {
    method: 'GET',
    path: '/directory/deletedItems/{item}',
    permission: readDirectory,
    handle: (c) => objectReply(c, 'directoryObjects/$entity', viewOf(c.directory, itemOf(c))),
  },
  {
    method: 'POST',
    path: '/directory/deletedItems/{item}/restore',
    permission: managesAll,
    handle: (c) => {
      const item = itemOf(c);
      const entity = restore(c.directory, item.id);
      const view = typedView(c.directory, { type: typeOf(item), collection: collectionOf(item), entity });
      return objectReply(c, 'directoryObjects/$entity', view);
    },
  },
  {
    method: 'DELETE',
    path: '/directory/deletedItems/{item}',
    permission: managesAll,
    handle: (c) => {
      c.directory.remove('deletedItems', itemOf(c).id);
      return noContent;
    },
  },
];

function itemOf(context: Context): Entity {
  return getFromBin(context.directory, param(context, 'item'));
}

function collectionOf(item: Entity): Collection {
  return textOf(item, 'collection') as Collection;
}

function typeOf(item: Entity): string {
  const type = TYPES[collectionOf(item)];
  if (type === undefined) throw notFound(item.id);
  return type;
}

function viewOf(directory: Directory, item: Entity): JsonObject {
  return typedView(directory, { type: typeOf(item), collection: collectionOf(item), entity: deletedEntity(item) });
}
