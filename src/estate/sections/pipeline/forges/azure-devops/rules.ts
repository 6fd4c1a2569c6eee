import {
  type AwsTrusts,
  ENTRA_AUDIENCE,
  type ForgeRules,
  type PipelineTrust,
  type RoleTrust,
  type RoleTrusts,
  type TrustFacts,
} from '../../role-trust';
import type { Estate } from '../../../estate';
import { error, type Issues, repeated } from '../../../shared/issue';
import { known } from '../../../../../text/values';
import type { Pipeline } from '../../pipeline';
import type { OrganizationId } from './facts';
import { awsStateOf, backendUrlOf } from '../../pulumi-state';

type Connections = NonNullable<Pipeline['serviceConnections']['workforce']>;
type AwsConnections = NonNullable<Pipeline['serviceConnections']['aws']>;
type Connection = Connections['preview'];

/** Application of Azure DevOps in every tenant, which asks for the tokens. */
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';

/**
 * Jobs of Azure Pipelines: by the service connection that they are allowed to use. Its tokens say nothing of branch, pipeline or
 * environment: approvals and checks of the connection decide over these.
 */
function azureDevOpsTrust({ repository, pipeline, estate }: TrustFacts): Omit<PipelineTrust, 'forge'> {
  const { organizationId, serviceConnections } = pipeline ?? {};
  if (organizationId === undefined || serviceConnections === undefined) return {};
  const { aws, state, workforce, customers } = serviceConnections;
  const [organization, project] = repository.split('/', 2);
  const ofAws = ({ name }: Connection): RoleTrust => ({
    issuer: `https://vstoken.dev.azure.com/${organizationId}`,
    audience: ENTRA_AUDIENCE,
    subjects: [`sc://${organization}/${project}/${name}`],
    claims: {},
  });
  const inTenant = (connections: Connections | undefined, tenant: string | undefined): RoleTrusts | undefined =>
    tenant === undefined ? undefined : both(connections, (one) => entraTrust(tenant, organizationId, one));
  return known({
    state: awsStateOf(estate) && both(state, ofAws),
    aws: aws && awsTrusts(aws, estate.hosting !== undefined, ofAws),
    workforce: inTenant(workforce, estate.workforce?.tenantId),
    customers: inTenant(customers, estate.customers?.tenantId),
  });
}

function awsTrusts(
  { publish, ...connections }: AwsConnections,
  hasImages: boolean,
  trustOf: (connection: Connection) => RoleTrust,
): AwsTrusts {
  return {
    preview: trustOf(connections.preview),
    deploy: trustOf(connections.deploy),
    ...(hasImages && publish !== undefined && { publish: trustOf(publish) }),
  };
}

function both(
  connections: Connections | undefined,
  trustOf: (connection: Connection) => RoleTrust,
): RoleTrusts | undefined {
  return connections && { preview: trustOf(connections.preview), deploy: trustOf(connections.deploy) };
}

/**
 * Tokens of an Azure connection: since 2025 Entra ID issues them, and Azure DevOps retires its own issuer for them on 1 July 2027
 * ('Convert service connections from the Azure DevOps issuer to the Microsoft Entra issuer').
 */
function entraTrust(tenant: string, organizationId: OrganizationId, { id }: Connection): RoleTrust {
  const prefix = `/eid1/c/pub/t/${encoded(tenant)}/a/${encoded(AZURE_DEVOPS)}`;
  return {
    issuer: `https://login.microsoftonline.com/${tenant.toLowerCase()}/v2.0`,
    audience: ENTRA_AUDIENCE,
    subjects: [`${prefix}/sc/${organizationId}/${id}`],
    claims: {},
  };
}

/** A GUID in the form of these subjects: its bytes as Windows orders them, the first three groups from behind, in base64url. */
function encoded(guid: string): string {
  const [first = '', second = '', third = '', ...others] = guid.split('-');
  const reversed = [first, second, third].map((group) => Buffer.from(group, 'hex').reverse());
  return Buffer.concat([...reversed, Buffer.from(others.join(''), 'hex')]).toString('base64url');
}

