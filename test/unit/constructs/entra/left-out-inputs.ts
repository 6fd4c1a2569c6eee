/** azuread compares it with nothing where it is left out, so that a value that somebody sets shows as a difference and is taken back. */
const SHOWN = 'shown by a refresh where somebody sets it';
const TEXT = 'for people: no sign-in depends on it';
const MAIL = 'of groups with mail, which the programs have none of';
const OTHER_KIND = 'of another kind of the same resource, or in place of another input that is declared';
const ESTATE = 'managed where the estate has it, else left to the service (docs/estate-reference.md)';
const AT_CREATION = 'counts at the creation alone';

/** Inputs that the programs leave out at least once, with the reason; `a.b` is inside of `a`. */
export const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'azuread:index/application:Application': {
    ...all(SHOWN, [
      ...[
        'api.knownClientApplications',
        'appRoles',
        'groupMembershipClaims',
        'oauth2PostResponseRequired',
        'identifierUris',
        'publicClient',
      ],
      ...['requiredResourceAccesses', 'singlePageApplication', 'web', 'web.homepageUrl', 'web.logoutUrl'],
      ...['optionalClaims', 'optionalClaims.accessTokens', 'optionalClaims.idTokens', 'optionalClaims.saml2Tokens'],
      ...['accessTokens', 'idTokens'].flatMap((token) =>
        ['additionalProperties', 'essential', 'source'].map((name) => `optionalClaims.${token}.${name}`),
      ),
    ]),
    ...all(TEXT, [
      ...['api.oauth2PermissionScopes.userConsentDescription', 'api.oauth2PermissionScopes.userConsentDisplayName'],
      ...['description', 'logoImage', 'marketingUrl', 'notes', 'privacyStatementUrl', 'serviceManagementReference'],
      ...['supportUrl', 'termsOfServiceUrl', 'featureTags', 'tags'],
    ]),
    api: 'the application that reads leavers is no API',
    password: 'secrets are resources of their own: ApplicationPassword',
    templateId: AT_CREATION,
  },
  'azuread:index/applicationPassword:ApplicationPassword': {
    endDateRelative: OTHER_KIND,
    startDate: 'the moment of the creation: a secret serves from then on',
  },
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': {
    ...all(SHOWN, [
      ...['excludedApplications', 'includedUserActions'].map((name) => `conditions.applications.${name}`),
      ...['authenticationFlowTransferMethods', 'clientApplications', 'devices', 'locations', 'platforms'].map(
        (name) => `conditions.${name}`,
      ),
      ...['servicePrincipalRiskLevels', 'signInRiskLevels', 'userRiskLevels'].map((name) => `conditions.${name}`),
      ...['excludedGroups', 'excludedGuestsOrExternalUsers', 'excludedRoles', 'excludedUsers'].map(
        (name) => `conditions.users.${name}`,
      ),
      ...['includedGroups', 'includedGuestsOrExternalUsers', 'includedRoles'].map((name) => `conditions.users.${name}`),
      ...['grantControls.customAuthenticationFactors', 'grantControls.termsOfUses', 'sessionControls'],
      ...[
        'applicationEnforcedRestrictionsEnabled',
        'cloudAppSecurityPolicy',
        'disableResilienceDefaults',
        'persistentBrowserMode',
      ].map((name) => `sessionControls.${name}`),
    ]),
    'conditions.insiderRiskLevels': 'azuread has no word for none, and keeps what it finds',
    'grantControls.authenticationStrengthPolicyId': OTHER_KIND,
    'grantControls.builtInControls': OTHER_KIND,
  },
  'azuread:index/group:Group': {
    ...all(SHOWN, [
      'administrativeUnitIds',
      'assignableToRole',
      'description',
      'dynamicMembership',
      'mailEnabled',
      'types',
    ]),
    ...all(MAIL, [
      ...['autoSubscribeNewMembers', 'behaviors', 'externalSendersAllowed', 'hideFromAddressLists'],
      ...['hideFromOutlookClients', 'mailNickname', 'provisioningOptions', 'theme', 'visibility'],
    ]),
    ...all('of groups that are written back to a domain controller', ['onpremisesGroupType', 'writebackEnabled']),
    members: 'people come and go by other hands; the doctor looks at them',
    owners: ESTATE,
  },
  'azuread:index/servicePrincipal:ServicePrincipal': {
    ...all(SHOWN, ['alternativeNames', 'loginUrl', 'preferredSingleSignOnMode', 'samlSingleSignOn']),
    ...all(TEXT, ['description', 'featureTags', 'features', 'notes', 'notificationEmailAddresses', 'tags']),
    useExisting: AT_CREATION,
  },
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': {
    userObjectId: SHOWN,
  },
  'entragraph:index:ApiConnector': { passphrase: OTHER_KIND },
  'entragraph:index:AuthenticationEventsFlow': { 'attributes.label': TEXT, description: TEXT },
  'entragraph:index:CustomAuthenticationExtension': all(ESTATE, [
    'behaviorOnError',
    'maximumRetries',
    'timeoutInMilliseconds',
  ]),
  'entragraph:index:IdentityProvider': all(OTHER_KIND, [
    ...['claims', 'developerId', 'identityProviderType', 'issuer', 'keyId', 'metadataUrl', 'scope', 'serviceId'],
    ...['claims.email', 'claims.givenName', 'claims.surname'],
  ]),
  'entragraph:index:SynchronizationSchema': {
    acceptDeletions: 'names one event, which somebody decides on',
    'attributeMappings.constant': OTHER_KIND,
    'attributeMappings.expression': OTHER_KIND,
    'attributeMappings.rule': 'the template has one rule for a kind of object',
    ...all('the mapping of the template keeps its own', [
      ...['attributeMappings.defaultValue', 'attributeMappings.flowBehavior'],
      ...['attributeMappings.flowType', 'attributeMappings.matchingPriority'],
    ]),
  },
  'entragraph:index:SynchronizationState': { acceptDeletions: 'names one event, which somebody decides on' },
  'entragraph:index:UserFlow': all(ESTATE, [
    ...['apiConnectors', 'attributes', 'attributes.displayName', 'attributes.userAttributeValues', 'claims'],
    ...[
      'defaultLanguageTag',
      'identityProviders',
      'isLanguageCustomizationEnabled',
      'languages',
      'multifactor',
      'pageTexts',
    ],
  ]),
};

function all(reason: string, paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, reason]));
}
