import type { CloudFormationClient, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DescribePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import type { PermissionSetArn } from '../../../estate/source/ids';
import type { OwnedAssignment } from '../../facts/revocations';
import { AwsCallError, callAws, isGone, readPages, required } from '../aws-call';
import type { IdentityCenterClients } from '../aws-clients';
import { assignmentOf } from './assignment-identifier';

/** Assignments that are resources of a stack, and the names of their permission sets. */
export interface OwnedAssignments {
  /** False where CloudFormation has no such stack. */
  readonly isDeployed: boolean;
  readonly assignments: readonly OwnedAssignment[];
  /** A permission set that is not there any more has no name. */
  readonly setNames: ReadonlyMap<PermissionSetArn, string>;
}

const NESTED = 'AWS::CloudFormation::Stack';
const ASSIGNMENT = 'AWS::SSO::Assignment';

/** A deletion that failed in the clean-up, or was skipped, leaves the resource and takes it out of the stack. */
export const GIVEN_UP = ['DELETE_FAILED', 'DELETE_SKIPPED'];

type Clients = Pick<IdentityCenterClients, 'cloudFormation' | 'ssoAdmin' | 'concurrency'>;

/**
 * Reads the assignments that a stack and the stacks nested in it have made, as CloudFormation remembers them: some may be gone by
 * now. A stack that is not in the account of the credentials has none. @throws AwsCallError
 */
export async function readOwnedAssignments(
  clients: Clients,
  stack: string,
  instanceArn: string,
): Promise<OwnedAssignments> {
  const resources = await readStackResources(clients, stack);
  const assignments = assignmentsIn(resources);
  const sets = assignments.map(({ set }) => set);
  // A stack has a resource at least.
  return {
    isDeployed: resources.length > 0,
    assignments,
    setNames: await readSetNames(clients, instanceArn, sets),
  };
}

/** A resource of a stack, or of one that is nested in it. */
export type StackResource = StackResourceSummary & { readonly shard?: number };

/** Resources of a stack and of the stacks nested in it that CloudFormation has not deleted. @throws AwsCallError */
export async function readStackResources(
  { cloudFormation, concurrency }: Pick<Clients, 'cloudFormation' | 'concurrency'>,
  stack: string,
): Promise<readonly StackResource[]> {
  const roots = await readResources(cloudFormation, stack);
  const nested = roots.filter(({ ResourceType }) => ResourceType === NESTED);
  const read = async (stackResource: StackResourceSummary): Promise<readonly StackResource[]> => {
    const shard = shardOf(stackResource);
    const resources = await Promise.all(idOf(stackResource).map((id) => readResources(cloudFormation, id)));
    return resources.flat().map((one) => (shard === undefined ? one : { ...one, shard }));
  };
  const inner = await pMap(nested, read, { concurrency });
  return [...roots, ...inner.flat()];
}

/** Ids of the shards that are nested in a stack, by number. @throws AwsCallError */
export async function readShardIds(client: CloudFormationClient, stack: string): Promise<ReadonlyMap<number, string>> {
  const roots = await readResources(client, stack);
  return new Map(
    roots.flatMap((one) => {
      const shard = shardOf(one);
      return shard === undefined ? [] : idOf(one).map((id) => [shard, id] as const);
    }),
  );
}

function assignmentsIn(resources: readonly StackResource[]): readonly OwnedAssignment[] {
  return resources
    .filter(
      ({ ResourceType, ResourceStatus = '' }) => ResourceType === ASSIGNMENT && !GIVEN_UP.includes(ResourceStatus),
    )
    .flatMap((resource) => {
      const [found] = idOf(resource).map(assignmentOf);
      if (found === undefined) return [];
      return [{ ...found, ...(resource.shard !== undefined && { shard: resource.shard }) }];
    });
}

/** Number of the shard that a nested stack is, by its logical id; undefined for any other. */
function shardOf({ LogicalResourceId }: StackResourceSummary): number | undefined {
  const number = /^AssignmentsShard(\d+)NestedStack/.exec(LogicalResourceId ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

function idOf({ PhysicalResourceId: id }: StackResourceSummary): readonly string[] {
  return id === undefined || id === '' ? [] : [id];
}

/** Resources of a stack that CloudFormation has not deleted. */
async function readResources(
  client: CloudFormationClient,
  StackName: string,
): Promise<readonly StackResourceSummary[]> {
  const call = { action: 'cloudformation:ListStackResources', subject: `the resources of ${StackName}` };
  try {
    const pages = paginateListStackResources({ client }, { StackName });
    const resources = await readPages(call, pages, (page) => page.StackResourceSummaries);
    return resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    // A name without a stack is answered as a request that is not valid.
    if (error instanceof AwsCallError && error.fault.message.includes('does not exist')) return [];
    throw error;
  }
}

/** Names of permission sets; one that is gone has none. @throws AwsCallError */
export async function readSetNames(
  { ssoAdmin, concurrency }: Pick<Clients, 'ssoAdmin' | 'concurrency'>,
  InstanceArn: string,
  sets: readonly PermissionSetArn[],
): Promise<OwnedAssignments['setNames']> {
  const arns = [...new Set(sets)];
  const read = async (
    PermissionSetArn: PermissionSetArn,
  ): Promise<readonly (readonly [PermissionSetArn, string])[]> => {
    const call = { action: 'sso:DescribePermissionSet', subject: `the permission set ${PermissionSetArn}` };
    const command = new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn });
    try {
      const { PermissionSet } = await callAws(call, () => ssoAdmin.send(command));
      return [[PermissionSetArn, required(PermissionSet?.Name, call, 'Name')]];
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  };
  return new Map((await pMap(arns, read, { concurrency })).flat());
}
