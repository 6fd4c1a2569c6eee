import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { STSClient } from '@aws-sdk/client-sts';
import { AwsCallError, callAws, readPages } from './aws-call';
import { callerAccount } from './caller-account';
import type { StackResource } from '../facts/hosting-facts';

/** Resources that stacks made. */
export interface DeployedStack {
  readonly resources: readonly StackResource[];
  /** Outputs by name: `WebUrl`. */
  readonly outputs: Readonly<Record<string, string>>;
}

interface Place {
  readonly account: string;
  /** `the hosting of acme` */
  readonly what: string;
  /** Area to choose to read it alone. */
  readonly only: string;
}

/** @throws AwsCallError; Error if the credentials are of another account */
export async function requireAccount(sts: STSClient, { account, what, only }: Place): Promise<void> {
  const caller = await callerAccount(sts);
  if (caller === account) return;
  throw new Error(
    `these AWS credentials belong to account ${caller}, ${what} to ${account}; ` +
      `run this again with credentials of that account and --only ${only}`,
  );
}

/** A stack whose deployment has ended well; undefined where there is none. @throws AwsCallError; Error if it has not */
export async function readStack(client: CloudFormationClient, StackName: string): Promise<DeployedStack | undefined> {
  const stack = await describe(client, StackName);
  if (stack === undefined) return undefined;
  const { StackStatus = '', Outputs = [] } = stack;
  if (!/^(CREATE|UPDATE)_COMPLETE/.test(StackStatus)) {
    throw new Error(`the stack ${StackName} is ${StackStatus}; deploy it, or let its deployment end`);
  }
  return {
    resources: await listResources(client, StackName),
    outputs: Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  };
}

/**
 * Resources that a stack has, however its last deployment ended: one that was taken back has what it had before, one whose first
 * creation failed what could not be deleted. None where there is no stack. @throws AwsCallError
 */
export async function readStackResources(
  client: CloudFormationClient,
  StackName: string,
): Promise<readonly StackResource[]> {
  return (await describe(client, StackName)) === undefined ? [] : await listResources(client, StackName);
}

async function listResources(client: CloudFormationClient, StackName: string): Promise<readonly StackResource[]> {
  const listing = { action: 'cloudformation:ListStackResources', subject: `the resources of ${StackName}` };
  const pages = paginateListStackResources({ client }, { StackName });
  const resources = await readPages(listing, pages, (page) => page.StackResourceSummaries);
  return resources
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .map(({ ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' }) => ({
      type: ResourceType,
      logicalId: LogicalResourceId,
      physicalId: PhysicalResourceId,
    }));
}

async function describe(client: CloudFormationClient, StackName: string) {
  const call = { action: 'cloudformation:DescribeStacks', subject: `the stack ${StackName}` };
  try {
    const { Stacks = [] } = await callAws(call, () => client.send(new DescribeStacksCommand({ StackName })));
    return Stacks[0];
  } catch (error) {
    // A name without a stack is answered as a request that is not valid.
    if (error instanceof AwsCallError && error.fault.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** The resources of one type. */
export function resourcesOf({ resources }: DeployedStack, type: string): readonly StackResource[] {
  return resources.filter((resource) => resource.type === type);
}
