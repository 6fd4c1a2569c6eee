import type { Relation } from '../directory/directory';
import { badRequest } from '../graph-error';
import { type Context, makersOf, param, type Route, type Shared } from '../context';
import { mixedListReply, plainCountReply } from '../http/reply';
import type { JsonObject } from '../json';
import type { Collection, Entity } from '../store/store';
import { getDirectoryObject, getTarget, linkedObjects, referenceIn } from './directory/directory-objects';

export interface References extends Shared {
  readonly collection: Collection;
  readonly relation: Relation;
  /** Set of the answers. @default directoryObjects */
  readonly set?: string;
  /** Refuses one more than these. @default never */
  readonly checkMore?: (linked: readonly string[]) => void;
  /** Refuses a change of what an object refers to, by what is referred to. @default never */
  readonly checkChange?: (from: Entity, target: string) => void;
  /** Called for each change. @default nothing is done */
  readonly onChange?: (context: Context, change: ReferenceChange) => void;
}

/** A reference that came or went. */
export interface ReferenceChange {
  readonly from: string;
  readonly to: string;
  readonly isAdded: boolean;
}

/** `GET …/owners`, `POST …/owners/$ref`, `DELETE …/owners/{id}/$ref`. */
export function referenceRoutes(references: References): readonly Route[] {
  const { relation, collection, set = 'directoryObjects', onChange } = references;
  const { get, change } = makersOf(references);
  const path = `/${collection}/{id}/${relation}`;
  return [
    get(
      path,
      (c) => {
        const { id } = c.directory.read(collection, param(c, 'id'));
        return mixedListReply(c, set, shown(c, collection, c.directory.readLinks(id, relation)));
      },
      'references',
    ),
    get(`${path}/$count`, (c) => {
      const { id } = c.directory.read(collection, param(c, 'id'));
      return plainCountReply(c, shown(c, collection, c.directory.readLinks(id, relation)).length);
    }),
    change('POST', `${path}/$ref`, (c) => {
      const [from, to] = [param(c, 'id'), referenceIn(c.body)];
      addReference(c, references, { from, to });
      onChange?.(c, { from, to, isAdded: true });
    }),
    // 404 where there is no such reference: azuread's create depends on the owner that it bound being there.
    change('DELETE', `${path}/{target}/$ref`, (c) => {
      const [from, to] = [param(c, 'id'), param(c, 'target')];
      references.checkChange?.(c.directory.get(collection, from), typeOf(c, to));
      c.directory.removeLink(from, relation, to);
      onChange?.(c, { from, to, isAdded: false });
    }),
  ];
}

/** Objects without those that v1.0 leaves out: service principals among owners and members of groups ('List group owners'). */
function shown({ directory, version }: Context, collection: Collection, ids: readonly string[]): readonly JsonObject[] {
  const objects = linkedObjects(directory, ids);
  if (collection !== 'groups' || version !== 'v1.0') return objects;
  return objects.filter((object) => object['@odata.type'] !== '#microsoft.graph.servicePrincipal');
}

/** Type of what is referred to; empty where it is gone. */
function typeOf({ directory }: Context, id: string): string {
  return linkedObjects(directory, [id])[0] === undefined ? '' : getDirectoryObject(directory, id).type;
}

function addReference(
  { directory }: Context,
  { collection, relation, checkMore, checkChange }: References,
  { from, to }: Omit<ReferenceChange, 'isAdded'>,
): void {
  const object = directory.get(collection, from);
  const { type, entity } = getTarget(directory, relation, to);
  const ids = directory.links(from, relation);
  if (ids.includes(entity.id)) {
    const rule = 'One or more added object references already exist for the following modified properties';
    throw badRequest(`${rule}: '${relation}'.`);
  }
  checkMore?.(ids);
  checkChange?.(object, type);
  directory.addLink(from, relation, entity.id);
}
