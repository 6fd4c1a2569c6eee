import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  type StackEvent,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { isOfStack, readStackEvents, readStackStatus } from '../read-stack';
import { parseQuietly } from '../../../estate/source/json-source';
import { callAws } from '../aws-call';
import { setTimeout as pause } from 'node:timers/promises';

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
  const events = partOf(await readStackEvents(client, StackName), phase);
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

/** By the name in the ARN of a nested stack; of one below it, its own is enough. */
const idBelow = (arn: string, id: string): string => (id.includes('.') ? id : `${arn.split('/')[1] ?? arn}.${id}`);

/** Trouble of a stack, and what became of it. */
export type Recovery = Outcome & {
  /** Resources that its last deployment failed for, if that was taken back. */
  readonly causes: readonly FailedResource[];
};

type Outcome =
  | { readonly state: 'sound' | 'in-progress' | 'deletion-failed'; readonly status: string | undefined }
  /** It never was complete, and has lost its termination protection: the next deployment makes it again. */
  | { readonly state: 'to-be-made-again'; readonly status: string }
  | { readonly state: 'rolled-back'; readonly status: string; readonly skipped: readonly FailedResource[] }
  | { readonly state: 'stuck'; readonly status: string; readonly failed: readonly FailedResource[] };

export interface RecoveryOptions {
  /** True to go on without what can't be rolled back. @default false */
  readonly skip?: boolean;
  /** Milliseconds between two looks at a roll-back. @default 5000 */
  readonly pauseMs?: number;
}

const STUCK = 'UPDATE_ROLLBACK_FAILED';
const PAUSE_MS = 5_000;

/** Tells whether a stack never was complete: CloudFormation has these states after a failed creation only, and no way out. */
export function isFailedCreation(status: string | undefined): boolean {
  return status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED';
}

/** Tells whether an update of a stack could not be rolled back. */
export function isStuck(status: string | undefined): boolean {
  return status === STUCK;
}

/** Tells whether a stack holds nothing but a change set of its first creation. */
export function isInReview(status: string | undefined): boolean {
  return status === 'REVIEW_IN_PROGRESS';
}

/** Brings a stack into a state from which it can be deployed, as far as that takes away nothing. @throws AwsCallError */
export async function recoverStack(
  client: CloudFormationClient,
  name: string,
  options: RecoveryOptions = {},
): Promise<Recovery> {
  const status = await readStackStatus(client, name);
  const wasTakenBack = status?.includes('ROLLBACK') === true;
  const causes = wasTakenBack ? await readFailedResources(client, name, 'deployment') : [];
  return { ...(await treat(client, { name, status }, options)), causes };
}

interface Found {
  readonly name: string;
  readonly status: string | undefined;
}

async function treat(
  client: CloudFormationClient,
  { name, status }: Found,
  options: RecoveryOptions,
): Promise<Outcome> {
  if (status === undefined || isInReview(status)) return { state: 'sound', status };
  if (isFailedCreation(status)) return letItBeMadeAgain(client, name, status);
  if (isStuck(status)) return goOn(client, name, options);
  if (status.endsWith('_IN_PROGRESS')) return { state: 'in-progress', status };
  return { state: status === 'DELETE_FAILED' ? 'deletion-failed' : 'sound', status };
}

/** The CDK deletes such a stack before it makes it again, which termination protection would forbid. */
async function letItBeMadeAgain(client: CloudFormationClient, StackName: string, status: string): Promise<Outcome> {
  const call = {
    action: 'cloudformation:UpdateTerminationProtection',
    subject: `the termination protection of ${StackName}`,
    writes: true,
  };
  const lift = new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false });
  await callAws(call, () => client.send(lift));
  return { state: 'to-be-made-again', status };
}

async function goOn(
  client: CloudFormationClient,
  StackName: string,
  { skip = false, pauseMs = PAUSE_MS }: RecoveryOptions,
): Promise<Outcome> {
  const skipped = skip ? await readFailedResources(client, StackName, 'roll-back') : [];
  const call = {
    action: 'cloudformation:ContinueUpdateRollback',
    subject: `the roll-back of ${StackName}`,
    writes: true,
  };
  const ResourcesToSkip = skipped.map(({ id }) => id);
  const command = new ContinueUpdateRollbackCommand({ StackName, ...(skip && { ResourcesToSkip }) });
  await callAws(call, () => client.send(command));
  const status = await ended(client, StackName, pauseMs);
  if (!isStuck(status)) return { state: 'rolled-back', status, skipped };
  return { state: 'stuck', status, failed: await readFailedResources(client, StackName, 'roll-back') };
}

/** Waits for the end of what CloudFormation does with a stack, which has time limits of its own. */
async function ended(client: CloudFormationClient, name: string, pauseMs: number): Promise<string> {
  for (;;) {
    const status = await readStackStatus(client, name);
    if (status?.endsWith('_IN_PROGRESS') !== true) return status ?? 'gone';
    await pause(pauseMs);
  }
}
