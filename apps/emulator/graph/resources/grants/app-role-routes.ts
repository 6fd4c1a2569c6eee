import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, listReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { Collection, Entity } from '../../store/store';
import { APP_ROLE_ASSIGNMENT, assignAppRole } from './app-role-service';

const { get, answer, change } = makersOf();

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
  readonly property: 'principalId' | 'resourceId';
}

type AssignmentSide = Pick<Side, 'property'> & { readonly id: string };

function sideRoutes({ collection, name, property }: Side): readonly Route[] {
  const path = `/${collection}/{id}/${name}`;
  const sideOf = (c: Context): AssignmentSide => ({ property, id: param(c, 'id') });
  return [
    get(path, (c) => listReply(c, APP_ROLE_ASSIGNMENT, assignmentsOf(c.directory, collection, sideOf(c))), 'list'),
    answer('POST', path, (c) => {
      c.directory.get(collection, param(c, 'id'));
      if (c.body[property] !== param(c, 'id')) throw badRequest(`'${property}' must be the id in the path.`);
      return createdReply(c, APP_ROLE_ASSIGNMENT, assignAppRole(c.directory, c.body));
    }),
    get(
      `${path}/{assignment}`,
      (c) => {
        const assignment = c.directory.read('appRoleAssignments', param(c, 'assignment'));
        return entityReply(c, APP_ROLE_ASSIGNMENT, checkSide(assignment, sideOf(c)));
      },
      'entity',
    ),
    change('DELETE', `${path}/{assignment}`, (c) => {
      const assignment = c.directory.get('appRoleAssignments', param(c, 'assignment'));
      c.directory.remove('appRoleAssignments', checkSide(assignment, sideOf(c)).id);
    }),
  ];
}

/** An assignment of one principal or resource. @throws GraphError 404 for one of another */
function checkSide(assignment: Entity, { property, id }: AssignmentSide): Entity {
  if (assignment[property] !== id) throw notFound(assignment.id);
  return assignment;
}

function assignmentsOf(directory: Directory, collection: Collection, side: AssignmentSide): readonly Entity[] {
  directory.read(collection, side.id);
  return directory.list('appRoleAssignments').filter((assignment) => assignment[side.property] === side.id);
}
