/** Types in words, as the field's documentation and the portals have them. */
const WORDS: Readonly<Record<string, string>> = {
  'azuread:index/application:Application': 'application',
  'azuread:index/applicationFromTemplate:ApplicationFromTemplate': 'enterprise application',
  'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': 'identifier URI',
  'azuread:index/applicationRedirectUris:ApplicationRedirectUris': 'redirect URIs',
  'azuread:index/applicationPassword:ApplicationPassword': 'client secret',
  'azuread:index/servicePrincipal:ServicePrincipal': 'service principal',
  'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': 'admin consent',
  'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment':
    'claims policy assignment',
  'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': 'claims mapping policy',
  'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': 'Conditional Access policy',
  'azuread:index/appRoleAssignment:AppRoleAssignment': 'app role assignment',
  'azuread:index/group:Group': 'group',
  'azuread:index/groupMember:GroupMember': 'group in a group',
  'azuread:index/synchronizationSecret:SynchronizationSecret': 'provisioning credentials',
  'azuread:index/synchronizationJob:SynchronizationJob': 'provisioning job',
  'entragraph:index:ApiConnector': 'API connector',
  'entragraph:index:AuthenticationEventListener': 'event listener',
  'entragraph:index:AuthenticationEventsFlow': 'user flow',
  'entragraph:index:CustomAuthenticationExtension': 'custom authentication extension',
  'entragraph:index:IdentityProvider': 'identity provider',
  'entragraph:index:UserFlow': 'user flow',
  'entragraph:index:UserFlowAttribute': 'user attribute',
  'entragraph:index:SamlSigningCertificate': 'signing certificate',
  'entragraph:index:SynchronizationSchema': 'attribute mappings',
  'entragraph:index:SynchronizationState': 'provisioning state',
  'pulumi:providers:entragraph': 'provider',
  'azuread:index/getGroup:getGroup': 'group looked up',
  'azuread:index/getUsers:getUsers': 'people looked up',
  'azuread:index/getServicePrincipal:getServicePrincipal': 'service principal looked up',
  'azuread:index/getApplication:getApplication': 'application looked up',
  'azuread:index/getClientConfig:getClientConfig': 'who deploys',
};

/** `azuread:index/group:Group` is a `group`; a type that is not listed is its last part, `NamedLocation`. */
export function wordsFor(type: string): string {
  return WORDS[type] ?? type.split(':').at(-1) ?? type;
}

/** Ids that are the same in every tenant: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in */
const WELL_KNOWN: Readonly<Record<string, string>> = { '00000003-0000-0000-c000-000000000000': 'Microsoft Graph' };

/** The name of one of Microsoft's own applications. */
export function wellKnownName(clientId: string): string | undefined {
  return WELL_KNOWN[clientId];
}
