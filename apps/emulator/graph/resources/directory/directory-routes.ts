import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { textOf, textsOf } from '../../json';
import { getDirectoryObject, linkedObjects, typedView } from './directory-objects';

const { readDirectory, readOrganization } = PERMISSIONS;

/** Most ids that getByIds takes. */
const MAX_IDS = 1000;

export const directoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/directoryObjects/{id}',
    permission: readDirectory,
    handle: (c) => {
      const found = getDirectoryObject(c.directory, param(c, 'id'));
      return objectReply(c, 'directoryObjects/$entity', typedView(c.directory, found));
    },
  },
  {
    method: 'POST',
    path: '/directoryObjects/getByIds',
    permission: readDirectory,
    handle: (c) => {
      const ids = textsOf(c.body, 'ids');
      if (ids.length === 0 || ids.length > MAX_IDS) throw badRequest(`'ids' must hold 1 to ${MAX_IDS} ids.`);
      const types = textsOf(c.body, 'types').map((type) => `#microsoft.graph.${type}`);
      const objects = linkedObjects(c.directory, ids).filter(
        (object) => types.length === 0 || types.includes(textOf(object, '@odata.type')),
      );
      return valuesReply(c, 'directoryObjects', objects);
    },
  },
  {
    method: 'GET',
    path: '/organization',
    permission: readOrganization,
    handle: (c) => valuesReply(c, 'organization', [organization(c.directory)]),
  },
  {
    method: 'GET',
    path: '/organization/{organization}',
    permission: readOrganization,
    handle: (c) => {
      if (param(c, 'organization') !== c.directory.tenant.id) throw notFound(param(c, 'organization'));
      return objectReply(c, 'organization/$entity', organization(c.directory));
    },
  },
];

function organization({ tenant }: Directory): JsonObject {
  return {
    id: tenant.id,
    deletedDateTime: null,
    displayName: tenant.displayName,
    tenantType: tenant.kind,
    verifiedDomains: tenant.verifiedDomains.map((name) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: name === tenant.domain,
      isInitial: name === tenant.domain,
      name,
      type: 'Managed',
    })),
  };
}
