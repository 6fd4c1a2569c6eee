import { createHash } from 'node:crypto';
import { param, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import { findText, type JsonObject, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { getDirectoryObject, type TypedEntity } from '../directory/directory-objects';
import { create, entityRoutes } from '../entity-routes';
import { servicePrincipalView } from '../service-principals/service-principal';

const GRANT: EntityType = {
  collection: 'oauth2PermissionGrants',
  name: 'oAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  fixed: ['clientId', 'consentType', 'principalId', 'resourceId'],
};

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

export const grantRoutes: readonly Route[] = [
  ...entityRoutes({ type: GRANT, create: (c) => createGrant(c.directory, c.body) }),
  ...entityRoutes({
    type: GRANT,
    within: { collection: 'servicePrincipals', path: 'oauth2PermissionGrants', property: 'clientId' },
    actions: ['list'],
  }),
  ...SIDES.flatMap((side) =>
    entityRoutes({
      type: APP_ROLE_ASSIGNMENT,
      within: side,
      key: 'assignment',
      actions: ['list', 'read', 'create', 'delete'],
      create: (c) => {
        c.directory.get(side.collection, param(c, 'id'));
        if (c.body[side.property] !== param(c, 'id'))
          throw badRequest(`'${side.property}' must be the id in the path.`);
        return assignAppRole(c.directory, c.body);
      },
    }),
  ),
];

/** An id as grants and assignments have it: not a GUID, and the same for the same parts. */
export function opaqueId(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('base64url');
}

/** Consent of an administrator or of one user. One a client, resource and principal: scopes are merged into it. */
function createGrant(directory: Directory, body: JsonObject): Entity {
  const [clientId, resourceId] = [textOf(body, 'clientId'), textOf(body, 'resourceId')];
  directory.get('servicePrincipals', clientId);
  directory.get('servicePrincipals', resourceId);
  const principalId = checkConsent(directory, body);
  const isSame = (grant: Entity): boolean =>
    grant['clientId'] === clientId && grant['resourceId'] === resourceId && grant['principalId'] === principalId;
  if (directory.all('oauth2PermissionGrants').some(isSame)) throw conflict('Permission entry already exists.');
  return storeGrant(directory, body, { clientId, resourceId, principalId });
}

function storeGrant(directory: Directory, body: JsonObject, { principalId, ...key }: GrantKey): Entity {
  const id = opaqueId(key.clientId, key.resourceId, principalId ?? 'AllPrincipals');
  return create(directory, GRANT, { body, given: { id, principalId } });
}

/** @returns the principal that consents, null for all */
function checkConsent(directory: Directory, body: JsonObject): string | null {
  const principalId = findText(body, 'principalId');
  switch (body['consentType']) {
    case 'AllPrincipals':
      if (principalId === undefined) return null;
      throw badRequest("'principalId' must be null where 'consentType' is AllPrincipals.");
    case 'Principal':
      if (principalId === undefined) throw badRequest("'principalId' is required where 'consentType' is Principal.");
      return directory.get('users', principalId).id;
    default:
      throw invalidValue('consentType', 'OAuth2PermissionGrant');
  }
}

/** Holder of a consent, its client and its resource; `principalId` is null where an administrator gave it for everybody. */
interface GrantKey {
  readonly clientId: string;
  readonly principalId: string | null;
  readonly resourceId: string;
}

export function grantOf(directory: Directory, { clientId, principalId, resourceId }: GrantKey): Entity | undefined {
  return directory.find('oauth2PermissionGrants', opaqueId(clientId, resourceId, principalId ?? 'AllPrincipals'));
}

/** A person's consent when signing in, which adds to what there is. The sign-in waits for no replica. */
export function putGrant(
  directory: Directory,
  { scopes, ...key }: GrantKey & { readonly principalId: string; readonly scopes: readonly string[] },
): Entity {
  const known = grantOf(directory, key);
  if (known === undefined) {
    return storeGrant(directory, { ...key, consentType: 'Principal', scope: scopes.join(' ') }, key);
  }
  const scope = `${textOf(known, 'scope')} ${scopes.join(' ')}`;
  return directory.put('oauth2PermissionGrants', { ...known, scope });
}

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

/** Users and groups that are assigned to an application, and the direct members of these groups who are users. */
export function assignedIds(directory: Directory, principalId: string): ReadonlySet<string> {
  const assigned = directory.all('appRoleAssignments').filter(({ resourceId }) => resourceId === principalId);
  const ids = assigned.map((assignment) => textOf(assignment, 'principalId'));
  return new Set(ids.flatMap((id) => [id, ...directory.links(id, 'members').filter((one) => isUser(directory, one))]));
}

export function isUser(directory: Directory, id: string): boolean {
  return directory.find('users', id) !== undefined;
}
