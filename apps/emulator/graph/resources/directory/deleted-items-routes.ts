import type { Directory } from '../../directory/directory';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import type { Entity } from '../../store/store';
import { deletedEntity, getFromBin, kindOf, listBin, restore } from './deleted-items-service';
import { DIRECTORY_OBJECTS, typedView } from './directory-objects';

const { get, answer, change } = makersOf();
const PATH = '/directory/deletedItems';

export const deletedItemsRoutes: readonly Route[] = [
  ...DIRECTORY_OBJECTS.filter(([, type]) => type !== 'claimsMappingPolicy').map(([collection, type]) =>
    get(`${PATH}/microsoft.graph.${type}`, (c) => {
      const items = listBin(c.directory).filter((item) => item['collection'] === collection);
      const shown = items.map((item) => binView(c.directory, item, deletedEntity(item)));
      return valuesReply(c, `directory/deletedItems/microsoft.graph.${type}`, shown);
    }),
  ),
  get(`${PATH}/{item}`, (c) => {
    const item = itemOf(c);
    return objectReply(c, 'directoryObjects/$entity', binView(c.directory, item, deletedEntity(item)));
  }),
  answer('POST', `${PATH}/{item}/restore`, (c) => {
    const item = itemOf(c);
    return objectReply(c, 'directoryObjects/$entity', binView(c.directory, item, restore(c.directory, item.id)));
  }),
  change('DELETE', `${PATH}/{item}`, (c) => {
    c.directory.remove('deletedItems', itemOf(c).id);
  }),
];

function itemOf(context: Context): Entity {
  return getFromBin(context.directory, param(context, 'item'));
}

function binView(directory: Directory, item: Entity, entity: Entity): JsonObject {
  return typedView(directory, { type: kindOf(item)[1], entity });
}
