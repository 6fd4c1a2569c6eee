// The Azure AD B2C directory of the customers, as a resource that the subscription pays for.
//
// Azure refuses its creation to service principals (401), and a second creation under the same name to everybody. So a
// person creates it once, with deployDirectory; every other deployment only looks it up, and fails if it isn't there.

@description('First label of the directory: contosoclaims of contosoclaims.onmicrosoft.com.')
param directory string

@description('Where the data of the customers lives. Only its creation needs it; it can not be changed later.')
param dataResidency ('Asia Pacific' | 'Australia' | 'Europe' | 'United States')?

@description('Country or region of the directory, two letters as in ISO 3166-1. It must belong to the data residency.')
@minLength(2)
@maxLength(2)
param countryCode string?

@description('Creates the directory. Only once, by a person.')
param deployDirectory bool

var domain = '${directory}.onmicrosoft.com'

resource created 'Microsoft.AzureActiveDirectory/b2cDirectories@2021-04-01' = if (deployDirectory) {
  name: domain
  location: dataResidency!
  sku: {
    name: 'PremiumP1'
    tier: 'A0'
  }
  properties: {
    createTenantProperties: {
      countryCode: countryCode!
      displayName: directory
    }
  }
}

resource found 'Microsoft.AzureActiveDirectory/b2cDirectories@2021-04-01' existing = if (!deployDirectory) {
  name: domain
}

@description('The directory\'s tenant id, for customers.tenantId of the estate.')
output tenantId string = deployDirectory ? created!.properties.tenantId : found!.properties.tenantId
