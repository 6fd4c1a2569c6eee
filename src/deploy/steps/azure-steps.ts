import { type AzureEntry, azureDeploymentName, azureEntries } from '../../estate/plan/azure-deployments';
import type { Azure } from '../../estate/sections/azure/schema';
import { authorityOf, type Customers, type DirectoryType } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { federatedCredentials, isTrustOfBicep, pipelineTrust } from '../../estate/sections/pipeline/trust';
import { command, type Command, shellLine } from './command';
import { applicationTrustSteps, identityTrustSteps } from './identity-trust-steps';
import type { AzureEstate } from './forges/forge-steps';
import { previewEnvironmentStep } from './forges/registry';
import { azureDeployment, isFound, isListed } from './readings';
import { type Check, check, type DeploymentOptions, pending, type Step } from './step';

/** Steps for what Bicep deploys: docs/bicep.md. */
export function azureSteps(estate: Estate, { hasFile = () => true }: DeploymentOptions): readonly Step[] {
  const { name, azure, customers, workforce } = estate;
  if (azure === undefined) return [];
  const laid = { ...estate, azure };
  const missing = missingEntries(laid, hasFile);
  const foundation = deploymentOf(laid, 'azure');
  const steps = [
    ...(customers === undefined ? [] : [directoryStep(name, azure, customers)]),
    ...previewEnvironmentStep(laid),
    {
      id: 'azure' as const,
      title: "Pulumi's state and key, logs, and the pipeline's identities in Azure",
      needs: ['directory', 'preview-environment'] as const,
      ...doneBy(foundation),
      commands: [foundation.create],
    },
    ...identityTrustSteps(laid, shellLine(foundation.create)),
    ...(azure.logs.entra ? [entraLogs(laid)] : []),
    ...(workforce === undefined ? [] : [workforcePermissions(laid)]),
    ...(customers === undefined ? [] : customersIdentities(laid, customers)),
  ];
  return [...missing, ...steps.map((step) => ({ ...step, needs: [...missing.map(({ id }) => id), ...step.needs] }))];
}

/** A step of a person, where commands of later steps name files that are not written yet. */
function missingEntries(estate: AzureEstate, hasFile: (path: string) => boolean): readonly Step[] {
  const missing = azureEntries(estate)
    .map((entry) => entryOf(estate.name, entry))
    .filter((path) => !hasFile(path));
  if (missing.length === 0) return [];
  return [
    {
      id: 'bicep',
      title: "the estate's entries for Bicep, once",
      needs: [],
      verification: pending(`missing: ${missing.join(', ')}`),
      isDoneWhen: `these files exist: ${missing.join(', ')}`,
      todo: [
        `Write ${missing.join(', ')}: copy the files of these names from bicep/sandbox/, and replace the estate's name in`,
        `each (docs/bicep.md). Commit them, and run npx --no entra-aws deploy again.`,
      ],
    },
  ];
}

/** Directory of whose trust an entry is told, where it is told of any. */
const TRUSTERS: Readonly<Partial<Record<AzureEntry, 'workforce' | 'customers'>>> = {
  azure: 'workforce',
  'customers-trust': 'customers',
};

const entryOf = (estate: string, entry: AzureEntry): string => `bicep/${estate}/${entry}.bicep`;

/** A deployment of Bicep: the command that makes it, and the check that it was made. */
interface Deployment {
  readonly name: string;
  readonly create: Command;
  readonly check: Check;
}

/** @param tenantId tenant that is deployed to @default the estate's subscription */
function deploymentOf(estate: AzureEstate, entry: AzureEntry, tenantId?: string): Deployment {
  const { azure } = estate;
  const directory = TRUSTERS[entry];
  const name = azureDeploymentName(estate.name, entry);
  const az = `az deployment ${tenantId === undefined ? 'sub' : 'tenant'}`;
  const place = `--subscription ${tenantId ?? azure.subscriptionId}`;
  return {
    name,
    create: command(
      `${az} create --name ${name} --location ${azure.location} ${place} --template-file ${entryOf(estate.name, entry)}`,
      ...(directory === undefined ? [] : trustParameters(estate, directory)),
    ),
    // A list, since it succeeds where there is no such deployment.
    check: check(
      command(`${az} list ${place} --output tsv --query`, `[?name=='${name}'].properties.provisioningState`),
      azureDeployment,
    ),
  };
}

