// The blog estate's values for customers-identities.bicep.
targetScope = 'tenant'

var estate = loadYamlContent('../../estates/blog/estate.yaml')

module identities '../customers-identities.bicep' = {
  name: 'customers-identities'
  params: {
    directoryType: estate.customers.?directoryType ?? 'b2c'
    hasIdentityProviders: !empty(estate.customers.?identityProviders ?? [])
    hasApiConnectors: !empty(estate.customers.?apiConnectors ?? [])
    hasCustomExtensions: !empty(estate.customers.?customExtensions ?? [])
    hasAttributes: !empty(estate.customers.?attributes ?? [])
  }
}

output previewClientId string = identities.outputs.previewClientId
output deployClientId string = identities.outputs.deployClientId
