import { createHash } from 'node:crypto';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import type { Route } from '../../context';
import { findText, type JsonObject, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { create, entityRoutes } from '../entity-routes';

const GRANT: EntityType = {
  collection: 'oauth2PermissionGrants',
  name: 'oAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  fixed: ['clientId', 'consentType', 'principalId', 'resourceId'],
};

export const grantRoutes: readonly Route[] = [
  ...entityRoutes({ type: GRANT, create: (c) => createGrant(c.directory, c.body) }),
  ...entityRoutes({
    type: GRANT,
    within: { collection: 'servicePrincipals', path: 'oauth2PermissionGrants', property: 'clientId' },
    actions: ['list'],
  }),
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
