import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest } from '../../graph-error';
import { param, type Route } from '../../context';
import { findText, type JsonObject, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { getDirectoryObject, type TypedEntity } from '../directory/directory-objects';
import { create, entityRoutes } from '../entity-routes';
import { servicePrincipalView } from '../service-principals/service-principal';
import { opaqueId } from './grants';

const APP_ROLE_ASSIGNMENT: EntityType = {
  collection: 'appRoleAssignments',
  name: 'appRoleAssignment',
  set: 'appRoleAssignments',
  readOnly: ['principalDisplayName', 'principalType', 'resourceDisplayName'],
};

/** The same assignments are seen from the resource and from each kind of principal. */
const SIDES = [
  { collection: 'servicePrincipals', path: 'appRoleAssignedTo', property: 'resourceId' },
  { collection: 'servicePrincipals', path: 'appRoleAssignments', property: 'principalId' },
  { collection: 'groups', path: 'appRoleAssignments', property: 'principalId' },
  { collection: 'users', path: 'appRoleAssignments', property: 'principalId' },
] as const;

export const appRoleRoutes: readonly Route[] = SIDES.flatMap((side) =>
  entityRoutes({
    type: APP_ROLE_ASSIGNMENT,
    within: side,
    key: 'assignment',
    actions: ['list', 'read', 'create', 'delete'],
    create: (c) => {
      c.directory.get(side.collection, param(c, 'id'));
      if (c.body[side.property] !== param(c, 'id')) throw badRequest(`'${side.property}' must be the id in the path.`);
      return assignAppRole(c.directory, c.body);
    },
  }),
);

/** Means access without a role of its own, for a resource that defines none. */
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000';

const PRINCIPAL_TYPES: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  servicePrincipal: 'ServicePrincipal',
};

/** Gives a user, group or service principal a role of a resource. @throws GraphError where Graph refuses it */
export function assignAppRole(directory: Directory, body: JsonObject): Entity {
  const [principalId, resourceId] = [textOf(body, 'principalId'), textOf(body, 'resourceId')];
  const resource = directory.get('servicePrincipals', resourceId);
  const principal = getDirectoryObject(directory, principalId);
  const principalType = PRINCIPAL_TYPES[principal.type];
  if (principalType === undefined) throw badRequest('Not a valid reference update.');
  checkRole(servicePrincipalView(directory, resource), textOf(body, 'appRoleId'), principal);
  refuseSecond(directory, body);
  const given = {
    id: opaqueId(principalId, resourceId, textOf(body, 'appRoleId')),
    principalType,
    principalDisplayName: findText(directory.view(principal.entity, principal.type), 'displayName') ?? '',
    resourceDisplayName: findText(servicePrincipalView(directory, resource), 'displayName') ?? '',
  };
  return create(directory, APP_ROLE_ASSIGNMENT, { body, given });
}

function checkRole(resource: JsonObject, appRoleId: string, principal: TypedEntity): void {
  const roles = objectsOf(resource, 'appRoles');
  const member = principal.type === 'servicePrincipal' ? 'Application' : 'User';
  const takers = roles.filter((role) => textsOf(role, 'allowedMemberTypes').includes(member));
  if (appRoleId === DEFAULT_ACCESS && takers.length === 0) return;
  if (takers.some((role) => textOf(role, 'id') === appRoleId && role['isEnabled'] === true)) return;
  throw badRequest(`Permission being assigned was not found on application '${textOf(resource, 'appId')}'.`);
}

function refuseSecond(directory: Directory, body: JsonObject): void {
  const isSame = (other: Entity): boolean =>
    ['appRoleId', 'principalId', 'resourceId'].every((property) => other[property] === body[property]);
  if (!directory.all('appRoleAssignments').some(isSame)) return;
  const message = 'Permission being assigned already exists on the object';
  throw badRequest(message).with({ details: [{ code: 'InvalidUpdate', message, target: 'id' }] });
}
