// The blog estate's values for entra-logs.bicep.
targetScope = 'subscription'

var estate = loadYamlContent('../../estates/blog/estate.yaml')

module entraLogs '../entra-logs.bicep' = {
  name: 'entra-logs'
  scope: resourceGroup(estate.azure.subscriptionId, estate.azure.resourceGroup)
  params: {
    workspaceName: 'log-${estate.azure.resourceGroup}'
  }
}
