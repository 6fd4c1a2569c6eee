import { withoutUndefined } from '../../../../source/without-undefined';
import type { Pipeline } from '../../pipeline';
import {
  type AwsTrusts,
  ENTRA_AUDIENCE,
  type PipelineTrust,
  type RoleTrust,
  type RoleTrusts,
  type TrustFacts,
} from '../../role-trust';
import type { OrganizationId } from './schema';

type Connections = NonNullable<Pipeline['serviceConnections']['workforce']>;
type AwsConnections = NonNullable<Pipeline['serviceConnections']['aws']>;
type Connection = Connections['preview'];

/** Application of Azure DevOps in every tenant, which asks for the tokens. */
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';

/**
 * Jobs of Azure Pipelines: by the service connection that they are allowed to use. Its tokens say nothing of branch, pipeline or
 * environment: approvals and checks of the connection decide over these.
 */
export function azureDevOpsTrust({ repository, pipeline, estate }: TrustFacts): Omit<PipelineTrust, 'forge'> {
  const { organizationId, serviceConnections } = pipeline ?? {};
  if (organizationId === undefined || serviceConnections === undefined) return {};
  const { aws, workforce, customers } = serviceConnections;
  const [organization, project] = repository.split('/', 2);
  const ofAws = ({ name }: Connection): RoleTrust => ({
    issuer: `https://vstoken.dev.azure.com/${organizationId}`,
    audience: ENTRA_AUDIENCE,
    subjects: [`sc://${organization}/${project}/${name}`],
    claims: {},
  });
  const inTenant = (connections: Connections | undefined, tenant: string | undefined): RoleTrusts | undefined =>
    tenant === undefined ? undefined : both(connections, (one) => entraTrust(tenant, organizationId, one));
  return withoutUndefined({
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
