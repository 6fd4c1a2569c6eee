import { stackName } from '../../estate/plan/stacks/stacks';
import type { Azure } from '../../estate/sections/azure/schema';
import { authorityOf, type Customers, type DirectoryType } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { federatedCredentials, isTrustOfBicep, pipelineTrust } from '../../estate/sections/pipeline/trust';
import type { Truster } from '../../estate/sections/pipeline/role-trust';
import { command, type Command, shellLine } from './command';
import { applicationTrustSteps, identityTrustSteps } from './identity-trust-steps';
import type { AzureEstate } from './forges/forge-steps';
import { previewEnvironmentStep } from './forges/registry';
import type { DeploymentOptions } from './options';
import { azureDeployment, isFound, isListed } from './readings';
import type { Check, Step } from './step';

/** Steps for what Bicep deploys: docs/bicep.md. */
export function azureSteps(estate: Estate, { hasFile = () => true }: DeploymentOptions): readonly Step[] {
  const { name, azure, customers, workforce } = estate;
  if (azure === undefined) return [];
  const laid = { ...estate, azure };
  const missing = missingEntries(laid, hasFile);
  const steps = [
    ...(customers === undefined ? [] : [directoryStep(name, azure, customers)]),
    ...previewEnvironmentStep(laid),
    foundation(laid),
    ...identityTrustSteps(laid, shellLine(foundationCommand(laid))),
    ...(azure.logs.entra ? [entraLogs(name, azure)] : []),
    ...(workforce === undefined ? [] : [workforcePermissions(name, azure)]),
    ...(customers === undefined
      ? []
      : [
          customersIdentities(laid, customers),
          ...applicationTrustSteps(laid, customers, shellLine(customersTrustCommand(laid, customers))),
        ]),
  ];
  return [...missing, ...steps.map((step) => ({ ...step, needs: [...missing.map(({ id }) => id), ...step.needs] }))];
}

/** A step of a person, where commands of later steps name files that are not written yet. */
function missingEntries(estate: AzureEstate, hasFile: (path: string) => boolean): readonly Step[] {
  const missing = entriesOf(estate).filter((entry) => !hasFile(entry));
  if (missing.length === 0) return [];
  return [
    {
      id: 'bicep',
      title: "the estate's entries for Bicep, once",
      needs: [],
      verification: { state: 'pending', why: `missing: ${missing.join(', ')}` },
      isDoneWhen: `these files exist: ${missing.join(', ')}`,
      action: {
        kind: 'by-hand',
        todo: [
          `Write ${missing.join(', ')}: copy the files of these names from bicep/sandbox/, and replace the estate's name in`,
          `each (docs/bicep.md). Commit them, and run npx --no entra-aws deploy again.`,
        ],
      },
    },
  ];
}

const create = (scope: 'sub' | 'tenant', azure: Azure, name: string): string =>
  `az deployment ${scope} create --name ${name} --location ${azure.location}`;

const subscriptionLine = (azure: Azure, name: string, file: string): string =>
  `${create('sub', azure, name)} --subscription ${azure.subscriptionId} --template-file ${file}`;

function foundationCommand(estate: AzureEstate): Command {
  const { name, azure } = estate;
  const line = subscriptionLine(azure, stackName(name, 'azure'), entryOf(name, 'azure'));
  return command(line, ...trustParameters(estate, 'workforce'));
}

function tenantLine({ name, azure }: AzureEstate, { tenantId }: Customers, entry: Entry): string {
  return `${create('tenant', azure, `identity-${name}-${entry}`)} --subscription ${tenantId} --template-file ${entryOf(name, entry)}`;
}

function customersTrustCommand(estate: AzureEstate, customers: Customers): Command {
  return command(tenantLine(estate, customers, 'customers-trust'), ...trustParameters(estate, 'customers'));
}

