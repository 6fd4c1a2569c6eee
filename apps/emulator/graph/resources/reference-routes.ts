import type { Directory, Relation } from '../directory/directory';
import { badRequest, notFound } from '../graph-error';
import type { Context, Permission, Route } from '../http/context';
import { param } from '../http/context';
import { mixedListReply, noContent } from '../http/reply';
import type { Collection } from '../store/store';
import { getDirectoryObject, linkedObjects, referenceIn } from './directory/directory-objects';

export interface References {
  readonly path: string;
  readonly collection: Collection;
  readonly relation: Relation;
  readonly read: Permission;
  readonly write: Permission;
  /** Types that may be referred to. */
  readonly targets: readonly string[];
  /** Told of each change. @default nobody */
  readonly onChange?: (context: Context, change: ReferenceChange) => void;
}

/** A reference that came or went. */
export interface ReferenceChange extends Ends {
  readonly isAdded: boolean;
}

/** `GET …/owners`, `POST …/owners/$ref`, `DELETE …/owners/{id}/$ref`. */
export function referenceRoutes(references: References): readonly Route[] {
  const { relation, collection, read, write, onChange } = references;
  const path = `${references.path}/{id}/${relation}`;
  return [
    {
      method: 'GET',
      path,
      permission: read,
      query: 'page',
      handle: (c) => {
        const { id } = c.directory.read(collection, param(c, 'id'));
        return mixedListReply(c, 'directoryObjects', linkedObjects(c.directory, c.directory.links(id, relation)));
      },
    },
    {
      method: 'POST',
      path: `${path}/$ref`,
      permission: write,
      handle: (c) => {
        const ends = { from: param(c, 'id'), to: referenceIn(c.body) };
        addReference(c.directory, references, ends);
        onChange?.(c, { ...ends, isAdded: true });
        return noContent;
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{target}/$ref`,
      permission: write,
      handle: (c) => {
        const ends = { from: param(c, 'id'), to: param(c, 'target') };
        removeReference(c.directory, references, ends);
        onChange?.(c, { ...ends, isAdded: false });
        return noContent;
      },
    },
  ];
}

interface Ends {
  readonly from: string;
  readonly to: string;
}

function addReference(directory: Directory, { collection, relation, targets }: References, { from, to }: Ends): void {
  directory.get(collection, from);
  const { type, entity } = getDirectoryObject(directory, to);
  if (!targets.includes(type)) {
    throw badRequest(`Invalid object type '${type}' specified for reference property '${relation}'.`);
  }
  const ids = directory.links(from, relation);
  if (ids.includes(entity.id)) {
    const rule = 'One or more added object references already exist for the following modified properties';
    throw badRequest(`${rule}: '${relation}'.`);
  }
  directory.setLinks(from, relation, [...ids, entity.id]);
}

/** 404 where there is no such reference: azuread's create depends on the owner that it bound being there. */
function removeReference(directory: Directory, { collection, relation }: References, { from, to }: Ends): void {
  directory.get(collection, from);
  const ids = directory.links(from, relation);
  if (!ids.includes(to)) throw notFound(to);
  directory.setLinks(
    from,
    relation,
    ids.filter((id) => id !== to),
  );
}
