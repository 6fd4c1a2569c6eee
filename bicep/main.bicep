// What must exist in Azure before Pulumi can run. The program hands the values in: docs/bicep.md.
targetScope = 'subscription'

import { trust } from 'deploy-identity.bicep'

@description('Azure region of everything but the B2C directory.')
param location string

@description('Name of the resource group, created if absent.')
param resourceGroupName string

@description('Days until a log entry is deleted.')
@minValue(30)
@maxValue(730)
param logRetentionDays int

@description('Name of the storage account of Pulumi\'s state, unique in Azure.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('Name of the Key Vault of Pulumi\'s secrets, unique in Azure.')
@minLength(3)
@maxLength(24)
param keyVaultName string

@description('Display name of the enterprise application for AWS. Empty where the estate has none.')
param awsApplicationName string

@description('Jobs of the forge that may take on each identity.')
param trusted trust

@description('The B2C directory of the customers: its first label, where its data lives, and its country, which only its creation needs. Null where there is none.')
param b2cDirectory {
  name: string
  dataResidency: ('Asia Pacific' | 'Australia' | 'Europe' | 'United States')?
  @minLength(2)
  @maxLength(2)
  countryCode: string?
}?

@description('Creates the B2C directory. Only once, by a person.')
param deployDirectory bool

@description('Digest of these files, by which the program sees later that they have changed.')
param files string

var workspaceName = 'log-${resourceGroupName}'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
}

module directory 'b2c-directory.bicep' = if (b2cDirectory != null) {
  scope: group
  params: {
    directory: b2cDirectory!.name
    dataResidency: b2cDirectory!.?dataResidency
    countryCode: b2cDirectory!.?countryCode
    deployDirectory: deployDirectory
  }
}

module logs 'logs.bicep' = {
  scope: group
  params: {
    location: location
    workspaceName: workspaceName
    retentionDays: logRetentionDays
    applicationName: awsApplicationName
  }
}

module pulumiState 'pulumi-state.bicep' = {
  scope: group
  params: {
    location: location
    storageAccountName: storageAccountName
    keyVaultName: keyVaultName
    workspaceName: workspaceName
  }
  dependsOn: [
    logs
  ]
}

module previewIdentity 'deploy-identity.bicep' = {
  scope: group
  params: {
    location: location
    identityName: 'id-pulumi-preview'
    credentials: trusted.preview
    stateAccess: 'read'
    storageAccountName: storageAccountName
    keyVaultName: keyVaultName
  }
  dependsOn: [
    pulumiState
  ]
}

module deployIdentity 'deploy-identity.bicep' = {
  scope: group
  params: {
    location: location
    identityName: 'id-pulumi-deploy'
    credentials: trusted.deploy
    stateAccess: 'write'
    storageAccountName: storageAccountName
    keyVaultName: keyVaultName
  }
  dependsOn: [
    pulumiState
  ]
}

@description('The B2C directory\'s tenant id, for customers.tenantId of the estate; empty where there is none.')
output customersTenantId string = b2cDirectory == null ? '' : directory!.outputs.tenantId

output backendUrl string = pulumiState.outputs.backendUrl
output secretsProvider string = pulumiState.outputs.secretsProvider
output previewClientId string = previewIdentity.outputs.clientId
output deployClientId string = deployIdentity.outputs.clientId
output files string = files
