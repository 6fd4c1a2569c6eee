import type { CloudFormationClient, StackInstanceSummary } from '@aws-sdk/client-cloudformation';
import {
  DetectStackSetDriftCommand,
  paginateListStackInstances,
  paginateListStackSets,
} from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import type { DeployedStackSet, StackSetInstance } from '../facts/access-facts';
import { AwsCallError, callAws, readPages } from './aws-call';

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

/** A look for drift in a stack set that began, or why it did not. */
export interface DriftDetection {
  readonly stackSet: string;
  /** Absent where it began. */
  readonly refusal?: string;
}

/**
 * Begins a look for drift in each stack set whose name begins so. What it finds is in the instances when it is through, after
 * minutes or hours. One that another operation holds up is looked at the next time. @throws AwsCallError
 */
export async function beginDriftDetection(
  { cloudFormation: client, concurrency, callAs: CallAs }: StackSetReader,
  prefix: string,
): Promise<readonly DriftDetection[]> {
  return pMap(
    await readNames(client, CallAs, prefix),
    async (stackSet): Promise<DriftDetection> => {
      const call = { action: 'cloudformation:DetectStackSetDrift', subject: `the drift of ${stackSet}` };
      try {
        await callAws(call, () => client.send(new DetectStackSetDriftCommand({ CallAs, StackSetName: stackSet })));
        return { stackSet };
      } catch (error) {
        if (!(error instanceof AwsCallError) || error.fault.name !== 'OperationInProgressException') throw error;
        return { stackSet, refusal: error.fault.message };
      }
    },
    { concurrency },
  );
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
