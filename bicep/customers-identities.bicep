// The two applications that Pulumi signs in as in the directory of the customers; customers-trust.bicep says whom they trust.
// docs/bicep.md gives the reason for each permission.
targetScope = 'tenant'

@description('customers.directoryType of the estate: a B2C directory, or an external tenant of External ID.')
@allowed([
  'b2c'
  'external-id'
])
param directoryType string = 'b2c'

var isB2c = directoryType == 'b2c'

var previewPermissions = [
  'Application.Read.All'
  'DelegatedPermissionGrant.Read.All'
  'IdentityUserFlow.Read.All'
]

var deployPermissions = [
  'Application.ReadWrite.OwnedBy'
  'DelegatedPermissionGrant.ReadWrite.All'
  'IdentityUserFlow.ReadWrite.All'
]

var externalPreviewPermissions = [
  'Application.Read.All'
  'DelegatedPermissionGrant.Read.All'
  'EventListener.Read.All'
  'IdentityUserFlow.Read.All'
  'Policy.Read.All'
]

var externalDeployPermissions = [
  'Application.ReadWrite.OwnedBy'
  'DelegatedPermissionGrant.ReadWrite.All'
  'EventListener.ReadWrite.All'
  'IdentityUserFlow.Read.All'
  'Policy.Read.All'
  'Policy.ReadWrite.ConditionalAccess'
]

module preview 'directory-identity.bicep' = {
  name: 'preview-identity'
  params: {
    identityName: 'pulumi-preview'
    permissions: isB2c ? previewPermissions : externalPreviewPermissions
  }
}

module deploy 'directory-identity.bicep' = {
  name: 'deploy-identity'
  params: {
    identityName: 'pulumi-deploy'
    permissions: isB2c ? deployPermissions : externalDeployPermissions
  }
}

output previewClientId string = preview.outputs.clientId
output deployClientId string = deploy.outputs.clientId
