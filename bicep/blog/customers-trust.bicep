// The blog estate's values for customers-trust.bicep.
targetScope = 'tenant'

@description('Whom the identities trust at another forge, a server of one\'s own, or by reusable workflows; npx --no entra-aws deploy hands it over.')
param trust object = {}

var estate = loadYamlContent('../../estates/blog/estate.yaml')

// Without these three, jobs of github.com have subjects that Bicep makes by itself.
var trustsGitHub = (estate.?pipeline.?forge ?? 'github') == 'github' && empty(estate.?pipeline.?server ?? '') && empty(estate.?pipeline.?workflows ?? '') && (estate.?pipeline.?branch ?? 'main') == 'main'

module trusts '../customers-trust.bicep' = {
  name: 'customers-trust'
  params: {
    repository: estate.azure.repository
    environments: estate.azure.environments
    previewTrust: estate.azure.?previewTrust ?? 'environment:preview'
    trustsGitHub: trustsGitHub
    trust: trust
  }
}
