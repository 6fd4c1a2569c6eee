import type { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation';
import { DescribePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { AccountId, PermissionSetArn, PrincipalId, readId } from '../../../estate/source/ids';
import type { DeployedAssignment, OwnedApplication, OwnedResources, StackRecord } from '../../facts/access-facts';
import type { LeftBehind, Owned } from '../../facts/revocations';
import { callerAccount } from '../account-credentials';
import { callAws, required, unlessGone } from '../aws-call';
import type { IdentityCenterClients } from '../aws-clients';
import { readExisting } from '../read-assignments';
import { isOfStack, type ListedResource, listResources, readStackEvents } from '../read-stack';

const NESTED = 'AWS::CloudFormation::Stack';
const SET = 'AWS::SSO::PermissionSet';
const ASSIGNMENT = 'AWS::SSO::Assignment';

type StackClients = Pick<IdentityCenterClients, 'cloudFormation' | 'concurrency'>;
type Clients = StackClients & Pick<IdentityCenterClients, 'ssoAdmin'>;

/** The permission set that the physical id of a resource names: of a set, or of an assignment. */
export function setOf(physicalId: string): PermissionSetArn | undefined {
  const arn = /arn:[\w-]+:sso:::permissionSet\/[^|]+/.exec(physicalId)?.[0];
  return arn === undefined ? undefined : readId(PermissionSetArn, arn);
}

/**
 * The assignment that a physical id names: the primary identifier of AWS::SSO::Assignment has all that an assignment consists of.
 * Undefined where the id is of another form.
 */
function assignmentOf(physicalId: string): DeployedAssignment | undefined {
  const set = setOf(physicalId);
  const [, account, , , principalType, principalId] = physicalId.split('|');
  if (set === undefined || account === undefined || principalType === undefined || principalId === undefined) {
    return undefined;
  }
  return { set, account: readId(AccountId, account), principalType, principalId: readId(PrincipalId, principalId) };
}

/** The primary identifier of AWS::SSO::ApplicationAssignment: application, kind and id of the principal. */
function applicationOf(physicalId: string): OwnedApplication | undefined {
  const [arn, principalType, id] = physicalId.split('|');
  if (arn === undefined || principalType === undefined || id === undefined) return undefined;
  return { arn, principalType, principalId: readId(PrincipalId, id) };
}

/** A resource of a stack, or of one that is nested in it: of a shard, with the number of that. */
interface OwnedResource extends ListedResource {
  readonly shard?: number;
}

/** Resources of a stack and of the stacks nested in it that CloudFormation has not deleted. @throws AwsCallError */
export async function readStackResources(
  { cloudFormation, concurrency }: StackClients,
  stack: string,
): Promise<readonly OwnedResource[]> {
  const roots = await listResources(cloudFormation, stack);
  const nested = roots.filter(({ type, physicalId }) => type === NESTED && physicalId !== '');
  const inner = await pMap(
    nested,
    async ({ logicalId, physicalId }) => {
      const shard = shardOf(logicalId);
      const resources = await listResources(cloudFormation, physicalId);
      return resources.map((one) => (shard === undefined ? one : { ...one, shard }));
    },
    { concurrency },
  );
  return [...roots, ...inner.flat()];
}

/** Number of the shard that a nested stack is; undefined for any other. */
function shardOf(logicalId: string): number | undefined {
  const number = /^AssignmentsShard(\d+)NestedStack/.exec(logicalId)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Ids of the shards that are nested in a stack, by number. @throws AwsCallError */
export async function readShardIds(client: CloudFormationClient, stack: string): Promise<ReadonlyMap<number, string>> {
  const roots = await listResources(client, stack);
  return new Map(
    roots.flatMap(({ logicalId, physicalId }) => {
      const shard = shardOf(logicalId);
      return shard === undefined || physicalId === '' ? [] : [[shard, physicalId] as const];
    }),
  );
}

/** Resources of a type. A deletion that failed in the clean-up, or was skipped, leaves the resource and takes it out of the stack. */
function ownedOf(resources: readonly OwnedResource[], type: string): readonly OwnedResource[] {
  return resources.filter((one) => one.type === type && !['DELETE_FAILED', 'DELETE_SKIPPED'].includes(one.status));
}

/** Assignments that are resources of a stack. */
interface OwnedAssignments extends Owned {
  /** False where CloudFormation has no such stack. */
  readonly isDeployed: boolean;
}

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
  const assignments = ownedOf(resources, ASSIGNMENT).flatMap(({ physicalId, shard }) => {
    const found = assignmentOf(physicalId);
    return found === undefined ? [] : [{ ...found, ...(shard !== undefined && { shard }) }];
  });
  const sets = assignments.map(({ set }) => set);
  // A stack has a resource at least.
  return { isDeployed: resources.length > 0, assignments, setNames: await readSetNames(clients, instanceArn, sets) };
}

/** Names of permission sets; one that is gone has none. @throws AwsCallError */
export async function readSetNames(
  { ssoAdmin, concurrency }: Pick<Clients, 'ssoAdmin' | 'concurrency'>,
  InstanceArn: string,
  sets: readonly PermissionSetArn[],
): Promise<Owned['setNames']> {
  const names = await pMap(
    new Set(sets),
    async (PermissionSetArn) => {
      const call = { action: 'sso:DescribePermissionSet', subject: `the permission set ${PermissionSetArn}` };
      const command = new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn });
      const answer = await unlessGone(callAws(call, () => ssoAdmin.send(command)));
      return answer === undefined
        ? []
        : [[PermissionSetArn, required(answer.PermissionSet?.Name, call, 'Name')] as const];
    },
    { concurrency },
  );
  return new Map(names.flat());
}

