import { DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Hosting } from '../../../model/hosting';
import { HOSTING_ROLES, hostingStackName } from '../../../model/hosting';
import { callAws, readPages } from '../../../snapshot/aws-call';
import type { HostingClients } from './hosting-clients';

/** A resource of the hosting's stacks. */
export interface StackResource {
  /** `AWS::DynamoDB::Table` */
  readonly type: string;
  readonly logicalId: string;
  /** Name or ARN. */
  readonly physicalId: string;
}

/** What the two stacks of the hosting made. */
export interface HostingStacks {
  readonly resources: readonly StackResource[];
  /** Outputs by name: `WebUrl`. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Reads the stacks of the hosting. @throws AwsCallError; Error if the credentials belong to another account, or a stack is not
 * there or has failed
 */
export async function readHostingStacks(
  clients: HostingClients,
  estateName: string,
  { account }: Hosting,
): Promise<HostingStacks> {
  await requireAccount(clients, estateName, account);
  const stacks = await Promise.all(HOSTING_ROLES.map((role) => readStack(clients, hostingStackName(estateName, role))));
  return {
    resources: stacks.flatMap(({ resources }) => resources),
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)) as Readonly<Record<string, string>>,
  };
}

async function requireAccount({ sts }: HostingClients, estateName: string, account: string): Promise<void> {
  const call = { action: 'sts:GetCallerIdentity', subject: 'whose credentials these are' };
  const { Account } = await callAws(call, () => sts.send(new GetCallerIdentityCommand({})));
  if (Account === account) return;
  throw new Error(
    `these AWS credentials belong to account ${Account ?? ''}, the hosting of ${estateName} to ${account}; ` +
      'run this again with credentials of that account and --only hosting',
  );
}

async function readStack({ cloudFormation: client }: HostingClients, StackName: string): Promise<HostingStacks> {
  const call = { action: 'cloudformation:DescribeStacks', subject: `the stack ${StackName}` };
  const { Stacks = [] } = await callAws(call, () => client.send(new DescribeStacksCommand({ StackName })));
  const { StackStatus = 'missing', Outputs = [] } = Stacks[0] ?? {};
  if (!/^(CREATE|UPDATE)_COMPLETE/.test(StackStatus)) {
    throw new Error(`the stack ${StackName} is ${StackStatus}; deploy it, or let its deployment end`);
  }
  const listing = { action: 'cloudformation:ListStackResources', subject: `the resources of ${StackName}` };
  const pages = paginateListStackResources({ client }, { StackName });
  const resources = await readPages(listing, pages, (page) => page.StackResourceSummaries);
  return {
    resources: resources.map(({ ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' }) => ({
      type: ResourceType,
      logicalId: LogicalResourceId,
      physicalId: PhysicalResourceId,
    })),
    outputs: Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
}

/** The resources of one type. */
export function resourcesOf({ resources }: HostingStacks, type: string): readonly StackResource[] {
  return resources.filter((resource) => resource.type === type);
}
