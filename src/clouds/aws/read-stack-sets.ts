import {
  type CloudFormationClient,
  DescribeOrganizationsAccessCommand,
  DescribeStackSetOperationCommand,
  DetectStackSetDriftCommand,
  paginateListStackInstances,
  paginateListStackSets,
  type StackInstanceSummary,
  type StackSetOperationPreferences,
} from '@aws-sdk/client-cloudformation';
import pMap from 'p-map';
import type { StackSetTrust } from '../facts/preflight-facts';
import type { DeployedStackSet, ManagementPolicy, StackSetInstance } from '../facts/access-facts';
import { AwsCallError, callAws, readPages, required } from './aws-call';
import type { Pause } from './waiting';
import { IAMClient } from '@aws-sdk/client-iam';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { stackSetPrefix } from '../../estate/sections/access/plan/rollouts';
import type { OwnPolicy } from '../../estate/sections/estate';
import { parseQuietly } from '../../estate/source/json-source';
import type { IdentityCenterClients } from './aws-clients';
import { awsConfig } from './aws-config';
import { readDefaultVersion } from './organization/read-policies';
import { readDelegates } from './organization/read-snapshot';

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

/** Documents that policies have in the management account, by name, read by a caller of that account. @throws AwsCallError */
export async function readManagementPolicies(
  { organization: { managementAccountId: account, region, partition } }: AccessPlan,
  policies: readonly OwnPolicy[],
): Promise<ReadonlyMap<string, ManagementPolicy>> {
  const client = new IAMClient(awsConfig(region));
  const found = new Map<string, ManagementPolicy>();
  for (const { name, path } of policies) {
    const arn = `arn:${partition}:iam::${account}:policy${path}${name}`;
    const version = await readDefaultVersion(client, arn);
    found.set(name, { arn, ...(version && { document: parseQuietly(decodeURIComponent(version.encoded)) }) });
  }
  return found;
}

/** True where access is deployed from the management account, so that its reader may read the policies there. */
export function isInManagement({ stacks, organization }: AccessPlan): boolean {
  return stacks[0]?.account === organization.managementAccountId;
}

interface WantedStackSets {
  readonly access: AccessPlan;
  readonly estateName: string;
  /** Given to look for drift now, and to wait for what it finds. @default what the last look found */
  readonly pauses: readonly Pause[] | undefined;
}

/** Stack sets of an estate's policies. @throws AwsCallError */
export async function readPolicyStackSets(
  clients: IdentityCenterClients,
  { access, estateName, pauses }: WantedStackSets,
): Promise<readonly DeployedStackSet[]> {
  const reader = { ...clients, callAs: isInManagement(access) ? 'SELF' : 'DELEGATED_ADMIN' } as const;
  const prefix = stackSetPrefix(estateName);
  if (pauses === undefined) return readStackSets(reader, prefix);
  clients.onProgress('looking for drift in the stack sets of policies');
  const unknown = await findDrift(reader, prefix, pauses);
  return (await readStackSets(reader, prefix)).map((one) => ({ ...one, driftUnknown: unknown.get(one.name) }));
}

/** Service of stack sets, by which their delegated administrators are registered (CloudFormation User Guide). */
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

/** @param callAs `DELEGATED_ADMIN` outside of the management account @throws AwsCallError */
export async function readStackSetTrust(
  clients: Pick<IdentityCenterClients, 'organizations' | 'cloudFormation'>,
  CallAs: 'SELF' | 'DELEGATED_ADMIN',
): Promise<StackSetTrust> {
  const call = { action: 'cloudformation:DescribeOrganizationsAccess', subject: 'whether stack sets are trusted' };
  const command = new DescribeOrganizationsAccessCommand({ CallAs });
  const { Status } = await callAws(call, () => clients.cloudFormation.send(command));
  return {
    isTrusted: Status === 'ENABLED',
    delegates: CallAs === 'SELF' ? [] : await readDelegates(clients, STACK_SETS),
  };
}
