// The blog estate's values for workforce-permissions.bicep.
targetScope = 'subscription'

var estate = loadYamlContent('../../estates/blog/estate.yaml')

module permissions '../workforce-permissions.bicep' = {
  name: 'workforce-permissions'
  scope: resourceGroup(estate.azure.subscriptionId, estate.azure.resourceGroup)
  params: {
    namesOwners: !empty(filter(estate.workforce.groups, group => contains(group, 'owners')))
    hasRoleAssignableGroups: !empty(filter(estate.workforce.groups, group => group.?assignableToRoles ?? false))
  }
}
