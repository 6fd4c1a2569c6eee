// Whom an application of a directory trusts: jobs of the forge's pipeline sign in as it without a secret.
//
// Never in one deployment with the application: the extension looks for it by its unique name, and does not find what the same
// deployment has just made (https://github.com/microsoftgraph/msgraph-bicep-types/issues/301, #271).
targetScope = 'tenant'

extension microsoftGraphV1

@description('Unique name of the application, which is there already.')
param identityName string

@description('GitHub repository whose workflows sign in: owner/name, in the case that GitHub shows.')
param repository string

@description('Which of its runs: pull_request, ref:refs/heads/BRANCH, or environment:NAME.')
@maxLength(20)
param runs array

@description('Credentials for a forge whose subjects this file does not make: name, issuer and subject of each.')
@maxLength(20)
param credentialsOfForge array = []

// The extension knows no parent: a credential is addressed by the application's unique name.
@batchSize(1)
resource credentials 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = [for run in runs: {
  name: '${identityName}/github-${replace(replace(run, ':', '-'), '/', '-')}'
  issuer: 'https://token.actions.githubusercontent.com'
  subject: 'repo:${repository}:${run}'
  audiences: [
    'api://AzureADTokenExchange'
  ]
}]

@batchSize(1)
resource forgeCredentials 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = [for credential in credentialsOfForge: {
  name: '${identityName}/${credential.name}'
  issuer: credential.issuer
  subject: credential.subject
  audiences: [
    'api://AzureADTokenExchange'
  ]
}]
