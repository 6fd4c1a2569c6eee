import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { AwsCallError, callAws } from './aws-call';
import type { IdentityCenterClients } from './aws-clients';

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
  { cloudFormation, concurrency }: Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency'>,
  estate: string,
  wait: Wait,
): Promise<boolean> {
  const names = wait.stacks.map(({ role }) => stackNameOf(estate, role));
  const latest = await pMap(names, (StackName) => latestEvent(cloudFormation, StackName), { concurrency });
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
