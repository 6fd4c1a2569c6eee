// The blog estate's values for main.bicep.
targetScope = 'subscription'

@description('Creates the B2C directory. Only once, by a person.')
param deployDirectory bool = false

@description('Whom the identities trust at another forge, a server of one\'s own, or by reusable workflows; npx --no entra-aws deploy hands it over.')
param trust object = {}

var estate = loadYamlContent('../../estates/blog/estate.yaml')

// Without these three, jobs of github.com have subjects that Bicep makes by itself.
var trustsGitHub = (estate.?pipeline.?forge ?? 'github') == 'github' && empty(estate.?pipeline.?server ?? '') && empty(estate.?pipeline.?workflows ?? '') && (estate.?pipeline.?branch ?? 'main') == 'main'

module foundation '../main.bicep' = {
  name: 'identity-foundation'
  scope: subscription(estate.azure.subscriptionId)
  params: {
    location: estate.azure.location
    resourceGroupName: estate.azure.resourceGroup
    logRetentionDays: estate.azure.?logs.?retentionDays ?? 365
    storageAccountName: estate.azure.pulumiState.storageAccount
    keyVaultName: estate.azure.pulumiState.keyVault
    awsApplicationName: estate.workforce.awsApplication.displayName
    repository: estate.azure.repository
    environments: estate.azure.environments
    previewTrust: estate.azure.?previewTrust ?? 'environment:preview'
    trustsGitHub: trustsGitHub
    trust: trust
    directory: estate.customers.directory
    dataResidency: estate.customers.location
    countryCode: estate.customers.countryCode
    deployDirectory: deployDirectory
  }
}

output customersTenantId string = foundation.outputs.customersTenantId
output backendUrl string = foundation.outputs.backendUrl
output secretsProvider string = foundation.outputs.secretsProvider
output previewClientId string = foundation.outputs.previewClientId
output deployClientId string = foundation.outputs.deployClientId