/** Reads what some stacks have of those that are in the account of the credentials, and names the others. @throws AwsCallError */
export async function readOwnedResources(
  clients: StackClients & Pick<IdentityCenterClients, 'sts'>,
  stacks: readonly { readonly name: string; readonly account: string }[],
): Promise<OwnedResources> {
  const account = await callerAccount(clients.sts);
  const here = stacks.filter((stack) => stack.account === account);
  const resources: OwnedResource[] = [];
  for (const { name } of here) resources.push(...(await readStackResources(clients, name)));
  const idsOf = (type: string): readonly string[] => ownedOf(resources, type).map(({ physicalId }) => physicalId);
  return {
    sets: idsOf(SET).flatMap((id) => setOf(id) ?? []),
    assignments: idsOf(ASSIGNMENT).flatMap((id) => assignmentOf(id) ?? []),
    applications: idsOf('AWS::SSO::ApplicationAssignment').flatMap((id) => applicationOf(id) ?? []),
    unread: stacks.filter((stack) => !here.includes(stack)).map(({ name }) => name),
  };
}

/** Pages of events of each stack; the latest come first, and a deletion that failed is among those of its update. */
const MAX_PAGES = 30;

/**
 * The last that CloudFormation did to each permission set and assignment of some stacks and of the stacks nested in them, which
 * may be deleted. A stack that is not in the account of the credentials has none. @throws AwsCallError
 */
export async function readStackRecords(
  { cloudFormation, concurrency }: StackClients,
  names: readonly string[],
): Promise<readonly StackRecord[]> {
  const read = (stack: string): Promise<readonly StackEvent[]> => readStackEvents(cloudFormation, stack, MAX_PAGES);
  const roots = (await pMap(names, read, { concurrency })).flat();
  const ofNested = roots.filter((event) => event.ResourceType === NESTED && !isOfStack(event));
  const nested = new Set(ofNested.flatMap(({ PhysicalResourceId: id }) => (id === undefined || id === '' ? [] : [id])));
  const inner = (await pMap(nested, read, { concurrency })).flat();
  const latest = new Map<string, StackRecord>();
  const timeOf = ({ Timestamp }: StackEvent): number => Timestamp?.getTime() ?? 0;
  // An assignment that moves is created in one nested stack and deleted in another.
  for (const event of [...roots, ...inner].toSorted((a, b) => timeOf(b) - timeOf(a))) {
    const { PhysicalResourceId: id = '' } = event;
    const record = recordOf(event);
    if (record !== undefined && !latest.has(id)) latest.set(id, record);
  }
  return [...latest.values()];
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

/**
 * Reads what a stack left behind: what fails to be deleted in the clean-up of an update leaves the stack, and its events alone still
 * tell of it. @throws AwsCallError
 */
export async function readLeftBehind(clients: Clients, stack: string, instanceArn: string): Promise<LeftBehind> {
  const records = await readStackRecords(clients, [stack]);
  const failed = records.filter(({ status }) => status === 'DELETE_FAILED');
  const failedSets = failed.map(({ set }) => set);
  const setNames = await readSetNames(clients, instanceArn, failedSets);
  const there = failed.filter(({ set }) => setNames.has(set));
  const assignments = there.flatMap(({ assignment }) => assignment ?? []);
  return {
    assignments: await readExisting(clients, instanceArn, assignments),
    sets: there.filter(({ assignment }) => assignment === undefined).map(({ set }) => set),
    setNames,
  };
}
