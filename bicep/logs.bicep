// A Log Analytics workspace, to which entra-logs.bicep sends Entra's logs, and a workbook over them: who got access when, what
// provisioning could not do, sign-ins to AWS with one factor. The queries are files, and are parsed in a test.

@description('Azure region.')
param location string

@description('Name of the workspace.')
param workspaceName string

@description('Days until a log entry is deleted.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Display name of the enterprise application for AWS. Without one there is no workbook.')
param applicationName string

// The name that the query files have, so that they run as they are.
var exampleName = 'AWS IAM Identity Center'
// In a verbatim text of KQL a quotation mark is doubled.
var name = replace(applicationName, '"', '""')

var parts = [
  {
    title: 'Who got access, and who lost it'
    query: loadTextContent('queries/who-got-access.kql')
  }
  {
    title: 'What provisioning to AWS could not do'
    query: replace(loadTextContent('queries/provisioning-failures.kql'), exampleName, name)
  }
  {
    title: 'Sign-ins to AWS with one factor'
    query: replace(loadTextContent('queries/aws-sign-ins-without-mfa.kql'), exampleName, name)
  }
]

var timeRange = {
  type: 9
  name: 'time'
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: [
      {
        name: 'TimeRange'
        type: 4
        isRequired: true
        value: {
          durationMs: 604800000
        }
        typeSettings: {
          selectableValues: [
            {
              durationMs: 86400000
            }
            {
              durationMs: 604800000
            }
            {
              durationMs: 2592000000
            }
          ]
          allowCustom: true
        }
      }
    ]
  }
}

var tables = [
  for part in parts: {
    type: 3
    name: part.title
    content: {
      version: 'KqlItem/1.0'
      title: part.title
      query: part.query
      timeContextFromParameter: 'TimeRange'
      queryType: 0
      resourceType: 'microsoft.operationalinsights/workspaces'
      visualization: 'table'
    }
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      // The workspace's key is not used: Entra and Azure Monitor don't need it.
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = if (!empty(applicationName)) {
  name: guid(workspace.id, 'aws-access')
  location: location
  kind: 'shared'
  properties: {
    displayName: 'Access to AWS'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], tables)
    })
  }
}
