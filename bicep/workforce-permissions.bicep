// What main.bicep's two managed identities may do in the Entra tenant, as permissions of Microsoft Graph.
// docs/bicep.md gives the reason for each.
extension microsoftGraphV1

@description('True where the estate names owners of groups: they are looked up.')
param namesOwners bool = false

@description('True where the estate has groups to which roles of Entra ID may be assigned. Whoever may make these may give itself any role.')
param hasRoleAssignableGroups bool = false

var previewPermissions = [
  'Application.Read.All'
  'Group.Read.All'
  'Policy.Read.All'
  'Synchronization.Read.All'
]

var deployPermissions = [
  'AppRoleAssignment.ReadWrite.All'
  'Application.Read.All'
  'Application.ReadWrite.OwnedBy'
  'Group.ReadWrite.All'
  'GroupMember.Read.All'
  'Policy.Read.All'
  'Policy.ReadWrite.ApplicationConfiguration'
  'Policy.ReadWrite.ConditionalAccess'
]

// For the daily look of the doctor, which asks about people and consents too; no program does.
var doctorPermissions = [
  'DelegatedPermissionGrant.Read.All'
  'User.Read.All'
]

var lookingPermissions = namesOwners ? [
  'User.ReadBasic.All'
] : []

// Azuread reads each owner as an object of the directory before it makes the group, for which there is nothing less.
var ownersPermissions = namesOwners ? [
  'Directory.Read.All'
] : []

var rolesPermissions = hasRoleAssignableGroups ? [
  'RoleManagement.ReadWrite.Directory'
] : []

var previewGiven = concat(previewPermissions, doctorPermissions, lookingPermissions)
var deployGiven = concat(deployPermissions, ownersPermissions, rolesPermissions)

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource preview 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-pulumi-preview'
}

resource deploy 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-pulumi-deploy'
}

resource previewMay 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for permission in previewGiven: {
  appRoleId: filter(graph.appRoles, role => role.value == permission)[0].id
  principalId: preview.properties.principalId
  resourceId: graph.id
}]

resource deployMay 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [for permission in deployGiven: {
  appRoleId: filter(graph.appRoles, role => role.value == permission)[0].id
  principalId: deploy.properties.principalId
  resourceId: graph.id
}]
