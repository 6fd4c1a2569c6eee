// The sandbox estate's values for customers-identities.bicep.
targetScope = 'tenant'

var estate = loadYamlContent('../../estates/sandbox/estate.yaml')

module identities '../customers-identities.bicep' = {
  name: 'customers-identities'
  params: {
    repository: estate.azure.repository
    environments: estate.azure.environments
    previewTrust: estate.azure.?previewTrust ?? 'environment:preview'
  }
}

output previewClientId string = identities.outputs.previewClientId
output deployClientId string = identities.outputs.deployClientId
