import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { badRequest } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, listReply, noContent } from '../../http/reply';
import type { Collection, Entity } from '../../store/store';
import type { AssignmentSide } from './app-role-service';
import { APP_ROLE_ASSIGNMENT, assignAppRole, readAssignment, removeAssignment } from './app-role-service';

const { readRoleAssignments, writeRoleAssignments } = PERMISSIONS;

/** The same assignments are seen from the resource and from each kind of principal. */
export const appRoleRoutes: readonly Route[] = [
  ...sideRoutes({ collection: 'servicePrincipals', name: 'appRoleAssignedTo', property: 'resourceId' }),
  ...sideRoutes({ collection: 'servicePrincipals', name: 'appRoleAssignments', property: 'principalId' }),
  ...sideRoutes({ collection: 'groups', name: 'appRoleAssignments', property: 'principalId' }),
  ...sideRoutes({ collection: 'users', name: 'appRoleAssignments', property: 'principalId' }),
];

interface Side {
  readonly collection: Collection;
  readonly name: string;
  readonly property: AssignmentSide['property'];
}

function sideRoutes({ collection, name, property }: Side): readonly Route[] {
  const path = `/${collection}/{id}/${name}`;
  const sideOf = (c: Context): AssignmentSide => ({ property, id: param(c, 'id') });
  return [
    {
      method: 'GET',
      path,
      permission: readRoleAssignments,
      query: 'list',
      handle: (c) => listReply(c, APP_ROLE_ASSIGNMENT, assignmentsOf(c.directory, collection, sideOf(c))),
    },
    {
      method: 'POST',
      path,
      permission: writeRoleAssignments,
      handle: (c) => {
        c.directory.get(collection, param(c, 'id'));
        if (c.body[property] !== param(c, 'id')) throw badRequest(`'${property}' must be the id in the path.`);
        return createdReply(c, APP_ROLE_ASSIGNMENT, assignAppRole(c.directory, c.body));
      },
    },
    {
      method: 'GET',
      path: `${path}/{assignment}`,
      permission: readRoleAssignments,
      query: 'entity',
      handle: (c) =>
        entityReply(c, APP_ROLE_ASSIGNMENT, readAssignment(c.directory, sideOf(c), param(c, 'assignment'))),
    },
    {
      method: 'DELETE',
      path: `${path}/{assignment}`,
      permission: writeRoleAssignments,
      handle: (c) => {
        removeAssignment(c.directory, sideOf(c), param(c, 'assignment'));
        return noContent;
      },
    },
  ];
}

function assignmentsOf(directory: Directory, collection: Collection, side: AssignmentSide): readonly Entity[] {
  directory.read(collection, side.id);
  return directory.list('appRoleAssignments').filter((assignment) => assignment[side.property] === side.id);
}
