import { mappingsIn, isProperties, type Properties, textOf } from '../../../../provider/values';
import { ClientId, ObjectId, readId } from '../../../estate/source/ids';
import type { TenantApplication, TenantScope } from '../../facts/tenant-facts';
import { textsOf } from '../texts';

/** A registration as Graph answers it, in the words of an import. */
export function registrationOf(application: Properties, principal: Properties | undefined): TenantApplication {
  return {
    appId: readId(ClientId, application['appId']),
    objectId: readId(ObjectId, application['id']),
    servicePrincipalId: principal && readId(ObjectId, principal['id']),
    displayName: textOf(application['displayName']),
    identifiers: textsOf(application['identifierUris']),
    redirectUris: textsOf(inside(application, 'web')['redirectUris']),
    scopes: mappingsIn(inside(application, 'api')['oauth2PermissionScopes'])
      .filter(({ isEnabled }) => isEnabled === true)
      .map(scopeOf),
    asksFor: mappingsIn(application['requiredResourceAccess']).map(({ resourceAppId }) =>
      readId(ClientId, resourceAppId),
    ),
    audience: textOf(application['signInAudience']),
    secrets: mappingsIn(application['passwordCredentials']).map(({ endDateTime }) => textOf(endDateTime)),
  };
}

function scopeOf({ id, value, adminConsentDisplayName, adminConsentDescription }: Properties): TenantScope {
  return {
    id: textOf(id),
    value: textOf(value),
    displayName: textOf(adminConsentDisplayName),
    description: textOf(adminConsentDescription),
  };
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}