/** Name of a directory for the person who deploys. */
export const DIRECTORY_WORDS: Readonly<Record<DirectoryType, string>> = {
  b2c: 'the B2C directory',
  'external-id': 'the external tenant',
};

function directoryStep(estate: string, azure: Azure, customers: Customers): Step {
  return customers.directoryType === 'b2c' ? b2cDirectory(estate, azure, customers) : externalTenant(customers);
}

/** Source: Microsoft Entra External ID, 'Create an external tenant'. */
function externalTenant(customers: Customers): Step {
  const { directory, tenantId } = customers;
  const url = `${authorityOf(customers, '')}/v2.0/.well-known/openid-configuration`;
  return {
    id: 'directory',
    title: `the external tenant ${directory}.onmicrosoft.com, once`,
    needs: [],
    verification: [
      {
        command: command(`az rest --method get --skip-authorization-header --url ${url} --output tsv --query issuer`),
        read: isFound('nothing signs in there yet'),
      },
    ],
    isDoneWhen: 'its sign-in tells of itself',
    action: {
      kind: 'by-hand',
      todo: [
        'In the Entra admin center, as Tenant Creator: Manage tenants > Create > External.',
        `Write its domain to customers.directory (now ${directory}) and its id to customers.tenantId (now ${tenantId}).`,
        "Enable Email OTP, and show the link to a forgotten password: docs/external-id.md, 'By hand'.",
      ],
    },
  };
}

function b2cDirectory(estate: string, azure: Azure, { directory: label, tenantId }: Customers): Step {
  const { subscriptionId } = azure;
  const domain = `${label}.onmicrosoft.com`;
  const type = 'Microsoft.AzureActiveDirectory/b2cDirectories';
  return {
    id: 'directory',
    title: `the Azure AD B2C directory ${domain}, once`,
    needs: [],
    verification: [
      {
        command: command(
          `az resource list --subscription ${subscriptionId} --resource-type ${type} --output tsv --query`,
          `[?name=='${domain}'].id`,
        ),
        read: isListed('no such directory in the subscription'),
      },
    ],
    isDoneWhen: 'the subscription has the directory',
    action: {
      kind: 'by-hand',
      todo: [
        'As Owner of the subscription who may create tenants:',
        '$ az provider register --namespace Microsoft.AzureActiveDirectory --wait',
        `$ ${create('sub', azure, stackName(estate, 'azure'))} --subscription ${subscriptionId} \\`,
        `    --template-file ${entryOf(estate, 'azure')} --parameters deployDirectory=true`,
        `Write its output customersTenantId to customers.tenantId of the estate (now ${tenantId}).`,
        'A directory that exists already is linked to the subscription in the Azure portal instead.',
      ],
    },
  };
}

function foundation(estate: AzureEstate): Step {
  const { name, azure } = estate;
  return {
    id: 'azure',
    title: "Pulumi's state and key, logs, and the pipeline's identities in Azure",
    needs: ['directory', 'preview-environment'],
    ...subscriptionDeployment(azure, stackName(name, 'azure'), foundationCommand(estate)),
  };
}

/** By hand, since it takes a role of the directory, and a service principal can't: nothing waits for it. */
function entraLogs(estate: string, azure: Azure): Step {
  const name = stackName(estate, 'azure-logs');
  return {
    id: 'azure-logs',
    title: "Entra's logs in the workspace",
    needs: ['azure'],
    verification: [azureCheck('sub', azure.subscriptionId, name)],
    isDoneWhen: `the deployment ${name} has succeeded`,
    action: {
      kind: 'by-hand',
      todo: [
        'As a person who is Security Administrator of the Entra tenant; Azure refuses a service principal:',
        `$ ${subscriptionLine(azure, name, entryOf(estate, 'entra-logs'))}`,
        'Where others send the logs: azure.logs.entra: false in the estate.',
      ],
    },
  };
}

