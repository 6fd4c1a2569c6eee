/** Estates whose pipelines are run, by forge, and the directories that go with them. */
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { ORGANIZATION_ID } from '../forges';
import type { DirectoryOptions } from './directories';
import { REPOSITORY_NAMES } from './team';

/** A grant's accounts, and where a test puts another one. */
export const ACCOUNTS = '[{ name: claims-dev }, { name: claims-test }]';

const ACCESS = `access:
  deployFrom: management
  attributes:
    - { key: CostCenter, source: '\${path:enterprise.costCenter}' }
  permissionSets:
    - name: SecurityAudit
      description: Read configuration and logs.
      sessionDuration: PT8H
      managedPolicies: [SecurityAudit]
  grants:
    - group: Security Auditors
      permissionSets: [SecurityAudit]
      accounts: { include: ${ACCOUNTS} }
`;

/** Places that service connections of Azure DevOps lead to. */
type Truster = 'aws' | 'workforce' | 'customers';
const TRUSTERS: readonly Truster[] = ['aws', 'workforce', 'customers'];

const connection = (truster: Truster, role: 'preview' | 'deploy'): string => {
  const number = 2 * TRUSTERS.indexOf(truster) + (role === 'preview' ? 1 : 2);
  return `{ name: ${truster}-${role}, id: 11111111-0000-4000-8000-00000000000${number} }`;
};

/** Keys that only Azure DevOps has. */
function organization(forge: Forge, trusters: readonly Truster[]): string {
  if (forge !== 'azure-devops') return '';
  const connections = trusters.map(
    (one) => `    ${one}: { preview: ${connection(one, 'preview')}, deploy: ${connection(one, 'deploy')} }\n`,
  );
  return `  organizationId: ${ORGANIZATION_ID}\n  serviceConnections:\n${connections.join('')}`;
}

/** An estate of AWS alone: one group with one permission set in two accounts. */
export function smallEstate(forge: Forge): string {
  return `apiVersion: entra-aws-identity/v1
${ACCESS}pipeline:
  forge: ${forge}
  repository: ${REPOSITORY_NAMES[forge]}
  environments: [acme]
${organization(forge, ['aws'])}`;
}

/** The tenant of the organization's own people. */
export const WORKFORCE = {
  program: 'workforce',
  kind: 'workforce',
  tenant: { id: '6a1c0de2-93f4-4c1b-8f07-2b9d5e7a3c10', domain: 'acmepeople.onmicrosoft.com', kind: 'AAD' },
  identities: {
    preview: '6a1c0de2-0000-4000-8000-000000000001',
    deploy: '6a1c0de2-0000-4000-8000-000000000002',
  },
} as const satisfies DirectoryOptions;

/** The external tenant of the customers. */
export const CUSTOMERS = {
  program: 'customers',
  kind: 'external-id',
  tenant: { id: '7b2d1ef3-84a5-4d2c-9e18-3cae6f8b4d21', domain: 'acmecustomers.onmicrosoft.com', kind: 'CIAM' },
  identities: {
    preview: '7b2d1ef3-0000-4000-8000-000000000001',
    deploy: '7b2d1ef3-0000-4000-8000-000000000002',
  },
} as const satisfies DirectoryOptions;

const EXTERNAL_CUSTOMERS = `customers:
  directoryType: external-id
  directory: acmecustomers
  tenantId: ${CUSTOMERS.tenant.id}
  apiApplication:
    displayName: Claims API
    scopes:
      - { value: Accounts.Read, displayName: Read your policy, description: Reads your policy. }
  webApplication:
    displayName: Claims
    hosts: ['https://claims.acme.test']
    clientSecret: { start: 2026-11-01, period: P180D }
  userFlows:
    - id: Sign up and sign in
      type: signUpOrSignIn
      use: signIn
      attributes: [{ id: email }, { id: displayName }]
      identityProviders: [EmailPassword-OAUTH]
`;

/** Groups of the workforce, and where a test puts another one. */
export const GROUPS = `    - { name: Security Auditors, description: 'Read everything, change nothing.' }
`;

const AZURE = (forge: Forge): string => `azure:
  subscriptionId: 3c9e5a71-6d28-4f0b-a4c3-9e1f7b2d8056
  location: westeurope
  resourceGroup: identity-acme
  pulumiState: { storageAccount: acmeidentitystate, keyVault: acme-identity }
  repository: ${REPOSITORY_NAMES[forge]}
  environments: [acme]
`;

const identities = (all: readonly DirectoryOptions[]): string =>
  `  identities:\n${all
    .map(
      ({ program, identities: { preview, deploy } }) => `    ${program}: { preview: ${preview}, deploy: ${deploy} }\n`,
    )
    .join('')}`;

/** An estate of both clouds: the group is made in Entra ID, and has its access at AWS. */
export function entraEstate(forge: Forge): string {
  return `apiVersion: entra-aws-identity/v1
workforce:
  tenantId: ${WORKFORCE.tenant.id}
  groups:
${GROUPS}${ACCESS}${AZURE(forge)}pipeline:
  forge: ${forge}
${organization(forge, ['aws', 'workforce'])}${identities([WORKFORCE])}`;
}

/** An estate of customers in an external tenant, without anything at AWS. Pulumi's state is in the workforce's tenant. */
export function externalEstate(forge: Forge): string {
  return `apiVersion: entra-aws-identity/v1
workforce:
  tenantId: ${WORKFORCE.tenant.id}
  groups: []
${EXTERNAL_CUSTOMERS}${AZURE(forge)}pipeline:
  forge: ${forge}
${organization(forge, ['workforce', 'customers'])}${identities([WORKFORCE, CUSTOMERS])}`;
}

const service = (name: string, environment: string): string => `    - name: ${name}
      folder: apps/${name}
      port: 3000
      healthPath: /health
      environment: [${environment}]
`;

/**
 * An estate of a company whose customers are in an external tenant: a web application and a single page beside the example's,
 * each in an image of its own, and Pulumi's state in S3.
 */
export function companyEstate(
  forge: Forge,
  { account, region }: Readonly<Record<'account' | 'region', string>>,
): string {
  return `apiVersion: entra-aws-identity/v1
${ACCESS}${EXTERNAL_CUSTOMERS}  applications:
    - name: portal
      kind: web
      displayName: Partner portal
      redirectUris: ['https://portal.acme.test/auth']
      calls: [{ api: api, scopes: [Accounts.Read] }]
      clientSecret: { start: 2026-11-01, period: P180D }
    - name: quotes
      kind: singlePage
      displayName: Quotes
      redirectUris: ['https://quotes.acme.test/']
      calls: [{ api: api, scopes: [Accounts.Read] }]
hosting:
  environment: sandbox
  account: '${account}'
  region: ${region}
  platform: ecs-express
  services:
${service('portal', '{ name: CLIENT_ID, clientId: portal }, { name: CLIENT_SECRET, clientSecret: portal }')}${service('quotes', '{ name: CLIENT_ID, clientId: quotes }')}  waf: { rateLimit: 1000 }
  alarms: { emails: [operations@acme.test] }
pipeline:
  forge: ${forge}
  repository: ${REPOSITORY_NAMES[forge]}
  environments: [acme]
  pulumi:
    backend: 's3://acme-pulumi?region=${region}'
    secretsProvider: 'awskms:///arn:aws:kms:${region}:${account}:alias/acme-pulumi?region=${region}'
`;
}
