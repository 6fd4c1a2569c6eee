import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsCallError, callAws } from '../aws-call';
import { type FailedResource, readFailedResources } from './failed-resources';

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

/** The status of a stack; undefined where there is none. @throws AwsCallError */
export async function readStackStatus(client: CloudFormationClient, StackName: string): Promise<string | undefined> {
  const call = { action: 'cloudformation:DescribeStacks', subject: `the stack ${StackName}` };
  try {
    const { Stacks = [] } = await callAws(call, () => client.send(new DescribeStacksCommand({ StackName })));
    return Stacks[0]?.StackStatus;
  } catch (error) {
    // A name without a stack is answered as a request that is not valid.
    if (error instanceof AwsCallError && error.fault.message.includes('does not exist')) return undefined;
    throw error;
  }
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
