import {
  type CloudFormationClient,
  paginateDescribeStackEvents,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { parseQuietly } from '../../../estate/source/parse-quietly';
import { readPages } from '../aws-call';

/** A resource that CloudFormation could not make, change or roll back. */
export interface FailedResource {
  /** As `ResourcesToSkip` takes it: of a nested stack `NestedStackName.LogicalId`. */
  readonly id: string;
  readonly type: string;
  readonly reason: string;
  /** Of an assignment: its account. */
  readonly account?: string;
}

/** Part of an operation that failures are looked for in. */
type Phase = 'deployment' | 'roll-back';

const NESTED = 'AWS::CloudFormation::Stack';
const ASSIGNMENT = 'AWS::SSO::Assignment';
/** Reason that CloudFormation gives for resources that were under way when another one failed. */
const CANCELLED = /^Resource \w+ cancelled$/;
const Assignment = z.object({ TargetId: z.string() });

/** Reads what failed in the last operation of a stack, down into nested stacks. @throws AwsCallError */
export async function readFailedResources(
  client: CloudFormationClient,
  root: string,
  phase: Phase,
): Promise<readonly FailedResource[]> {
  const failed = await failuresOf(client, root, phase);
  const found = failed.map(async (event): Promise<readonly FailedResource[]> => {
    const { LogicalResourceId: id = '', ResourceType: type = '', PhysicalResourceId: nested = '' } = event;
    if (type !== NESTED || nested === '') return [{ id, type, ...detailsOf(event) }];
    const below = await readFailedResources(client, nested, phase);
    return below.map((resource) => ({ ...resource, id: idBelow(nested, resource.id) }));
  });
  return (await Promise.all(found)).flat();
}

function detailsOf({ ResourceType, ResourceProperties, ResourceStatusReason: reason = '' }: StackEvent) {
  if (ResourceType !== ASSIGNMENT || ResourceProperties === undefined) return { reason };
  const { data } = Assignment.safeParse(parseQuietly(ResourceProperties));
  return { reason, ...(data && { account: data.TargetId }) };
}

/** The last failure of each resource; events come newest first. */
async function failuresOf(
  client: CloudFormationClient,
  StackName: string,
  phase: Phase,
): Promise<readonly StackEvent[]> {
  const call = { action: 'cloudformation:DescribeStackEvents', subject: `the events of ${StackName}` };
  const pages = paginateDescribeStackEvents({ client }, { StackName });
  const events = partOf(await readPages(call, pages, (page) => page.StackEvents), phase);
  const failed = events.filter(
    (event) =>
      !isOfStack(event) &&
      event.ResourceStatus?.endsWith('_FAILED') === true &&
      !CANCELLED.test(event.ResourceStatusReason ?? ''),
  );
  return [...Map.groupBy(failed, ({ LogicalResourceId }) => LogicalResourceId).values()].flatMap(
    ([last]) => last ?? [],
  );
}

function partOf(events: readonly StackEvent[], phase: Phase): readonly StackEvent[] {
  const rollBack = /(^|_)ROLLBACK_IN_PROGRESS$/;
  if (phase === 'roll-back') return events.slice(0, findOf(events, rollBack));
  const operation = events.slice(0, findOf(events, /^(CREATE|UPDATE)_IN_PROGRESS$/));
  const begin = operation.findLastIndex((event) => isOfStack(event) && rollBack.test(event.ResourceStatus ?? ''));
  return operation.slice(begin + 1);
}

/** Place of the newest event of the stack itself with such a status; behind all of them if there is none. */
function findOf(events: readonly StackEvent[], status: RegExp): number {
  const found = events.findIndex((event) => isOfStack(event) && status.test(event.ResourceStatus ?? ''));
  return found === -1 ? events.length : found;
}

const isOfStack = ({ PhysicalResourceId, StackId }: StackEvent): boolean => PhysicalResourceId === StackId;

/** By the name in the ARN of a nested stack; of one below it, its own is enough. */
const idBelow = (arn: string, id: string): string => (id.includes('.') ? id : `${arn.split('/')[1] ?? arn}.${id}`);
