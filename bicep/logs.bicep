// A Log Analytics workspace. entra-logs.bicep sends Entra's logs to it.

@description('Azure region.')
param location string

@description('Name of the workspace.')
param workspaceName string

@description('Days until a log entry is deleted.')
@minValue(30)
@maxValue(730)
param retentionDays int

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

output workspaceId string = workspace.id
