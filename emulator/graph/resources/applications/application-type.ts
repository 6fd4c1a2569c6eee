import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import type { Entity } from '../../store/store';
import { withoutSecrets } from '../../directory/entity-view';
import { ownersOf } from '../directory/directory-objects';

export const INFO = {
  logoUrl: null,
  marketingUrl: null,
  privacyStatementUrl: null,
  supportUrl: null,
  termsOfServiceUrl: null,
} as const;

export const NO_PUBLISHER = { displayName: null, verifiedPublisherId: null, addedDateTime: null } as const;

export const APPLICATION: EntityType = {
  collection: 'applications',
  name: 'application',
  set: 'applications',
  defaults: {
    id: '',
    deletedDateTime: null,
    appId: '',
    applicationTemplateId: null,
    disabledByMicrosoftStatus: null,
    createdDateTime: '',
    displayName: '',
    description: null,
    // azuread takes a missing one for "set and empty" and plans a change for ever.
    groupMembershipClaims: null,
    identifierUris: [],
    isDeviceOnlyAuthSupported: null,
    isFallbackPublicClient: null,
    nativeAuthenticationApisEnabled: null,
    notes: null,
    publisherDomain: null,
    serviceManagementReference: null,
    signInAudience: 'AzureADMyOrg',
    tags: [],
    tokenEncryptionKeyId: null,
    uniqueName: null,
    samlMetadataUrl: null,
    defaultRedirectUri: null,
    certification: null,
    optionalClaims: null,
    servicePrincipalLockConfiguration: null,
    requestSignatureVerification: null,
    addIns: [],
    api: {
      acceptMappedClaims: null,
      knownClientApplications: [],
      requestedAccessTokenVersion: null,
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    info: INFO,
    keyCredentials: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
    passwordCredentials: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    verifiedPublisher: NO_PUBLISHER,
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
    },
    spa: { redirectUris: [] },
    oauth2RequirePostResponse: false,
  },
  readOnly: [
    'id',
    'appId',
    'deletedDateTime',
    'applicationTemplateId',
    'disabledByMicrosoftStatus',
    'createdDateTime',
    'publisherDomain',
    'verifiedPublisher',
    'certification',
  ],
  unsupported: ['keyCredentials', 'passwordCredentials', 'tokenEncryptionKeyId', 'uniqueName'],
  betaOnly: ['oauth2RequirePostResponse'],
  complexDefaults: { optionalClaims: { accessToken: [], idToken: [], saml2Token: [] } },
  binds: ['owners'],
  view: (_directory, entity) => withoutSecrets(entity),
  expand: { owners: ownersOf },
};

/** @returns undefined where no application has that app id */
export function findByAppId(directory: Directory, appId: string): Entity | undefined {
  return directory.all('applications').find((application) => application['appId'] === appId);
}
