// What must exist in Azure before Pulumi can run. An estate's own file hands its values in; see docs/bicep.md.
targetScope = 'subscription'

@description('Azure region of everything but the B2C directory.')
param location string

@description('Name of the resource group, created if absent.')
param resourceGroupName string

@description('Days until a log entry is deleted.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 365

@description('Name of the storage account of Pulumi\'s state, unique in Azure.')
param storageAccountName string

@description('Name of the Key Vault of Pulumi\'s secrets, unique in Azure.')
param keyVaultName string

@description('Display name of the enterprise application for AWS. Empty where the estate has none.')
param awsApplicationName string = ''

@description('Repository that deploys: owner/name, in the case that GitHub shows.')
param repository string

@description('Environments that may deploy.')
@minLength(1)
param environments array

@description('Runs of a pull request that may take on the preview\'s identity, which decrypts Pulumi\'s secrets: environment:NAME, with required reviewers; pull_request would be whoever can push a branch.')
param previewTrust string = 'environment:preview'

@description('True where jobs of github.com have their default subjects, which this file makes. An estate that names another forge, a server, workflows or another branch says false.')
param trustsGitHub bool = true

@description('Whom the identities trust where trustsGitHub is false: preview and deploy, each a list of name, issuer and subject. npx --no entra-aws deploy hands it over; without it, they trust no one.')
param trust object = {}

@description('First label of the B2C directory. Empty where the estate has no customers.')
param directory string = ''

@description('Where the data of the customers lives.')
param dataResidency string = 'Europe'

@description('Country or region of the B2C directory.')
param countryCode string = 'GB'

@description('Creates the B2C directory. Only once, by a person.')
param deployDirectory bool = false

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName
  location: location
}

module b2cDirectory 'b2c-directory.bicep' = if (!empty(directory)) {
  name: 'b2c-directory'
  scope: group
  params: {
    directory: directory
    dataResidency: dataResidency
    countryCode: countryCode
    deployDirectory: deployDirectory
  }
}

module logs 'logs.bicep' = {
  name: 'logs'
  scope: group
  params: {
    location: location
    workspaceName: 'log-${resourceGroupName}'
    retentionDays: logRetentionDays
  }
}

module workbook 'workbook.bicep' = if (!empty(awsApplicationName)) {
  name: 'workbook'
  scope: group
  params: {
    location: location
    workspaceId: logs.outputs.workspaceId
    applicationName: awsApplicationName
  }
}

module pulumiState 'pulumi-state.bicep' = {
  name: 'pulumi-state'
  scope: group
  params: {
    location: location
    storageAccountName: storageAccountName
    keyVaultName: keyVaultName
    workspaceId: logs.outputs.workspaceId
  }
}

module previewIdentity 'deploy-identity.bicep' = {
  name: 'preview-identity'
  scope: group
  params: {
    location: location
    identityName: 'id-pulumi-preview'
    repository: repository
    runs: trustsGitHub ? [
      previewTrust
      'ref:refs/heads/main'
    ] : []
    credentialsOfForge: trustsGitHub ? [] : (trust.?preview ?? [])
    stateAccess: 'read'
    storageAccountName: storageAccountName
    containerName: pulumiState.outputs.containerName
    keyVaultName: keyVaultName
    keyName: pulumiState.outputs.keyName
  }
}

module deployIdentity 'deploy-identity.bicep' = {
  name: 'deploy-identity'
  scope: group
  params: {
    location: location
    identityName: 'id-pulumi-deploy'
    repository: repository
    runs: [for environment in (trustsGitHub ? environments : []): 'environment:${environment}']
    credentialsOfForge: trustsGitHub ? [] : (trust.?deploy ?? [])
    stateAccess: 'write'
    storageAccountName: storageAccountName
    containerName: pulumiState.outputs.containerName
    keyVaultName: keyVaultName
    keyName: pulumiState.outputs.keyName
  }
}

@description('The B2C directory\'s tenant id, for customers.tenantId of the estate; empty where there is none.')
output customersTenantId string = empty(directory) ? '' : b2cDirectory!.outputs.tenantId

output backendUrl string = pulumiState.outputs.backendUrl
output secretsProvider string = pulumiState.outputs.secretsProvider
output previewClientId string = previewIdentity.outputs.clientId
output deployClientId string = deployIdentity.outputs.clientId
