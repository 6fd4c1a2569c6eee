import type { CloudFormationClient, StackInstanceSummary } from '@aws-sdk/client-cloudformation';
import { paginateListStackInstances, paginateListStackSets } from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import type { DeployedStackSet, StackSetInstance } from '../facts/access-facts';
import { readPages } from './aws-call';

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
  const listing = { action: 'cloudformation:ListStackSets', subject: 'the stack sets' };
  const pages = paginateListStackSets({ client }, { CallAs, Status: 'ACTIVE' });
  const found = await readPages(listing, pages, (page) => page.Summaries);
  const names = found.flatMap(({ StackSetName = '', Status }) =>
    Status === 'ACTIVE' && StackSetName.startsWith(prefix) ? [StackSetName] : [],
  );
  return pMap(
    names,
    async (name) => {
      const call = { action: 'cloudformation:ListStackInstances', subject: `the instances of ${name}` };
      const instances = paginateListStackInstances({ client }, { CallAs, StackSetName: name });
      return { name, instances: (await readPages(call, instances, (page) => page.Summaries)).map(instanceOf) };
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
