import type { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation';
import { paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import { AwsCallError, callAws } from './aws-call';
import type { StackRecord } from '../facts/access-facts';
import { assignmentOf, setOf } from './access/assignment-identifier';
import type { IdentityCenterClients } from './aws-clients';

/** Pages of 100 events of each stack; the latest come first, and a deletion that failed is among those of its update. */
const MAX_PAGES = 30;

const NESTED = 'AWS::CloudFormation::Stack';
const SET = 'AWS::SSO::PermissionSet';
const ASSIGNMENT = 'AWS::SSO::Assignment';

/**
 * The last that CloudFormation did to each permission set and assignment of some stacks and of the stacks nested in them, which
 * may be deleted. A stack that is not in the account of the credentials has none. @throws AwsCallError
 */
export async function readStackRecords(
  { cloudFormation, concurrency }: Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency'>,
  names: readonly string[],
): Promise<readonly StackRecord[]> {
  const read = (stack: string): Promise<readonly StackEvent[]> => readEvents(cloudFormation, stack);
  const roots = (await pMap(names, read, { concurrency })).flat();
  const nested = new Set(roots.filter(isOfNestedStack).map(({ PhysicalResourceId = '' }) => PhysicalResourceId));
  nested.delete('');
  const inner = (await pMap(nested, read, { concurrency })).flat();
  const latest = new Map<string, StackRecord>();
  // An assignment that moves is created in one nested stack and deleted in another.
  for (const event of [...roots, ...inner].toSorted((a, b) => timeOf(b) - timeOf(a))) {
    const { PhysicalResourceId: id = '' } = event;
    const record = recordOf(event);
    if (record !== undefined && !latest.has(id)) latest.set(id, record);
  }
  return [...latest.values()];
}

function timeOf({ Timestamp }: StackEvent): number {
  return Timestamp?.getTime() ?? 0;
}

/** A nested stack tells of itself as a resource, too. */
function isOfNestedStack({ ResourceType, PhysicalResourceId, StackId }: StackEvent): boolean {
  return ResourceType === NESTED && PhysicalResourceId !== StackId;
}

/** Events of a stack, the latest first. */
async function readEvents(client: CloudFormationClient, StackName: string): Promise<readonly StackEvent[]> {
  const call = { action: 'cloudformation:DescribeStackEvents', subject: `the events of the stack ${StackName}` };
  try {
    return await callAws(call, async () => {
      const events: StackEvent[] = [];
      let pages = 0;
      for await (const page of paginateDescribeStackEvents({ client }, { StackName })) {
        events.push(...(page.StackEvents ?? []));
        pages += 1;
        if (pages >= MAX_PAGES) break;
      }
      return events;
    });
  } catch (error) {
    // A name without a stack is answered as a request that is not valid.
    if (error instanceof AwsCallError && error.fault.message.includes('does not exist')) return [];
    throw error;
  }
}

function recordOf({
  StackName: stack = '',
  ResourceType,
  PhysicalResourceId: id = '',
  ResourceStatus: status,
  ResourceStatusReason: reason,
}: StackEvent): StackRecord | undefined {
  const set = setOf(id);
  if (set === undefined || status === undefined) return undefined;
  const record = { stack, set, status, ...(reason !== undefined && { reason }) };
  if (ResourceType === SET) return record;
  const assignment = ResourceType === ASSIGNMENT ? assignmentOf(id) : undefined;
  return assignment && { ...record, assignment };
}
