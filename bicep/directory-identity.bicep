// An application of a directory that the forge's pipeline signs in as, and its permissions of Microsoft Graph. Whom it trusts is a
// deployment of its own: directory-trust.bicep.
//
// For the B2C directory: the managed identities belong to the Entra tenant, and can't sign in here.
targetScope = 'tenant'

extension microsoftGraphV1

@description('Name of the application, unique in the directory; it can not be changed later.')
param identityName string

@description('Application permissions of Microsoft Graph.')
param permissions array

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: identityName
  displayName: identityName
  signInAudience: 'AzureADMyOrg'
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
}

resource may 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for permission in permissions: {
  appRoleId: filter(graph.appRoles, role => role.value == permission)[0].id
  principalId: principal.id
  resourceId: graph.id
}]

@description('For ARM_CLIENT_ID.')
output clientId string = application.appId
