import type {
  CloudFormationClient,
  StackInstanceSummary,
  StackSetOperationPreferences,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeStackSetOperationCommand,
  DetectStackSetDriftCommand,
  paginateListStackInstances,
  paginateListStackSets,
} from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import type { DeployedStackSet, StackSetInstance } from '../facts/access-facts';
import { AwsCallError, callAws, readPages, required } from './aws-call';
import type { Pause } from './pauses';

export interface StackSetReader {
  readonly cloudFormation: CloudFormationClient;
  readonly concurrency: number;
  /** `DELEGATED_ADMIN` outside of the management account. */
  readonly callAs: 'SELF' | 'DELEGATED_ADMIN';
}

/** Stack sets whose names begin so, with their instances. @throws AwsCallError */
export async function readStackSets(
  { cloudFormation: client, concurrency, callAs: CallAs }: StackSetReader,
  prefix: string,
): Promise<readonly DeployedStackSet[]> {
  return pMap(
    await readNames(client, CallAs, prefix),
    async (name) => {
      const call = { action: 'cloudformation:ListStackInstances', subject: `the instances of ${name}` };
      const instances = paginateListStackInstances({ client }, { CallAs, StackSetName: name });
      return { name, instances: (await readPages(call, instances, (page) => page.Summaries)).map(instanceOf) };
    },
    { concurrency },
  );
}

async function readNames(
  client: CloudFormationClient,
  CallAs: StackSetReader['callAs'],
  prefix: string,
): Promise<readonly string[]> {
  const listing = { action: 'cloudformation:ListStackSets', subject: 'the stack sets' };
  const pages = paginateListStackSets({ client }, { CallAs, Status: 'ACTIVE' });
  const found = await readPages(listing, pages, (page) => page.Summaries);
  return found.flatMap(({ StackSetName = '', Status }) =>
    Status === 'ACTIVE' && StackSetName.startsWith(prefix) ? [StackSetName] : [],
  );
}

/** All accounts at once: CloudFormation looks at one after the other by itself, which takes hours in hundreds of them. */
const AT_ONCE = {
  RegionConcurrencyType: 'PARALLEL',
  MaxConcurrentPercentage: 100,
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
} as const satisfies StackSetOperationPreferences;

/** A look for drift in a stack set that began, or why it did not. */
export type DriftDetection =
  { readonly stackSet: string; readonly operation: string } | { readonly stackSet: string; readonly refusal: string };

/**
 * Begins a look for drift in each stack set whose name begins so. What it finds is in the instances when it is through, after
 * minutes or hours. One that another operation holds up is looked at the next time. @throws AwsCallError
 */
export async function beginDriftDetection(reader: StackSetReader, prefix: string): Promise<readonly DriftDetection[]> {
  const { cloudFormation, concurrency, callAs } = reader;
  const names = await readNames(cloudFormation, callAs, prefix);
  return pMap(names, (stackSet) => beginIn(reader, stackSet), { concurrency });
}

async function beginIn(
  { cloudFormation: client, callAs: CallAs }: StackSetReader,
  stackSet: string,
): Promise<DriftDetection> {
  const call = { action: 'cloudformation:DetectStackSetDrift', subject: `the drift of ${stackSet}` };
  try {
    const input = { CallAs, StackSetName: stackSet, OperationPreferences: AT_ONCE };
    const { OperationId } = await callAws(call, () => client.send(new DetectStackSetDriftCommand(input)));
    return { stackSet, operation: required(OperationId, call, 'OperationId') };
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.fault.name !== 'OperationInProgressException') throw error;
    return { stackSet, refusal: error.fault.message };
  }
}

/**
 * Looks for drift in each stack set whose name begins so, and waits for it: what another operation holds up is begun after that one.
 *
 * @param pauses made before each further look at what is not through
 * @returns why the drift of a stack set is not known, by its name @throws AwsCallError
 */
export async function findDrift(
  reader: StackSetReader,
  prefix: string,
  pauses: readonly Pause[],
): Promise<ReadonlyMap<string, string>> {
  let open = await beginDriftDetection(reader, prefix);
  const unknown = new Map<string, string>();
  const look = async (): Promise<void> => {
    const looked = await pMap(open, (one) => lookAt(reader, one), { concurrency: reader.concurrency });
    for (const { stackSet, failure } of looked) if (failure !== undefined) unknown.set(stackSet, failure);
    open = looked.flatMap(({ next }) => next ?? []);
  };
  await look();
  for (const pause of pauses) {
    if (open.length === 0) break;
    await pause();
    await look();
  }
  for (const { stackSet } of open) unknown.set(stackSet, 'is not through yet');
  return unknown;
}

interface Looked {
  readonly stackSet: string;
  /** Look that goes on. */
  readonly next?: DriftDetection;
  readonly failure?: string;
}

async function lookAt(reader: StackSetReader, detection: DriftDetection): Promise<Looked> {
  const { stackSet } = detection;
  if ('refusal' in detection) return { stackSet, next: await beginIn(reader, stackSet) };
  const call = { action: 'cloudformation:DescribeStackSetOperation', subject: `the look for drift in ${stackSet}` };
  const input = { CallAs: reader.callAs, StackSetName: stackSet, OperationId: detection.operation };
  const { StackSetOperation: found } = await callAws(call, () =>
    reader.cloudFormation.send(new DescribeStackSetOperationCommand(input)),
  );
  const status = required(found?.Status, call, 'Status');
  if (status === 'SUCCEEDED') return { stackSet };
  if (status === 'FAILED' || status === 'STOPPED') return { stackSet, failure: `is ${status}` };
  return { stackSet, next: detection };
}

function instanceOf({
  Account = '',
  Status,
  StatusReason,
  StackInstanceStatus,
  DriftStatus,
}: StackInstanceSummary): StackSetInstance {
  return {
    account: Account,
    status: Status ?? 'of an unknown status',
    ...(StatusReason !== undefined && { reason: StatusReason }),
    isSkipped: StackInstanceStatus?.DetailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT',
    isDrifted: DriftStatus === 'DRIFTED',
  };
}
