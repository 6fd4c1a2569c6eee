// An identity that the forge's pipeline takes on without a secret, and what it may do with Pulumi's state: nothing else in Azure.

@description('Azure region.')
param location string

@description('Name of the managed identity.')
param identityName string

@description('GitHub repository whose workflows take the identity on: owner/name, in the case that GitHub shows.')
param repository string

@description('Which of its runs: pull_request, ref:refs/heads/BRANCH, or environment:NAME.')
@maxLength(20)
param runs array

@description('Credentials for a forge whose subjects this file does not make: name, issuer and subject of each.')
@maxLength(20)
param credentialsOfForge array = []

@description('What it may do with the state.')
@allowed([
  'read'
  'write'
])
param stateAccess string

param storageAccountName string
param containerName string
param keyVaultName string
param keyName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var keyVaultCryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'

var stateRole = stateAccess == 'write' ? storageBlobDataContributor : storageBlobDataReader

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: identityName
  location: location
}

// One after the other: Azure refuses two changes of one identity's credentials at a time.
@batchSize(1)
resource credentials 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = [for run in runs: {
  parent: identity
  name: 'github-${replace(replace(run, ':', '-'), '/', '-')}'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:${repository}:${run}'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}]

@batchSize(1)
resource forgeCredentials 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = [for credential in credentialsOfForge: {
  parent: identity
  name: credential.name
  properties: {
    issuer: credential.issuer
    subject: credential.subject
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}]

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' existing = {
  name: '${storageAccountName}/default/${containerName}'
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' existing = {
  name: '${keyVaultName}/${keyName}'
}

resource accessToState 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: container
  name: guid(container.id, identity.id, stateRole)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', stateRole)
  }
}

// A preview needs it too: Pulumi decrypts configuration and state before it plans. So whoever takes on the identity reads
// every secret of the stacks, and no pull request may take it on without a reviewer.
resource useOfKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: key
  name: guid(key.id, identity.id, keyVaultCryptoUser)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultCryptoUser)
  }
}

@description('For `azure/login` and ARM_CLIENT_ID.')
output clientId string = identity.properties.clientId
