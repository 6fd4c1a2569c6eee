// An identity that the forge's pipeline takes on without a secret, and what it may do with Pulumi's state: nothing else in Azure.

import { containerName, keyName } from 'pulumi-state.bicep'

@description('Jobs of a forge that an identity trusts: their tokens, by issuer and subject.')
@maxLength(20)
type credentialsOf = {
  name: string
  issuer: string
  subject: string
}[]

@export()
@description('Jobs that each identity of the pipeline trusts.')
type trust = {
  preview: credentialsOf
  deploy: credentialsOf
}

@description('Azure region.')
param location string

@description('Name of the managed identity.')
param identityName string

@description('Jobs that may take it on.')
param credentials credentialsOf

@description('What it may do with the state.')
param stateAccess 'read' | 'write'

param storageAccountName string
param keyVaultName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var keyVaultCryptoUser = '12338af0-0e69-4776-bea7-57ae8d297424'

var stateRole = stateAccess == 'write' ? storageBlobDataContributor : storageBlobDataReader

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: identityName
  location: location
}

// One after the other: Azure refuses two changes of one identity's credentials at a time.
@batchSize(1)
resource trusted 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = [
  for credential in credentials: {
    parent: identity
    name: credential.name
    properties: {
      issuer: credential.issuer
      subject: credential.subject
      audiences: [
        'api://AzureADTokenExchange'
      ]
    }
  }
]

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' existing = {
  name: '${storageAccountName}/default/${containerName}'
}

resource key 'Microsoft.KeyVault/vaults/keys@2026-02-01' existing = {
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
