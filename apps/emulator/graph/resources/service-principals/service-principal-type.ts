import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { keysWithCertificates, withoutSecrets } from '../../directory/entity-view';
import type { JsonObject } from '../../json';
import { objectOf, objectsOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { INFO, NO_PUBLISHER } from '../applications/application-type';
import { ownersOf } from '../directory/directory-objects';

export const SERVICE_PRINCIPAL: EntityType = {
  collection: 'servicePrincipals',
  name: 'servicePrincipal',
  set: 'servicePrincipals',
  defaults: {
    id: '',
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    appDisplayName: null,
    appDescription: null,
    appId: '',
    applicationTemplateId: null,
    appOwnerOrganizationId: null,
    appRoleAssignmentRequired: false,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: null,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    servicePrincipalNames: [],
    servicePrincipalType: 'Application',
    signInAudience: null,
    tags: [],
    tokenEncryptionKeyId: null,
    samlSingleSignOnSettings: null,
    addIns: [],
    appRoles: [],
    info: INFO,
    keyCredentials: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: NO_PUBLISHER,
    samlMetadataUrl: null,
  },
  readOnly: [
    'id',
    'deletedDateTime',
    'appDisplayName',
    'appDescription',
    'applicationTemplateId',
    'appOwnerOrganizationId',
    'disabledByMicrosoftStatus',
    'verifiedPublisher',
    'samlMetadataUrl',
    'oauth2PermissionScopes',
    'appRoles',
    'signInAudience',
    'resourceSpecificApplicationPermissions',
  ],
  fixed: ['appId'],
  unsupported: [
    'tokenEncryptionKeyId',
    'addIns',
    'info',
    'displayName',
    'servicePrincipalType',
    'homepage',
    'logoutUrl',
    'replyUrls',
    'servicePrincipalNames',
  ],
  betaOnly: ['samlMetadataUrl'],
  binds: ['owners'],
  view: servicePrincipalView,
  selected: (entity) => ({ keyCredentials: keysWithCertificates(entity) }),
  expand: {
    owners: ownersOf,
    appRoleAssignedTo: (directory, { id }) =>
      directory.list('appRoleAssignments').filter((assignment) => assignment['resourceId'] === id),
    claimsMappingPolicies: (directory, { id }) =>
      directory
        .readLinks(id, 'claimsMappingPolicies')
        .flatMap((policy) => directory.find('claimsMappingPolicies', policy) ?? []),
  },
};

/** A service principal repeats what its application says, if that is in the same directory. */
export function servicePrincipalView(directory: Directory, principal: Entity): JsonObject {
  const application = directory.findByAppId('applications', textOf(principal, 'appId'));
  const own = withoutSecrets(principal);
  return application === undefined ? own : { ...own, ...fromApplication(application) };
}

function fromApplication(application: Entity): JsonObject {
  const [web, api] = [objectOf(application, 'web'), objectOf(application, 'api')];
  const platforms = ['web', 'spa', 'publicClient'].map((platform) => objectOf(application, platform));
  return {
    appDisplayName: application['displayName'] ?? null,
    appDescription: application['description'] ?? null,
    displayName: application['displayName'] ?? null,
    homepage: web['homePageUrl'] ?? null,
    logoutUrl: web['logoutUrl'] ?? null,
    replyUrls: platforms.flatMap((platform) => textsOf(platform, 'redirectUris')),
    servicePrincipalNames: [textOf(application, 'appId'), ...textsOf(application, 'identifierUris')],
    signInAudience: application['signInAudience'] ?? null,
    appRoles: objectsOf(application, 'appRoles'),
    oauth2PermissionScopes: objectsOf(api, 'oauth2PermissionScopes'),
  };
}
