// Whom the two applications of customers-identities.bicep trust: jobs of the forge's pipeline. A deployment of its own, after
// that one (directory-trust.bicep says why).
targetScope = 'tenant'

@description('Repository that deploys: owner/name, in the case that GitHub shows.')
param repository string

@description('Environments that may deploy.')
@minLength(1)
param environments array

@description('Runs of a pull request that may take on the preview\'s identity: environment:NAME, with required reviewers; pull_request would be whoever can push a branch.')
param previewTrust string = 'environment:preview'

@description('True where jobs of github.com have their default subjects, which this file makes. An estate that names another forge, a server, workflows or another branch says false.')
param trustsGitHub bool = true

@description('Whom the identities trust where trustsGitHub is false: preview and deploy, each a list of name, issuer and subject. npx --no entra-aws deploy hands it over; without it, they trust no one.')
param trust object = {}

module preview 'directory-trust.bicep' = {
  name: 'preview-trust'
  params: {
    identityName: 'pulumi-preview'
    repository: repository
    runs: trustsGitHub ? [
      previewTrust
      'ref:refs/heads/main'
    ] : []
    credentialsOfForge: trustsGitHub ? [] : (trust.?preview ?? [])
  }
}

module deploy 'directory-trust.bicep' = {
  name: 'deploy-trust'
  params: {
    identityName: 'pulumi-deploy'
    repository: repository
    runs: [for environment in (trustsGitHub ? environments : []): 'environment:${environment}']
    credentialsOfForge: trustsGitHub ? [] : (trust.?deploy ?? [])
  }
}