function workforcePermissions(estate: string, azure: Azure): Step {
  const name = stackName(estate, 'azure-workforce');
  return {
    id: 'azure-workforce',
    title: "Graph permissions of the pipeline's identities in the Entra tenant",
    needs: ['azure'],
    ...subscriptionDeployment(azure, name, command(subscriptionLine(azure, name, entryOf(estate, 'workforce')))),
  };
}

/** Command that deploys an entry to the subscription, and the check that it did. */
function subscriptionDeployment(
  azure: Azure,
  name: string,
  deployment: Command,
): Pick<Step, 'verification' | 'isDoneWhen' | 'action'> {
  return {
    verification: [azureCheck('sub', azure.subscriptionId, name)],
    isDoneWhen: `the deployment ${name} has succeeded`,
    action: { kind: 'commands', commands: [deployment] },
  };
}

/** By hand, since it takes another login and rights that are given back at once. Nothing on a laptop needs it. */
function customersIdentities(estate: AzureEstate, customers: Customers): Step {
  const { directory: label, tenantId, directoryType } = customers;
  const words = DIRECTORY_WORDS[directoryType];
  const [name, trust] = [stackName(estate.name, 'azure-customers'), `identity-${estate.name}-customers-trust`];
  return {
    id: 'azure-customers',
    title: `the pipeline's identities in ${words}`,
    needs: ['azure'],
    verification: [azureCheck('tenant', tenantId, name), azureCheck('tenant', tenantId, trust)],
    isDoneWhen: `the deployments ${name} and ${trust} of that tenant have succeeded`,
    action: {
      kind: 'by-hand',
      todo: [
        `As Global Administrator of ${words} with 'Elevate access' (docs/bicep.md, Deploying, 5), which is given back after it:`,
        `$ az login --tenant ${label}.onmicrosoft.com --allow-no-subscriptions`,
        `$ ${tenantLine(estate, customers, 'customers')}`,
        'Then whom they trust, a minute later and in this order: a deployment does not find the applications that it makes itself.',
        `$ ${shellLine(customersTrustCommand(estate, customers))}`,
      ],
    },
  };
}

/** State of a deployment to a scope of Azure (`sub`, `tenant`). A list, since it succeeds where there is no such deployment. */
function azureCheck(scope: 'sub' | 'tenant', subscription: string, name: string): Check {
  const query = `[?name=='${name}'].properties.provisioningState`;
  return {
    command: command(`az deployment ${scope} list --subscription ${subscription} --output tsv --query`, query),
    read: azureDeployment,
  };
}

/** A file of Bicep that hands an estate's values to a deployment, by its name without the ending. */
type Entry = 'azure' | 'entra-logs' | 'workforce' | 'customers' | 'customers-trust';

const entryOf = (estate: string, entry: Entry): string => `bicep/${estate}/${entry}.bicep`;

/** Paths of the entries that an estate needs. */
function entriesOf({ name, azure, workforce, customers }: AzureEstate): readonly string[] {
  const entries: readonly Entry[] = [
    'azure',
    ...(azure.logs.entra ? (['entra-logs'] as const) : []),
    ...(workforce === undefined ? [] : (['workforce'] as const)),
    ...(customers === undefined ? [] : (['customers', 'customers-trust'] as const)),
  ];
  return entries.map((entry) => entryOf(name, entry));
}

/** Directory whose identities Bicep lays. */
type Directory = Exclude<Truster, 'aws'>;

/**
 * Words of a deployment's command that hand over whom its identities trust; none where Bicep knows the subjects by itself, or the
 * estate does not say enough yet, and nothing is trusted.
 */
function trustParameters(estate: Estate, directory: Directory): readonly string[] {
  const trust = pipelineTrust(estate);
  const roles = trust?.[directory];
  if (trust === undefined || roles === undefined || isTrustOfBicep(estate)) return [];
  return ['--parameters', `trust=${JSON.stringify(federatedCredentials(trust.forge, roles))}`];
}
