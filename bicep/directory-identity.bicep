// An application of a directory that the forge's pipeline signs in as without a secret, and its permissions of Microsoft Graph.
//
// For the B2C directory: the managed identities belong to the Entra tenant, and can't sign in here.
targetScope = 'tenant'

extension microsoftGraphV1

@description('Name of the application, unique in the directory; it can not be changed later.')
param identityName string

@description('GitHub repository whose workflows sign in: owner/name, in the case that GitHub shows.')
param repository string

@description('Which of its runs: pull_request, ref:refs/heads/BRANCH, or environment:NAME.')
@maxLength(20)
param runs array

@description('Credentials for a forge whose subjects this file does not make: name, issuer and subject of each.')
@maxLength(20)
param credentialsOfForge array = []

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

// The extension knows no parent: a credential is addressed by the application's unique name.
@batchSize(1)
resource credentials 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = [for run in runs: {
  name: '${application.uniqueName}/github-${replace(replace(run, ':', '-'), '/', '-')}'
  issuer: 'https://token.actions.githubusercontent.com'
  subject: 'repo:${repository}:${run}'
  audiences: [
    'api://AzureADTokenExchange'
  ]
}]

@batchSize(1)
resource forgeCredentials 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = [for credential in credentialsOfForge: {
  name: '${application.uniqueName}/${credential.name}'
  issuer: credential.issuer
  subject: credential.subject
  audiences: [
    'api://AzureADTokenExchange'
  ]
}]

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
