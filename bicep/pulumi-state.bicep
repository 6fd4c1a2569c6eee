// Where Pulumi keeps its state, and the key that its secrets are encrypted with.
//
// Both are reached over public endpoints, because CI's runners have no fixed addresses; who comes in is a matter of
// role assignments alone. Neither knows another kind of login: no account key, no access policy.

@description('Azure region.')
param location string

@description('Name of the storage account, unique in Azure.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('Name of the Key Vault, unique in Azure.')
@minLength(3)
@maxLength(24)
param keyVaultName string

@description('Name of the Log Analytics workspace that learns who read the state and who used the key.')
param workspaceName string

@export()
var containerName = 'pulumi-state'
@export()
var keyName = 'pulumi-secrets'

// Days in which a deleted blob, container, vault or key can be brought back.
var recoveryDays = 90

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName
}

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: storageAccountName
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: storageAccount
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: recoveryDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: recoveryDays
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobService
  name: containerName
  properties: {
    publicAccess: 'None'
  }
}

// Without its state, Pulumi no longer knows what it made. The lock keeps the account, not the blobs in it.
resource stateLock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: storageAccount
  name: 'keep-pulumi-state'
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the state of the identity stacks.'
  }
}

resource keyVault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: keyVaultName
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: recoveryDays
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
  }
}

// Pulumi asks Key Vault to decrypt with the version in its secrets provider, or with the newest one if none is named. What
// an older version encrypted fails with a newer one: hence the version in the output, and no way to rotate under Pulumi.
resource key 'Microsoft.KeyVault/vaults/keys@2026-02-01' = {
  parent: keyVault
  name: keyName
  properties: {
    kty: 'RSA'
    keySize: 4096
    keyOps: [
      'decrypt'
      'encrypt'
    ]
    rotationPolicy: {
      attributes: {
        expiryTime: 'P2Y'
      }
      lifetimeActions: [
        {
          action: {
            type: 'rotate'
          }
          trigger: {
            timeAfterCreate: 'P1Y'
          }
        }
        {
          action: {
            type: 'notify'
          }
          trigger: {
            timeBeforeExpiry: 'P90D'
          }
        }
      ]
    }
  }
}

// The only other version, of 2016, has no groups of categories.
#disable-next-line use-recent-api-versions
resource vaultLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: keyVault
  name: 'audit'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

#disable-next-line use-recent-api-versions
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'audit'
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

@description('For `pulumi login`.')
output backendUrl string = 'azblob://${containerName}?storage_account=${storageAccount.name}'

@description('For `pulumi stack init --secrets-provider`: the newest version of the key.')
output secretsProvider string = replace(key.properties.keyUriWithVersion, 'https://', 'azurekeyvault://')