function doneBy({ name, check: isThere }: Deployment): Pick<Step, 'verification' | 'isDoneWhen'> {
  return { verification: [isThere], isDoneWhen: `the deployment ${name} has succeeded` };
}

/**
 * Words of a deployment's command that hand over whom its identities trust; none where Bicep knows the subjects by itself, or the
 * estate does not say enough yet, and nothing is trusted.
 */
function trustParameters(estate: Estate, directory: 'workforce' | 'customers'): readonly string[] {
  const trust = pipelineTrust(estate);
  const roles = trust?.[directory];
  if (trust === undefined || roles === undefined || isTrustOfBicep(estate)) return [];
  return ['--parameters', `trust=${JSON.stringify(federatedCredentials(trust.forge, roles))}`];
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
      check(
        command(`az rest --method get --skip-authorization-header --url ${url} --output tsv --query issuer`),
        isFound('nothing signs in there yet'),
      ),
    ],
    isDoneWhen: 'its sign-in tells of itself',
    todo: [
      'In the Entra admin center, as Tenant Creator: Manage tenants > Create > External.',
      `Write its domain to customers.directory (now ${directory}) and its id to customers.tenantId (now ${tenantId}).`,
      "Enable Email OTP, and show the link to a forgotten password: docs/external-id.md, 'By hand'.",
    ],
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
      check(
        command(
          `az resource list --subscription ${subscriptionId} --resource-type ${type} --output tsv --query`,
          `[?name=='${domain}'].id`,
        ),
        isListed('no such directory in the subscription'),
      ),
    ],
    isDoneWhen: 'the subscription has the directory',
    todo: [
      'As Owner of the subscription who may create tenants:',
      '$ az provider register --namespace Microsoft.AzureActiveDirectory --wait',
      `$ az deployment sub create --name ${azureDeploymentName(estate, 'azure')} --location ${azure.location} --subscription ${subscriptionId} \\`,
      `    --template-file ${entryOf(estate, 'azure')} --parameters deployDirectory=true`,
      `Write its output customersTenantId to customers.tenantId of the estate (now ${tenantId}).`,
      'A directory that exists already is linked to the subscription in the Azure portal instead.',
    ],
  };
}

/** By hand, since it takes a role of the directory, and a service principal can't: nothing waits for it. */
function entraLogs(estate: AzureEstate): Step {
  const deployment = deploymentOf(estate, 'entra-logs');
  return {
    id: 'azure-logs',
    title: "Entra's logs in the workspace",
    needs: ['azure'],
    ...doneBy(deployment),
    todo: [
      'As a person who is Security Administrator of the Entra tenant; Azure refuses a service principal:',
      `$ ${shellLine(deployment.create)}`,
      'Where others send the logs: azure.logs.entra: false in the estate.',
    ],
  };
}

function workforcePermissions(estate: AzureEstate): Step {
  const deployment = deploymentOf(estate, 'workforce');
  return {
    id: 'azure-workforce',
    title: "Graph permissions of the pipeline's identities in the Entra tenant",
    needs: ['azure'],
    ...doneBy(deployment),
    commands: [deployment.create],
  };
}

/** By hand, since it takes another login and rights that are given back at once. Nothing on a laptop needs it. */
function customersIdentities(estate: AzureEstate, customers: Customers): readonly Step[] {
  const { directory: label, tenantId, directoryType } = customers;
  const words = DIRECTORY_WORDS[directoryType];
  const identities = deploymentOf(estate, 'customers', tenantId);
  const trust = deploymentOf(estate, 'customers-trust', tenantId);
  return [
    {
      id: 'azure-customers',
      title: `the pipeline's identities in ${words}`,
      needs: ['azure'],
      verification: [identities.check, trust.check],
      isDoneWhen: `the deployments ${identities.name} and ${trust.name} of that tenant have succeeded`,
      todo: [
        `As Global Administrator of ${words} with 'Elevate access' (docs/bicep.md, 'Deploying', 5), which you give back afterwards:`,
        `$ az login --tenant ${label}.onmicrosoft.com --allow-no-subscriptions`,
        `$ ${shellLine(identities.create)}`,
        'Then whom they trust, a minute later and in this order: a deployment does not find the applications that it makes itself.',
        `$ ${shellLine(trust.create)}`,
      ],
    },
    ...applicationTrustSteps(estate, customers, shellLine(trust.create)),
  ];
}
