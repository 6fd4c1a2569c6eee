import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { STSClient } from '@aws-sdk/client-sts';
import { isProperties, type Properties, textOf } from '../../../provider/values';
import { callAws, required } from '../../clouds/aws/aws-call';
import { awsConfig } from '../../clouds/aws/aws-config';
import { callerAccount } from '../../clouds/aws/account-credentials';
import { findInstance } from '../../clouds/aws/organization/read-identity-center';
import type { AccessPlace } from './marked-access';

/** A request to AWS and its answer, as the SDK has them. */
export interface AwsExchange {
  readonly service: string;
  /** `DescribePermissionSet` */
  readonly operation: string;
  readonly status: number;
  readonly request: unknown;
  readonly response: unknown;
}

/** Access to an account, or to a stand-in for AWS. */
export interface Reach {
  /** @default what the SDK finds: AWS_REGION, or the profile */
  readonly region?: string;
  /** Address of the stand-in. @default AWS */
  readonly standIn?: string;
}

/** Clients of an account; `concurrency` and `onProgress` as its readers want them. */
export type AccountClients = ReturnType<typeof createAccountClients>;

/** Words that a stand-in takes as keys. */
const STAND_IN_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

export function createAccountClients({ region, standIn }: Reach) {
  const config = {
    ...awsConfig(region),
    ...(standIn !== undefined && { endpoint: standIn, credentials: STAND_IN_KEYS }),
  };
  return {
    cloudFormation: new CloudFormationClient(config),
    iam: new IAMClient(config),
    identityStore: new IdentitystoreClient(config),
    organizations: new OrganizationsClient(config),
    ssoAdmin: new SSOAdminClient(config),
    sts: new STSClient(config),
    // One after the other, as a record is read.
    concurrency: 1,
    onProgress: (): void => undefined,
  };
}

/** Way to the address that a client of the SDK finds in AWS_ENDPOINT_URL, in that of its service, or in the profile. */
interface Configured {
  readonly serviceConfiguredEndpoint: () => Promise<string | undefined>;
}

/** Addresses, each once, that somebody set for a service in place of those that the SDK knows. */
export async function endpointsOf(clients: AccountClients): Promise<readonly string[]> {
  const { cloudFormation, iam, identityStore, organizations, ssoAdmin, sts } = clients;
  const asked = [cloudFormation, iam, identityStore, organizations, ssoAdmin, sts].map(({ config }) =>
    // The SDK's types have it for its own parts alone.
    (config as unknown as Configured).serviceConfiguredEndpoint(),
  );
  return [...new Set((await Promise.all(asked)).filter((endpoint) => endpoint !== undefined))];
}

/** Tells whether an address is one of AWS's, such as that of a VPC endpoint. */
export function isAwsUrl(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {};
  return protocol === 'https:' && /\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/.test(hostname);
}

/** Outermost where answers are read: each attempt is told, and what the SDK made of it. */
const PLACE = { step: 'deserialize', priority: 'high', name: 'record' } as const;

/** Clients of an account whose exchanges are told. */
export function recordedClients(reach: Reach, onExchange: (exchange: AwsExchange) => void): AccountClients {
  const clients = createAccountClients(reach);
  const recorded =
    (service: string) =>
    <Args extends { readonly input: unknown }, Result extends { readonly output?: unknown }>(
      next: (args: Args) => Promise<Result>,
      { commandName }: { readonly commandName?: unknown },
    ) =>
    async (args: Args): Promise<Result> => {
      const tell = (answer: unknown, response: unknown): void => {
        const operation = textOf(commandName).replace(/Command$/, '');
        onExchange({ service, operation, request: args.input, response, status: statusOf(answer) });
      };
      try {
        const result = await next(args);
        tell(result.output, withoutMetadata(result.output));
        return result;
      } catch (error) {
        tell(error, faultOf(error));
        throw error;
      }
    };
  clients.cloudFormation.middlewareStack.add(recorded('cloudformation'), PLACE);
  clients.identityStore.middlewareStack.add(recorded('identitystore'), PLACE);
  clients.ssoAdmin.middlewareStack.add(recorded('sso-admin'), PLACE);
  return clients;
}

function statusOf(answer: unknown): number {
  const metadata = isProperties(answer) ? answer['$metadata'] : undefined;
  const status = isProperties(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : 0;
}

function withoutMetadata(output: unknown): unknown {
  if (!isProperties(output)) return output;
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== '$metadata'));
}

/** Fault as the service told it. */
function faultOf(error: unknown): Properties {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const { Reason } = error as { readonly Reason?: string };
  return { error: error.name, message: error.message, ...(Reason !== undefined && { reason: Reason }) };
}

const ORGANIZATION = { action: 'organizations:DescribeOrganization', subject: 'the organization' };

/**
 * The account of the credentials, and the instance of IAM Identity Center of its organization, with its primary Region. Instances of
 * single accounts have no permission sets.
 *
 * @throws AwsCallError; Error if there is no such instance in the Region
 */
export async function findPlace(
  { organizations, ssoAdmin, sts }: Pick<AccountClients, 'organizations' | 'ssoAdmin' | 'sts'>,
  { isStandIn = false } = {},
): Promise<AccessPlace> {
  const account = await callerAccount(sts);
  // A stand-in may be of no organization.
  const managementAccountId = isStandIn ? account : await managementAccount(organizations);
  return { account, ...(await findInstance({ ssoAdmin }, { managementAccountId })) };
}

async function managementAccount(client: OrganizationsClient): Promise<string> {
  const { Organization } = await callAws(ORGANIZATION, () => client.send(new DescribeOrganizationCommand({})));
  return required(Organization?.MasterAccountId, ORGANIZATION, 'MasterAccountId');
}
