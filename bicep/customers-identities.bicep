// The two applications that Pulumi signs in as in the directory of the customers; customers-trust.bicep says whom they trust.
// docs/bicep.md gives the reason for each permission.
targetScope = 'tenant'

@description('customers.directoryType of the estate: a B2C directory, or an external tenant of External ID.')
@allowed([
  'b2c'
  'external-id'
])
param directoryType string = 'b2c'

@description('Whether customers.identityProviders of the estate declares some.')
param hasIdentityProviders bool = false

@description('Whether customers.apiConnectors of the estate declares some.')
param hasApiConnectors bool = false

@description('Whether customers.customExtensions of the estate declares some.')
param hasCustomExtensions bool = false

@description('Whether customers.attributes of the estate declares some. In a B2C directory the user flows bring the permission.')
param hasAttributes bool = false

var isB2c = directoryType == 'b2c'
var writesAttributes = hasAttributes && !isB2c

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

var providersPreviewPermissions = [
  'IdentityProvider.Read.All'
]

var providersDeployPermissions = [
  'IdentityProvider.ReadWrite.All'
]

var connectorsPreviewPermissions = [
  'APIConnectors.Read.All'
]

var connectorsDeployPermissions = [
  'APIConnectors.ReadWrite.All'
]

var extensionsPreviewPermissions = [
  'CustomAuthenticationExtension.Read.All'
]

var extensionsDeployPermissions = [
  'CustomAuthenticationExtension.ReadWrite.All'
]

var attributesDeployPermissions = [
  'IdentityUserFlow.ReadWrite.All'
]

module preview 'directory-identity.bicep' = {
  name: 'preview-identity'
  params: {
    identityName: 'pulumi-preview'
    permissions: concat(
      isB2c ? previewPermissions : externalPreviewPermissions,
      hasIdentityProviders ? providersPreviewPermissions : [],
      hasApiConnectors ? connectorsPreviewPermissions : [],
      hasCustomExtensions ? extensionsPreviewPermissions : []
    )
  }
}

module deploy 'directory-identity.bicep' = {
  name: 'deploy-identity'
  params: {
    identityName: 'pulumi-deploy'
    permissions: concat(
      isB2c ? deployPermissions : externalDeployPermissions,
      hasIdentityProviders ? providersDeployPermissions : [],
      hasApiConnectors ? connectorsDeployPermissions : [],
      hasCustomExtensions ? extensionsDeployPermissions : [],
      writesAttributes ? attributesDeployPermissions : []
    )
  }
}

output previewClientId string = preview.outputs.clientId
output deployClientId string = deploy.outputs.clientId
