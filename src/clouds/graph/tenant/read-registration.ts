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
    waysIn: waysInOf(application),
  };
}

/** An estate's application is a confidential client with secrets, of people who come by its web addresses. */
function waysInOf(application: Properties): readonly string[] {
  const [web, spa, publicClient] = ['web', 'spa', 'publicClient'].map((key) => inside(application, key));
  const implicit = inside(web ?? {}, 'implicitGrantSettings');
  const tokens = ['enableAccessTokenIssuance', 'enableIdTokenIssuance'].filter((key) => implicit[key] === true);
  const addresses = [spa, publicClient].flatMap((one) => textsOf(one?.['redirectUris']));
  return [
    ...(application['isFallbackPublicClient'] === true ? ['it is a public client, which needs no secret'] : []),
    ...addresses.map((address) => `it answers to ${address} as a public client or a page`),
    ...(tokens.length > 0 ? [`it gives tokens without a code (implicit grant: ${tokens.join(', ')})`] : []),
  ];
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
