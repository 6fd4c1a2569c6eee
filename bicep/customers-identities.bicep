// The two applications that Pulumi signs in as in the directory of the customers. docs/bicep.md gives the reason for each
// permission.
targetScope = 'tenant'

@description('Repository that deploys: owner/name, in the case that GitHub shows.')
param repository string

@description('Environments that may deploy.')
@minLength(1)
param environments array

@description('Runs of a pull request that may take on the preview\'s identity: environment:NAME, with required reviewers; pull_request would be whoever can push a branch.')
param previewTrust string = 'environment:preview'

@description('True where jobs of github.com have their default subjects, which this file makes. An estate that names another forge, a server or workflows says false.')
param trustsGitHub bool = true

@description('Whom the identities trust where trustsGitHub is false: preview and deploy, each a list of name, issuer and subject. npm run deploy hands it over; without it, they trust no one.')
param trust object = {}

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
  'Application.ReadWrite.All'
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
  'Application.ReadWrite.All'
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
    repository: repository
    runs: trustsGitHub ? [
      previewTrust
      'ref:refs/heads/main'
    ] : []
    credentialsOfForge: trustsGitHub ? [] : (trust.?preview ?? [])
    permissions: isB2c ? previewPermissions : externalPreviewPermissions
  }
}

module deploy 'directory-identity.bicep' = {
  name: 'deploy-identity'
  params: {
    identityName: 'pulumi-deploy'
    repository: repository
    runs: [for environment in (trustsGitHub ? environments : []): 'environment:${environment}']
    credentialsOfForge: trustsGitHub ? [] : (trust.?deploy ?? [])
    permissions: isB2c ? deployPermissions : externalDeployPermissions
  }
}

output previewClientId string = preview.outputs.clientId
output deployClientId string = deploy.outputs.clientId
