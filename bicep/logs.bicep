// A Log Analytics workspace, and Entra's logs in it: who signed in, what was changed, what was provisioned to AWS.

@description('Azure region.')
param location string

@description('Name of the workspace.')
param workspaceName string

@description('Days until a log entry is deleted.')
@minValue(30)
@maxValue(730)
param retentionDays int

var categories = [
  'AuditLogs'
  'ManagedIdentitySignInLogs'
  'NonInteractiveUserSignInLogs'
  'ProvisioningLogs'
  'ServicePrincipalSignInLogs'
  'SignInLogs'
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      // The workspace's key is not used: Entra and Azure Monitor don't need it.
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

// One setting for the whole tenant. It sends; how long entries stay is up to the workspace.
resource entraLogs 'microsoft.aadiam/diagnosticSettings@2017-04-01' = {
  scope: tenant()
  name: workspaceName
  properties: {
    workspaceId: workspace.id
    logs: [for category in categories: {
      category: category
      enabled: true
    }]
  }
}

output workspaceId string = workspace.id
