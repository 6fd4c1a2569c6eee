// Entra's logs in the workspace of logs.bicep: who signed in, what was changed, what was provisioned to AWS.
//
// A deployment of its own, and of a person: Azure lets neither a service principal nor an Owner of the subscription write this
// setting (https://github.com/Azure/azure-rest-api-specs/issues/11085), and everything else would fail with it.

@description('Name of the workspace.')
param workspaceName string

@description('Digest of these files, by which the program sees later that they have changed.')
param files string

var categories = [
  'AuditLogs'
  'ManagedIdentitySignInLogs'
  'NonInteractiveUserSignInLogs'
  'ProvisioningLogs'
  'ServicePrincipalSignInLogs'
  'SignInLogs'
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

// One setting for the whole tenant. It sends; how long entries stay is up to the workspace.
resource entraLogs 'microsoft.aadiam/diagnosticSettings@2017-04-01' = {
  scope: tenant()
  name: workspaceName
  properties: {
    workspaceId: workspace.id
    logs: [
      for category in categories: {
        category: category
        enabled: true
      }
    ]
  }
}

output files string = files
