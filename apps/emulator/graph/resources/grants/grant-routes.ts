import { PERMISSIONS } from '../../auth/roles';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { listReply } from '../../http/reply';
import { entityRoutes } from '../entity-routes';
import { createGrant, deleteGrant, GRANT, updateGrant } from './grant-service';

const { readGrants, writeGrants } = PERMISSIONS;

export const grantRoutes: readonly Route[] = [
  ...entityRoutes({
    type: GRANT,
    path: '/oauth2PermissionGrants',
    read: readGrants,
    write: writeGrants,
    create: (c) => createGrant(c.directory, c.body),
    update: updateGrant,
    remove: deleteGrant,
  }),
  {
    method: 'GET',
    path: '/servicePrincipals/{id}/oauth2PermissionGrants',
    permission: readGrants,
    query: 'list',
    handle: (c) => {
      const { id } = c.directory.read('servicePrincipals', param(c, 'id'));
      const grants = c.directory.list('oauth2PermissionGrants').filter((grant) => grant['clientId'] === id);
      return listReply(c, GRANT, grants);
    },
  },
];
