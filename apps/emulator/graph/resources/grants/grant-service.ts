import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { opaqueId } from './opaque-id';

export const GRANT: EntityType = {
  collection: 'oauth2PermissionGrants',
  name: 'oAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  defaults: { id: '', clientId: '', consentType: '', principalId: null, resourceId: '', scope: '' },
  readOnly: ['id'],
  fixed: ['clientId', 'consentType', 'principalId', 'resourceId'],
};

/** Consent of an administrator or of one user. One a client, resource and principal: scopes are merged into it. */
export function createGrant(directory: Directory, body: JsonObject): Entity {
  const [clientId, resourceId] = [textOf(body, 'clientId'), textOf(body, 'resourceId')];
  directory.get('servicePrincipals', clientId);
  directory.get('servicePrincipals', resourceId);
  const principalId = checkConsent(directory, body);
  const isSame = (grant: Entity): boolean =>
    grant['clientId'] === clientId && grant['resourceId'] === resourceId && grant['principalId'] === principalId;
  if (directory.all('oauth2PermissionGrants').some(isSame)) throw conflict('Permission entry already exists.');
  const id = opaqueId(clientId, resourceId, principalId ?? 'AllPrincipals');
  return directory.put('oauth2PermissionGrants', createEntity(GRANT, body, { id, principalId }));
}

export function updateGrant(directory: Directory, id: string, body: JsonObject): Entity {
  return directory.put('oauth2PermissionGrants', patchEntity(GRANT, directory.get('oauth2PermissionGrants', id), body));
}

export function deleteGrant(directory: Directory, id: string): void {
  directory.remove('oauth2PermissionGrants', directory.get('oauth2PermissionGrants', id).id);
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
