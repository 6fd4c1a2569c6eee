import { posix } from 'node:path';
import {
  type AzureDeployment,
  azureDeployments,
  type AzureEstate,
  type AzureParameters,
} from '../../estate/plan/azure-deployments';
import type { Azure } from '../../estate/sections/azure/schema';
import { authorityOf, type Customers, type DirectoryType } from '../../estate/sections/customers/customers';
import type { Estate } from '../../estate/sections/estate';
import { command, type Command, shellLine } from './command';
import { previewEnvironmentStep } from './forges/registry';
import { directoryIdentitySteps, identityTrustSteps } from './identity-steps';
import { azureDeployment, isFound, isListed } from './readings';
import { type BicepFiles, check, type DeploymentOptions, type Step, type StepFile } from './step';

const THIS_REPOSITORY: BicepFiles = { folder: 'bicep', digest: 'unread' };

/** Steps for what Bicep deploys: docs/bicep.md. */
export function azureSteps(estate: Estate, { bicep = THIS_REPOSITORY, estates }: DeploymentOptions): readonly Step[] {
  const { azure, customers } = estate;
  if (azure === undefined) return [];
  const laid = { ...estate, azure };
  const deployments = azureDeployments(laid).map((one) => layingOf(azure, one, bicep));
  const steps = deployments.map((one) => (one.kind === 'azure' ? foundation(one) : entraLogs(one)));
  const [first, ...others] = steps;
  const redeploy = deployments.slice(0, 1).map(({ create }) => shellLine(create));
  return [
    ...(customers === undefined ? [] : [directoryStep(azure, customers, deployments)]),
    ...previewEnvironmentStep(laid),
    ...(first === undefined ? [] : [first]),
    ...identityTrustSteps(laid, redeploy),
    ...others,
    ...directoryIdentitySteps(laid, { estate: estate.name, estates }),
  ];
}

/** A deployment of Bicep with the command that makes it, and the file of values that the command reads. */
interface Laying extends Pick<AzureDeployment, 'kind' | 'name'> {
  readonly create: Command;
  readonly file: StepFile;
  readonly done: Pick<Step, 'verification' | 'isDoneWhen' | 'files'>;
}

function layingOf(azure: Azure, deployment: AzureDeployment, { folder, digest }: BicepFiles): Laying {
  const { kind, name, template } = deployment;
  const parameters = { ...deployment.parameters, files: digest };
  const file = { path: posix.join(PARAMETERS_FOLDER, `${name}.parameters.json`), text: parametersText(parameters) };
  const scope = kind === 'azure' ? 'sub' : 'group';
  const at = `--subscription ${azure.subscriptionId}`;
  const within = kind === 'azure' ? ['--location', azure.location] : ['--resource-group', azure.resourceGroup];
  const grouped = kind === 'azure' ? [] : within;
  const query = `[?name=='${name}'].{state: properties.provisioningState, parameters: properties.parameters}`;
  // A list, since it succeeds where there is no such deployment.
  const list = command(`az deployment ${scope} list ${at}`, ...grouped, '--output', 'json', '--query', query);
  return {
    ...{ kind, name, file },
    create: command(
      `az deployment ${scope} create --name ${name} ${at}`,
      ...within,
      ...['--template-file', posix.join(folder, template), '--parameters', file.path],
    ),
    done: {
      verification: [check(list, azureDeployment(parameters))],
      isDoneWhen: `the last deployment ${name} has succeeded with these values`,
      files: [file],
    },
  };
}

/** Below what every repository of a team ignores, so that no file of values is ever committed or stands in the way of a checkout. */
const PARAMETERS_FOLDER = 'node_modules/.cache/entra-aws';

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#';

function parametersText(values: AzureParameters): string {
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  return `${JSON.stringify({ $schema: SCHEMA, contentVersion: '1.0.0.0', parameters }, undefined, 2)}\n`;
}

function foundation({ create, done }: Laying): Step {
  return {
    id: 'azure',
    title: "Pulumi's state and key, logs, and the pipeline's identities in Azure",
    needs: ['directory', 'preview-environment'],
    ...done,
    commands: [create],
  };
}

/** By hand, since it takes a role of the directory, and a service principal can't: nothing waits for it. */
function entraLogs({ create, done }: Laying): Step {
  return {
    id: 'azure-logs',
    title: "Entra's logs in the workspace",
    needs: ['azure'],
    ...done,
    todo: [
      'As a person who is Security Administrator of the Entra tenant; Azure refuses a service principal:',
      `$ ${shellLine(create)}`,
      'Where others send the logs: azure.logs.entra: false in the estate.',
    ],
  };
}

/** Name of a directory for the person who deploys. */
export const DIRECTORY_WORDS: Readonly<Record<DirectoryType, string>> = {
  b2c: 'the B2C directory',
  'external-id': 'the external tenant',
};

function directoryStep(azure: AzureEstate['azure'], customers: Customers, deployments: readonly Laying[]): Step {
  return customers.directoryType === 'b2c' ? b2cDirectory(azure, customers, deployments) : externalTenant(customers);
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
      "Enable Email OTP, and show the link to a forgotten password: npx --no entra-aws docs external-id 'By hand'.",
    ],
  };
}

function b2cDirectory(
  { subscriptionId }: Azure,
  { directory: label, tenantId }: Customers,
  [foundationOf]: readonly Laying[],
): Step {
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
      ...(foundationOf === undefined ? [] : [`$ ${shellLine(foundationOf.create)} deployDirectory=true`]),
      `Write its output customersTenantId to customers.tenantId of the estate (now ${tenantId}).`,
      'A directory that exists already is linked to the subscription in the Azure portal instead.',
    ],
    ...(foundationOf === undefined ? {} : { files: [foundationOf.file] }),
  };
}
