import { StateError } from '../../../base/state';
import type { Directory } from '../../directory/directory';
import { notFound } from '../../graph-error';
import { type Context, makersOf, param, type Route } from '../../context';
import { mixedListReply, objectReply } from '../../http/reply';
import { type JsonObject, objectOf, textOf, textsOf } from '../../json';
import type { Collection, Entity } from '../../store/store';
import { checkApplication, noBackingApplication, refuseSecondPrincipal } from '../application-rules';
import { DIRECTORY_OBJECTS, typedView } from './directory-objects';

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

const { get, answer, change } = makersOf();
const PATH = '/directory/deletedItems';

export const deletedItemsRoutes: readonly Route[] = [
  ...DIRECTORY_OBJECTS.filter(([, type]) => type !== 'claimsMappingPolicy').map(([collection, type]) =>
    get(
      `${PATH}/microsoft.graph.${type}`,
      (c) => {
        const items = listBin(c.directory).filter((item) => item['collection'] === collection);
        const shown = items.map((item) => binView(c.directory, item, deletedEntity(item)));
        return mixedListReply(c, `directory/deletedItems/microsoft.graph.${type}`, shown);
      },
      'references',
    ),
  ),
  get(`${PATH}/{item}`, (c) => {
    const item = itemOf(c);
    return objectReply(c, 'directoryObjects/$entity', binView(c.directory, item, deletedEntity(item)));
  }),
  answer('POST', `${PATH}/{item}/restore`, (c) => {
    const item = itemOf(c);
    return objectReply(c, 'directoryObjects/$entity', binView(c.directory, item, restore(c.directory, item)));
  }),
  change('DELETE', `${PATH}/{item}`, (c) => {
    c.directory.remove('deletedItems', itemOf(c).id);
  }),
];

/** Deletes an object so that it can be restored for 30 days, with its owners and members. */
export function moveToBin(directory: Directory, collection: Collection, entity: Entity): void {
  const [owners, members] = [directory.links(entity.id, 'owners'), directory.links(entity.id, 'members')];
  const deleted = { ...entity, deletedDateTime: directory.now() };
  directory.put('deletedItems', { id: entity.id, collection, entity: deleted, owners, members });
  for (const [other, properties] of DEPENDENTS)
    for (const dependent of directory.all(other))
      if (properties.some((property) => dependent[property] === entity.id)) directory.remove(other, dependent.id);
  directory.unlinkEverywhere(entity.id);
  directory.remove(collection, entity.id);
  const items = directory.all('deletedItems');
  for (const item of items.slice(0, Math.max(0, items.length - MOST_IN_BIN))) directory.remove('deletedItems', item.id);
}

/** The objects in the bin, the oldest first. */
function listBin(directory: Directory): readonly Entity[] {
  const oldest = directory.clock().getTime() - DAYS_IN_BIN * 86_400_000;
  return directory
    .all('deletedItems')
    .filter((item) => Date.parse(textOf(objectOf(item, 'entity'), 'deletedDateTime')) >= oldest);
}

/** Objects of a collection that are in the bin. */
export function binOf(directory: Directory, collection: Collection): readonly Entity[] {
  return listBin(directory)
    .filter((item) => item['collection'] === collection)
    .map(deletedEntity);
}

/** @throws GraphError 404 */
function itemOf(context: Context): Entity {
  const id = param(context, 'item');
  const item = listBin(context.directory).find((candidate) => candidate.id === id);
  if (item === undefined) throw notFound(id);
  return item;
}

/** Collection and type of an object in the bin. @throws StateError for what this version does not put there */
function kindOf(item: Entity): readonly [Collection, string] {
  const kind = DIRECTORY_OBJECTS.find(([collection]) => collection === item['collection']);
  if (kind !== undefined) return kind;
  const problem = `'${textOf(item, 'collection')}' has no bin; restore the folder, or use another`;
  throw new StateError(`deletedItems in the data folder: ${problem}`);
}

function deletedEntity(item: Entity): Entity {
  return { ...objectOf(item, 'entity'), id: item.id };
}

function binView(directory: Directory, item: Entity, entity: Entity): JsonObject {
  return typedView(directory, { type: kindOf(item)[1], entity });
}

/** Restoring an application does not restore its service principal: https://learn.microsoft.com/graph/api/directory-deleteditems-restore */
function restore(directory: Directory, item: Entity): Entity {
  const entity = { ...deletedEntity(item), deletedDateTime: null };
  const [collection] = kindOf(item);
  if (collection === 'applications') checkApplication(directory, entity, undefined);
  if (collection === 'servicePrincipals') checkPrincipal(directory, entity);
  directory.remove('deletedItems', item.id);
  directory.put(collection, entity);
  for (const relation of ['owners', 'members'] as const)
    directory.setLinks(entity.id, relation, textsOf(item, relation));
  return entity;
}

/** 'Restore an app registration': a service principal comes back to an application that is there, and to none that has another one. */
function checkPrincipal(directory: Directory, principal: Entity): void {
  const appId = textOf(principal, 'appId');
  refuseSecondPrincipal(directory, appId);
  const isOwn = principal['appOwnerOrganizationId'] === directory.tenant.id;
  if (isOwn && directory.findByAppId('applications', appId) === undefined) throw noBackingApplication(appId);
}
