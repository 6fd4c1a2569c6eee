import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import { stackNameOf } from '../../estate/plan/access-stacks';
import type { AccessPlan } from '../../estate/plan/estate-plan';
import { AwsCallError, callAws } from './aws-call';
import type { IdentityCenterClients } from './aws-clients';

/** A deployment that ended before this brings nothing any more that is not there yet. */
const RECENT_MS = 60 * 60 * 1000;

/**
 * Tells whether CloudFormation changes a stack of access, or did within the last hour and kept it: then what is there may still
 * become as it is declared. A stack that is not in the account of the credentials does not count. @throws AwsCallError
 */
export async function wasDeployedLately(
  { cloudFormation, concurrency }: Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency'>,
  estate: string,
  { stacks }: Pick<AccessPlan, 'stacks'>,
): Promise<boolean> {
  const names = stacks.map(({ role }) => stackNameOf(estate, role));
  const latest = await pMap(names, (StackName) => latestEvent(cloudFormation, StackName), { concurrency });
  return latest.some((event) => event !== undefined && isFresh(event, Date.now()));
}

/** Tells whether the last event of a stack is of a deployment whose effect may not show everywhere yet. */
export function isFresh({ ResourceStatus, Timestamp }: StackEvent, now: number): boolean {
  if (ResourceStatus === undefined) return false;
  if (ResourceStatus.endsWith('_IN_PROGRESS')) return true;
  const isKept = /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(ResourceStatus);
  return isKept && Timestamp !== undefined && now - Timestamp.getTime() < RECENT_MS;
}

/** The last that CloudFormation says of a stack itself: its latest events come first. */
async function latestEvent(
  client: IdentityCenterClients['cloudFormation'],
  StackName: string,
): Promise<StackEvent | undefined> {
  const call = { action: 'cloudformation:DescribeStackEvents', subject: `the events of the stack ${StackName}` };
  try {
    const { StackEvents = [] } = await callAws(call, () => client.send(new DescribeStackEventsCommand({ StackName })));
    // While its resources change, the stack itself may be on a later page.
    return StackEvents.find(({ PhysicalResourceId, StackId }) => PhysicalResourceId === StackId) ?? StackEvents[0];
  } catch (error) {
    // A name without a stack is answered as a request that is not valid.
    if (error instanceof AwsCallError && error.fault.message.includes('does not exist')) return undefined;
    throw error;
  }
}
