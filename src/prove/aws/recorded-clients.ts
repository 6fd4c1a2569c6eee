import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { STSClient } from '@aws-sdk/client-sts';
import { isProperties, type Properties, textOf } from '../../../provider/values';
import { awsConfig } from '../../clouds/aws/aws-config';

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
  const { cloudFormation, identityStore, ssoAdmin } = clients;
  const tell = new Teller(onExchange);
  cloudFormation.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        tell.of(['cloudformation', commandName, args.input], () => next(args)),
    PLACE,
  );
  identityStore.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        tell.of(['identitystore', commandName, args.input], () => next(args)),
    PLACE,
  );
  ssoAdmin.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        tell.of(['sso-admin', commandName, args.input], () => next(args)),
    PLACE,
  );
  return clients;
}

class Teller {
  constructor(private readonly onExchange: (exchange: AwsExchange) => void) {}

  async of<Result extends { readonly output?: unknown }>(
    [service, commandName, request]: readonly [service: string, commandName: unknown, request: unknown],
    send: () => Promise<Result>,
  ): Promise<Result> {
    const operation = textOf(commandName).replace(/Command$/, '');
    const tell = (answer: unknown, response: unknown): void => {
      this.onExchange({ service, operation, request, response, status: statusOf(answer) });
    };
    try {
      const result = await send();
      tell(result.output, withoutMetadata(result.output));
      return result;
    } catch (error) {
      tell(error, faultOf(error));
      throw error;
    }
  }
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
