/** Reasons why a property of Microsoft's types is none of an application of an estate, with the properties. */
type Reasons = Readonly<Record<string, readonly string[]>>;

const OF_BOTH: Reasons = {
  'Graph sets it': [
    'id',
    'appId',
    'createdByAppId',
    'deletedDateTime',
    'disabledByMicrosoftStatus',
    'verifiedPublisher',
  ],
  'read with who may act as it, and what it may do (src/clouds/graph/read-trust.ts)': [
    'federatedIdentityCredentials',
    'owners',
  ],
  'a resource of its own, or a part of one': ['synchronization'],
  'no estate has it; the directory keeps it': [
    'addIns',
    'appManagementPolicies',
    'description',
    'homeRealmDiscoveryPolicies',
    'info',
    'isDisabled',
    'notes',
    'samlMetadataUrl',
    'tokenEncryptionKeyId',
    'tokenIssuancePolicies',
    'tokenLifetimePolicies',
  ],
};

/** Properties of Microsoft's types that no property of an application stands for, by reason. */
export const OTHER_APPLICATION_PROPERTIES: Readonly<Record<'application' | 'servicePrincipal', Reasons>> = {
  application: {
    ...OF_BOTH,
    'Graph sets it, of the registration': ['certification', 'createdDateTime', 'createdOnBehalfOf', 'publisherDomain'],
    'read with who may act as it': ['keyCredentials'],
    'the template sets it': ['appRoles'],
    'no estate has it, of the registration; the directory keeps it': [
      ...['authenticationBehaviors', 'connectorGroup', 'defaultRedirectUri', 'extensionProperties'],
      ...['groupMembershipClaims', 'isDeviceOnlyAuthSupported', 'logo', 'managerApplications'],
      ...['nativeAuthenticationApisEnabled', 'oauth2RequirePostResponse', 'onPremisesPublishing', 'optionalClaims'],
      ...['parentalControlSettings', 'requestSignatureVerification', 'serviceManagementReference'],
      ...['servicePrincipalLockConfiguration', 'tags', 'uniqueName', 'windows'],
    ],
  },
  servicePrincipal: {
    ...OF_BOTH,
    'Graph takes it from the registration': [
      ...['appDescription', 'appDisplayName', 'applicationTemplateId', 'displayName', 'oauth2PermissionScopes'],
      ...['publishedPermissionScopes', 'publisherName', 'servicePrincipalNames', 'signInAudience'],
    ],
    'Graph sets it, of the service principal': [
      ...['alternativeNames', 'appOwnerOrganizationId', 'createdObjects', 'endpoints', 'licenseDetails', 'memberOf'],
      ...['ownedObjects', 'resourceSpecificApplicationPermissions', 'servicePrincipalType', 'transitiveMemberOf'],
    ],
    'read with who may act as it, and what it may do': [
      ...['appRoleAssignments', 'delegatedPermissionClassifications', 'oauth2PermissionGrants', 'passwordCredentials'],
      'permissionGrantPreApprovalPolicies',
    ],
    'a resource of its own, or read by a check of its own': [
      ...['appRoleAssignedTo', 'claimsMappingPolicies', 'preferredTokenSigningKeyThumbprint'],
      'preferredTokenSigningKeyEndDateTime',
    ],
    'no estate has it, of the service principal; the directory keeps it': [
      ...['claimsPolicy', 'customSecurityAttributes', 'errorUrl', 'homepage', 'logoutUrl'],
      ...['passwordSingleSignOnSettings', 'remoteDesktopSecurityConfiguration', 'samlSingleSignOnSettings'],
    ],
  },
};

/** Properties of Microsoft's types that no key of a flow stands for, each with the reason. */
export const OTHER_FLOW_PROPERTIES: Readonly<Record<string, string>> = {
  id: 'in B2C the name, in External ID an id that Graph makes',
  displayName: 'the name in External ID',
  description: 'a text for administrators, which the directory keeps',
  userFlowTypeVersion: 'always 3, the recommended one',
  conditions: 'the web application, whose people see the flow',
  priority: 'Microsoft does not use it any more',
  onAttributeCollectionStart: 'customers.customExtensions, which an event listener calls',
  onAttributeCollectionSubmit: 'the same',
  onUserCreateStart: 'the kind of user that a sign-up makes, which the service decides',
};
