import type { Estate } from '../sections/estate';
import type { PipelineRole } from '../sections/pipeline/pipeline';
import { federatedCredentials, pipelineTrust } from '../sections/pipeline/trust';
import { directoryKind, FURTHER_PERMISSIONS, GRAPH_PERMISSIONS, graphResources } from './requests/graph-permissions';
import { type PulumiKind, STACKS, stackName } from './stacks/stacks';

/** A resource of Azure or of a directory that Bicep lays. */
export interface AzureResource {
  readonly type: string;
  /** Name, or what it gives to whom where Azure makes the name. Unique in its type and deployment. */
  readonly name: string;
}

/** A deployment of Bicep. */
export interface AzureDeployment {
  readonly name: string;
  /** File in `bicep/<estate>` that makes it, without its ending. */
  readonly entry: AzureEntry;
  readonly resources: readonly AzureResource[];
}

type Azure = NonNullable<Estate['azure']>;
type AzureEstate = Estate & { readonly azure: Azure };
/** Files of Bicep that hand an estate's values to a deployment, by their names without the ending. */
export type AzureEntry = keyof typeof ENTRIES;

/** Each with the stack that it deploys, and what it lays: `test/system/bicep/resources.test.ts` compares with the files. */
const ENTRIES = {
  azure: { kind: 'azure', resourcesOf: foundation },
  'entra-logs': {
    kind: 'azure-logs',
    resourcesOf: ({ azure }: AzureEstate) => [resource('microsoft.aadiam/diagnosticSettings', workspaceName(azure))],
  },
  workforce: {
    kind: 'azure-workforce',
    resourcesOf: (estate: AzureEstate) => ROLES.flatMap((role) => permissionsOf(estate, 'workforce', role)),
  },
  customers: {
    kind: 'azure-customers',
    resourcesOf: (estate: AzureEstate) => ROLES.flatMap((role) => applicationOf(estate, role)),
  },
  'customers-trust': {
    kind: 'azure-customers',
    resourcesOf: (estate: AzureEstate) => ROLES.flatMap((role) => credentialsOf(estate, 'customers', role)),
  },
} as const;

const ENTRY_NAMES = Object.keys(ENTRIES) as readonly AzureEntry[];
const ROLES: readonly PipelineRole[] = ['preview', 'deploy'];

/** The name that Azure knows the deployment of an entry by: `identity-sandbox-customers-trust`. */
export function azureDeploymentName(estate: string, entry: AzureEntry): string {
  return `${stackName(estate, ENTRIES[entry].kind)}${entry === 'customers-trust' ? '-trust' : ''}`;
}

/** Entries that an estate needs, in the order of a deployment. */
export function azureEntries(estate: Estate): readonly AzureEntry[] {
  return ENTRY_NAMES.filter((entry) => STACKS[ENTRIES[entry].kind].isIn(estate));
}

/** Deployments of Bicep, without the B2C directory, which a person makes once. None without an `azure` section. */
export function azureDeployments(estate: Estate): readonly AzureDeployment[] {
  const { azure } = estate;
  if (azure === undefined) return [];
  return azureEntries(estate).map((entry) => ({
    name: azureDeploymentName(estate.name, entry),
    entry,
    resources: ENTRIES[entry].resourcesOf({ ...estate, azure }),
  }));
}

/** Resources of main.bicep. */
function foundation(estate: AzureEstate): readonly AzureResource[] {
  const { azure, workforce } = estate;
  const { storageAccount, keyVault } = azure.pulumiState;
  return [
    resource('Microsoft.Resources/resourceGroups', azure.resourceGroup),
    resource('Microsoft.OperationalInsights/workspaces', workspaceName(azure)),
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
      resource('Microsoft.ManagedIdentity/userAssignedIdentities', IDENTITIES.workforce[role]),
      ...credentialsOf(estate, 'workforce', role),
      ...[CONTAINER, KEY].map((to) =>
        resource('Microsoft.Authorization/roleAssignments', `${IDENTITIES.workforce[role]} to ${to}`),
      ),
    ]),
  ];
}

const CONTAINER = 'pulumi-state';
const KEY = 'pulumi-secrets';

/** Names of the pipeline's identities: in the Entra tenant managed ones, in the directory of the customers applications. */
const IDENTITIES = {
  workforce: { preview: 'id-pulumi-preview', deploy: 'id-pulumi-deploy' },
  customers: { preview: 'pulumi-preview', deploy: 'pulumi-deploy' },
} as const satisfies Readonly<Record<PulumiKind, Readonly<Record<PipelineRole, string>>>>;

const workspaceName = ({ resourceGroup }: Azure): string => `log-${resourceGroup}`;
const resource = (type: string, name: string): AzureResource => ({ type, name });

/** Resources of directory-identity.bicep. */
function applicationOf(estate: AzureEstate, role: PipelineRole): readonly AzureResource[] {
  const name = IDENTITIES.customers[role];
  return [
    resource('Microsoft.Graph/applications', name),
    resource('Microsoft.Graph/servicePrincipals', name),
    ...permissionsOf(estate, 'customers', role),
  ];
}

/** Permissions of Microsoft Graph. In the Entra tenant those of the doctor are always among them. */
function permissionsOf(estate: AzureEstate, program: PulumiKind, role: PipelineRole): readonly AzureResource[] {
  const further = [
    ...graphResources(estate, program),
    ...(program === 'workforce' ? (['people and consents'] as const) : []),
  ].flatMap((one) => Object.keys(FURTHER_PERMISSIONS[one]?.[role] ?? {}));
  const all = new Set([...Object.keys(GRAPH_PERMISSIONS[directoryKind(estate, program)][role]), ...further]);
  return [...all].map((permission) =>
    resource('Microsoft.Graph/appRoleAssignedTo', `${permission} to ${IDENTITIES[program][role]}`),
  );
}

const CREDENTIAL_TYPES: Readonly<Record<PulumiKind, string>> = {
  workforce: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
  customers: 'Microsoft.Graph/applications/federatedIdentityCredentials',
};

/** Trust in the pipeline's jobs; none while the estate does not say enough of its forge. */
function credentialsOf(estate: AzureEstate, program: PulumiKind, role: PipelineRole): readonly AzureResource[] {
  const trust = pipelineTrust(estate);
  const roles = trust?.[program];
  if (trust === undefined || roles === undefined) return [];
  return federatedCredentials(trust.forge, roles)[role].map(({ name }) =>
    resource(CREDENTIAL_TYPES[program], `${IDENTITIES[program][role]}/${name}`),
  );
}
