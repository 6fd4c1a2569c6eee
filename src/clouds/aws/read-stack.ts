import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import type { STSClient } from '@aws-sdk/client-sts';
import pMap from 'p-map';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { StackResource } from '../facts/hosting-facts';
import { callerAccount } from './account-credentials';
import { callAws, readPages, unlessGone } from './aws-call';
import type { IdentityCenterClients } from './aws-clients';

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

/** The status of a stack; undefined where there is none. @throws AwsCallError */
export async function readStackStatus(client: CloudFormationClient, name: string): Promise<string | undefined> {
  return (await describe(client, name))?.StackStatus;
}

async function describe(client: CloudFormationClient, StackName: string) {
  const call = { action: 'cloudformation:DescribeStacks', subject: `the stack ${StackName}` };
  const answer = await unlessGone(callAws(call, () => client.send(new DescribeStacksCommand({ StackName }))));
  return answer?.Stacks?.[0];
}

/** A resource of a stack, with what CloudFormation last did to it. */
export interface ListedResource extends StackResource {
  /** `CREATE_COMPLETE` */
  readonly status: string;
}

/**
 * Resources that a stack has, however its last deployment ended: one that was taken back has what it had before, one whose first
 * creation failed what could not be deleted. None where there is no stack. @throws AwsCallError
 */
export async function listResources(
  client: CloudFormationClient,
  StackName: string,
): Promise<readonly ListedResource[]> {
  const call = { action: 'cloudformation:ListStackResources', subject: `the resources of ${StackName}` };
  const pages = paginateListStackResources({ client }, { StackName });
  const resources = await unlessGone(readPages(call, pages, (page) => page.StackResourceSummaries));
  return (resources ?? [])
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .map(({ ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' }) => ({
      type: ResourceType,
      logicalId: LogicalResourceId,
      physicalId: PhysicalResourceId,
      status: ResourceStatus,
    }));
}

/** The resources of one type. */
export function resourcesOf({ resources }: DeployedStack, type: string): readonly StackResource[] {
  return resources.filter((resource) => resource.type === type);
}

/**
 * Events of a stack, the latest first; none where there is no stack. @throws AwsCallError
 *
 * @param maxPages pages of 100 events, beyond which older ones are left out @default all
 */
export async function readStackEvents(
  client: CloudFormationClient,
  StackName: string,
  maxPages = Infinity,
): Promise<readonly StackEvent[]> {
  const events = callAws(eventsCall(StackName), async () => {
    const found: StackEvent[] = [];
    let pages = 0;
    for await (const page of paginateDescribeStackEvents({ client }, { StackName })) {
      found.push(...(page.StackEvents ?? []));
      pages += 1;
      if (pages >= maxPages) break;
    }
    return found;
  });
  return (await unlessGone(events)) ?? [];
}

const eventsCall = (StackName: string) => ({
  action: 'cloudformation:DescribeStackEvents',
  subject: `the events of the stack ${StackName}`,
});

/** True of an event of a stack itself, which is one of its own resources too. */
export const isOfStack = ({ PhysicalResourceId, StackId }: StackEvent): boolean => PhysicalResourceId === StackId;

/** Age of a deployment that may have gone on in an account whose events can't be seen. */
const UNSEEN_SECONDS = 60 * 60;

interface Wait extends Pick<AccessPlan, 'stacks'> {
  /** Age up to which a deployment is waited for. */
  readonly waitSeconds: number;
}

/**
 * Tells whether CloudFormation changes a stack of access, or has within the wait and kept it: then what is there may still become
 * as it is declared. A deployment that failed, or never came to the stack, leaves nothing to wait for. Only the stacks in the
 * account of the credentials are seen. @throws AwsCallError
 */
export async function wasDeployedLately(
  { cloudFormation: client, concurrency }: Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency'>,
  estate: string,
  wait: Wait,
): Promise<boolean> {
  const latestOf = async (StackName: string): Promise<StackEvent | undefined> => {
    const command = new DescribeStackEventsCommand({ StackName });
    const { StackEvents = [] } = (await unlessGone(callAws(eventsCall(StackName), () => client.send(command)))) ?? {};
    // The latest come first. While its resources change, the stack itself may be on a later page.
    return StackEvents.find(isOfStack) ?? StackEvents[0];
  };
  const names = wait.stacks.map(({ role }) => stackNameOf(estate, role));
  const latest = await pMap(names, latestOf, { concurrency });
  const seconds = freshSeconds(wait);
  return latest.some((event) => event !== undefined && isFresh(event, seconds, Date.now()));
}

/** Seconds after its end in which a deployment is fresh. In two accounts the one that is seen ends first. */
export function freshSeconds({ stacks, waitSeconds }: Wait): number {
  return new Set(stacks.map(({ account }) => account)).size > 1 ? UNSEEN_SECONDS : waitSeconds;
}

/** Tells whether the last event of a stack is of a deployment whose effect may not show everywhere yet. */
export function isFresh({ ResourceStatus, Timestamp }: StackEvent, seconds: number, now: number): boolean {
  if (ResourceStatus === undefined) return false;
  if (ResourceStatus.endsWith('_IN_PROGRESS')) return true;
  const isKept = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(ResourceStatus);
  return isKept && Timestamp !== undefined && now - Timestamp.getTime() < seconds * 1000;
}
