// The two applications that Pulumi signs in as in the B2C directory. docs/bicep.md gives the reason for each permission.
targetScope = 'tenant'

@description('GitHub repository that deploys: owner/name, in the case that GitHub shows.')
param repository string

@description('GitHub environments that may deploy.')
@minLength(1)
param environments array

var previewPermissions = [
  'Application.Read.All'
  'DelegatedPermissionGrant.Read.All'
  'IdentityProvider.Read.All'
  'IdentityUserFlow.Read.All'
]

var deployPermissions = [
  'Application.ReadWrite.All'
  'DelegatedPermissionGrant.ReadWrite.All'
  'IdentityProvider.Read.All'
  'IdentityUserFlow.ReadWrite.All'
]

module preview 'directory-identity.bicep' = {
  name: 'preview-identity'
  params: {
    identityName: 'pulumi-preview'
    repository: repository
    runs: [
      'pull_request'
      'ref:refs/heads/main'
    ]
    permissions: previewPermissions
  }
}

module deploy 'directory-identity.bicep' = {
  name: 'deploy-identity'
  params: {
    identityName: 'pulumi-deploy'
    repository: repository
    runs: [for environment in environments: 'environment:${environment}']
    permissions: deployPermissions
  }
}

output previewClientId string = preview.outputs.clientId
output deployClientId string = deploy.outputs.clientId