/** Checks the keys that tokens and jobs of Azure DevOps need. */
function* checkAzureDevOps(pipeline: Pipeline, estate: Estate, isOnAws: boolean | undefined): Issues {
  const { at, organizationId, serviceConnections, accountEvents } = pipeline;
  const { customers } = estate;
  const hasState = backendUrlOf(estate) !== undefined;
  if (organizationId === undefined)
    yield error('azure-devops-organization', at, {
      problem: "does not say the organization's id, which its tokens name",
      allowed: "the key 'organizationId'; the page of a service connection shows it",
    });
  const needed = {
    aws: isOnAws === true,
    state: awsStateOf(estate) !== undefined,
    workforce: hasState,
    customers: hasState && customers !== undefined,
  };
  for (const cloud of CLOUDS.filter((one) => needed[one] && serviceConnections[one] === undefined)) {
    const problem = `does not say which service connections the clouds trust: ${cloud}`;
    yield error('missing-service-connection', at, { problem, allowed: `serviceConnections.${cloud}` });
  }
  yield* checkConnections(pipeline, estate);
  // A pipeline is run by its number.
  if (accountEvents !== undefined && accountEvents.pipelineId === undefined)
    yield error('account-events', accountEvents.at, {
      problem: 'does not say which pipeline of Azure DevOps to run',
      allowed: 'pipelineId: the definitionId in the address of identity-accounts',
    });
}

const CLOUDS = ['aws', 'state', 'workforce', 'customers'] as const;

/** Each is trusted by one role of one cloud, by its name or by its id. */
function* checkConnections({ at, serviceConnections }: Pipeline, { hosting, workforce }: Estate): Issues {
  const place = [...at, 'serviceConnections'];
  // Images are published before an approval, so not by the connection of deployments.
  if (hosting !== undefined && serviceConnections.aws !== undefined && serviceConnections.aws.publish === undefined)
    yield error('missing-service-connection', [...place, 'aws'], {
      aboutKey: true,
      problem:
        'does not say which service connection publishes the images of the hosting before a deployment is approved',
      allowed: "the key 'publish'",
    });
  if (serviceConnections.workforce !== undefined && workforce?.tenantId === undefined)
    yield error('missing-tenant-id', [...place, 'workforce'], {
      aboutKey: true,
      problem: 'the issuer of its tokens is the Entra tenant, but the workforce has none',
      allowed: 'workforce.tenantId',
    });
  const all = CLOUDS.flatMap((cloud) =>
    Object.entries(serviceConnections[cloud] ?? {}).map(([role, connection]) => {
      return { ...connection, at: [...place, cloud, role] };
    }),
  );
  for (const key of ['name', 'id'] as const)
    for (const { item, first } of repeated(all, (one) => one[key].toLowerCase()))
      yield error('duplicate-service-connection', [...item.at, key], {
        value: item[key],
        problem: 'is already the service connection of another role',
        allowed: 'one for each role of each cloud, so that a preview never deploys',
        related: [[...first.at, key]],
      });
}

export const azureDevOpsRules: ForgeRules = {
  trust: azureDevOpsTrust,
  credentialName: (_subject, role) => `azure-devops-${role}`,
  // Azure DevOps REST API, 'Runs - Run Pipeline': a personal access token with 'Build (read & execute)'.
  accountsCall: ({ accountEvents, branch }, repository) => {
    const [organization = '', project = ''] = repository.split('/').map(encodeURIComponent);
    const id = accountEvents?.pipelineId;
    if (id === undefined) return undefined;
    return {
      url: `https://dev.azure.com/${organization}/${project}/_apis/pipelines/${id}/runs?api-version=7.1`,
      token: { kind: 'basic', user: 'entra-aws-identity' },
      headers: {},
      body: { resources: { repositories: { self: { refName: `refs/heads/${branch}` } } } },
    };
  },
  check: checkAzureDevOps,
};
