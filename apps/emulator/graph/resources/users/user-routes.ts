import { PERMISSIONS } from '../../auth/roles';
import { badRequest } from '../../graph-error';
import type { Route } from '../../http/context';
import { entityRoutes } from '../entity-routes';
import { createUser, deleteUser, updateUser, USER, userId } from './user-service';

const { readUsers, writeUsers } = PERMISSIONS;

export const userRoutes: readonly Route[] = [
  ...entityRoutes({
    type: USER,
    path: '/users',
    read: readUsers,
    write: writeUsers,
    create: (c) => createUser(c.directory, c.body),
    update: updateUser,
    remove: deleteUser,
    idOf: userId,
  }),
  {
    method: 'GET',
    path: '/me',
    permission: readUsers,
    handle: () => {
      throw badRequest('/me request is only valid with delegated authentication flow.', 'BadRequest');
    },
  },
];
