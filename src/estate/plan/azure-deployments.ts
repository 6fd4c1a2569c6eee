import type { Azure } from '../sections/azure/schema';
import type { Estate } from '../sections/estate';
import type { PipelineRole } from '../sections/pipeline/pipeline';
import { MANAGED_IDENTITIES as IDENTITIES, MANAGED_IDENTITY as IDENTITY, ROLES, trustOf } from './pipeline-identities';
import { STACKS, stackName } from './stacks/stacks';

/** An estate with what Bicep lays. */
export interface AzureEstate extends Estate {
  readonly azure: Azure;
}

/** A resource of Azure or of a directory. */
export interface AzureResource {
  readonly type: string;
  /** Name, or what it gives to whom where Azure makes the name. Unique in its type and deployment. */
  readonly name: string;
  /** What it lets somebody do, as a sentence. @default nothing */
  readonly lets?: string;
  /** A setting of it that the estate has, in words. @default none */
  readonly setting?: string;
}

/** A deployment of Bicep. */
export interface AzureDeployment {
  /** `azure` is at the subscription, `azure-logs` in its resource group. */
  readonly kind: 'azure' | 'azure-logs';
  /** The name that Azure knows it by. */
  readonly name: string;
  /** File in `bicep/`. */
  readonly template: string;
  /** Values of the template, all but `files`. */
  readonly parameters: AzureParameters;
  readonly resources: readonly AzureResource[];
}

/** Values of a template by name, as JSON has them. */
export type AzureParameters = Readonly<Record<string, AzureValue>>;
export type AzureValue =
  string | number | boolean | null | readonly AzureValue[] | { readonly [key: string]: AzureValue };

/** Deployments of Bicep, in their order. None without an `azure` section. */
export function azureDeployments(estate: Estate): readonly AzureDeployment[] {
  const { name, azure } = estate;
  if (azure === undefined) return [];
  const all: readonly Omit<AzureDeployment, 'name'>[] = [
    {
      kind: 'azure',
      template: 'main.bicep',
      parameters: foundationParameters({ ...estate, azure }),
      resources: foundation({ ...estate, azure }),
    },
    {
      kind: 'azure-logs',
      template: 'entra-logs.bicep',
      parameters: { workspaceName: workspaceName(azure) },
      resources: [resource('microsoft.aadiam/diagnosticSettings', workspaceName(azure))],
    },
  ];
  return all
    .filter(({ kind }) => STACKS[kind].isIn(estate))
    .map((one) => ({ ...one, name: stackName(name, one.kind) }));
}

function foundationParameters(estate: AzureEstate): AzureParameters {
  const { azure, customers, workforce } = estate;
  return {
    location: azure.location,
    resourceGroupName: azure.resourceGroup,
    logRetentionDays: azure.logs.retentionDays,
    storageAccountName: azure.pulumiState.storageAccount,
    keyVaultName: azure.pulumiState.keyVault,
    awsApplicationName: workforce?.awsApplication?.displayName ?? '',
    trusted: { preview: credentialsOf(estate, 'preview'), deploy: credentialsOf(estate, 'deploy') },
    b2cDirectory:
      customers?.directoryType === 'b2c'
        ? {
            name: customers.directory,
            dataResidency: customers.location ?? null,
            countryCode: customers.countryCode ?? null,
          }
        : null,
    deployDirectory: false,
  };
}

/** As a template has them: a type without a name of its own may be read by any key. */
function credentialsOf(
  estate: Estate,
  role: PipelineRole,
): readonly Readonly<Record<'name' | 'issuer' | 'subject', string>>[] {
  return trustOf(estate, 'workforce', role);
}

/** Resources of main.bicep, without the B2C directory, which a person makes once. A test compares with the compiler's snapshot. */
function foundation(estate: AzureEstate): readonly AzureResource[] {
  const { azure, workforce } = estate;
  const { storageAccount, keyVault } = azure.pulumiState;
  return [
    resource('Microsoft.Resources/resourceGroups', azure.resourceGroup),
    {
      ...resource('Microsoft.OperationalInsights/workspaces', workspaceName(azure)),
      setting: `keeps logs for ${azure.logs.retentionDays} days`,
    },
    ...(workforce?.awsApplication === undefined ? [] : [resource('Microsoft.Insights/workbooks', 'Access to AWS')]),
    resource('Microsoft.Storage/storageAccounts', storageAccount),
    resource('Microsoft.Storage/storageAccounts/blobServices', `${storageAccount}/default`),
    resource('Microsoft.Storage/storageAccounts/blobServices/containers', `${storageAccount}/default/${CONTAINER}`),
    resource('Microsoft.Authorization/locks', 'keep-pulumi-state'),
    resource('Microsoft.Insights/diagnosticSettings', `audit of ${storageAccount}`),
    resource('Microsoft.KeyVault/vaults', keyVault),
    resource('Microsoft.KeyVault/vaults/keys', `${keyVault}/${KEY}`),
    resource('Microsoft.Insights/diagnosticSettings', `audit of ${keyVault}`),
    ...ROLES.flatMap((role) => [
      resource(IDENTITY, IDENTITIES[role]),
      ...credentialsOf(estate, role).map(({ name, issuer, subject }) => ({
        ...resource(`${IDENTITY}/federatedIdentityCredentials`, `${IDENTITIES[role]}/${name}`),
        lets: `${subject} of ${issuer} signs in as ${IDENTITIES[role]}`,
        setting: subject,
      })),
      ...ROLES_OF[role].map(([to, does]) => ({
        ...resource('Microsoft.Authorization/roleAssignments', `${IDENTITIES[role]} to ${to}`),
        lets: `${IDENTITIES[role]} ${does}`,
      })),
    ]),
  ];
}

const CONTAINER = 'pulumi-state';
const KEY = 'pulumi-secrets';
/** Roles of each identity: on what, and what they let it do. */
const ROLES_OF = {
  preview: [
    [CONTAINER, "reads Pulumi's state"],
    [KEY, 'decrypts its secrets'],
  ],
  deploy: [
    [CONTAINER, "writes Pulumi's state"],
    [KEY, 'decrypts its secrets'],
  ],
} as const satisfies Readonly<Record<PipelineRole, readonly (readonly [on: string, does: string])[]>>;

const workspaceName = ({ resourceGroup }: Azure): string => `log-${resourceGroup}`;
const resource = (type: string, name: string): AzureResource => ({ type, name });
