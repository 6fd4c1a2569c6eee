/**
 * Inputs that a provider can't change in place, by type: another value makes a new resource and removes the old one.
 *
 * Sources: the inputs of which azuread's SDK says that changing them forces a new resource, and `ForceNew` in the schema of
 * its provider for those that the SDK does not document so (ServicePrincipal, SynchronizationJob's template,
 * ServicePrincipalClaimsMappingPolicyAssignment); `replaceOn` of the resources in provider/. A type that is not listed
 * counts as changed in place.
 */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'azuread:index/application:Application': ['templateId'],
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': ['templateId'],
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': ['applicationId', 'identifierUri'],
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': ['applicationId', 'type'],
  'azuread:index/applicationPassword:ApplicationPassword': [
    'applicationId',
    'displayName',
    'startDate',
    'endDate',
    'endDateRelative',
    'rotateWhenChanged',
  ],
  'azuread:index/servicePrincipal:ServicePrincipal': ['clientId'],
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': [
    'servicePrincipalObjectId',
    'resourceServicePrincipalObjectId',
    'userObjectId',
  ],
  'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': [
    'claimsMappingPolicyId',
    'servicePrincipalId',
  ],
  'azuread:index/appRoleAssignment:AppRoleAssignment': ['appRoleId', 'principalObjectId', 'resourceObjectId'],
  'azuread:index/group:Group': ['assignableToRole', 'behaviors', 'mailNickname', 'provisioningOptions', 'types'],
  'azuread:index/groupMember:GroupMember': ['groupObjectId', 'memberObjectId'],
  'azuread:index/synchronizationSecret:SynchronizationSecret': ['servicePrincipalId'],
  'azuread:index/synchronizationJob:SynchronizationJob': ['servicePrincipalId', 'templateId'],
  'entragraph:index:AuthenticationEventListener': ['event'],
  'entragraph:index:CustomAuthenticationExtension': ['event'],
  'entragraph:index:IdentityProvider': ['kind', 'identityProviderType'],
  'entragraph:index:UserFlowAttribute': ['displayName', 'dataType'],
  'entragraph:index:UserFlow': ['userFlowId', 'userFlowType', 'userFlowTypeVersion'],
  'entragraph:index:SamlSigningCertificate': ['servicePrincipalId', 'displayName', 'endDateTime'],
  'entragraph:index:SynchronizationSchema': ['servicePrincipalId', 'jobId'],
  'entragraph:index:SynchronizationState': ['servicePrincipalId', 'jobId'],
};

export function forcesReplacement(type: string, input: string): boolean {
  return REPLACING[type]?.includes(input) ?? false;
}
