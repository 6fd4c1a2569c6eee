import {
  DescribePermissionSetProvisioningStatusCommand,
  paginateListAccountAssignmentCreationStatus,
  paginateListAccountAssignmentDeletionStatus,
  paginateListAccountAssignments,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListPermissionSetProvisioningStatus,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { AccountId, PermissionSetArn, PrincipalId, readId } from '../../estate/source/ids';
import { AwsCallError, callAws, readEach, readPages, required } from './aws-call';
import type { AwsSource } from './aws-clients';
import type { DeployedAssignment, DeployedSet, FailedProvisioning } from '../facts/access-facts';

interface Cell {
  readonly InstanceArn: string;
  readonly PermissionSetArn: PermissionSetArn;
  readonly AccountId: AccountId;
}

export interface AssignmentsOptions {
  readonly instanceArn: string;
  /** Permission sets whose assignments are read. */
  readonly sets: readonly Pick<DeployedSet, 'arn'>[];
  /**
   * Takes the failed reading of an account, and tells whether its assignments are left out then, so that it fails nothing.
   * @default none is
   */
  readonly mayBeUnread?: (account: AccountId, error: AwsCallError) => boolean;
}

/**
 * All assignments of an instance, whoever has them: only the accounts in which a set is provisioned are asked, since it
 * is assigned nowhere else. @throws AwsCallError
 */
export async function readAssignments(
  clients: AwsSource,
  { instanceArn, sets, mayBeUnread = () => false }: AssignmentsOptions,
): Promise<readonly DeployedAssignment[]> {
  const { concurrency } = clients;
  const perSet = await pMap(sets, ({ arn }) => readCells(clients, instanceArn, arn), { concurrency });
  const cells = perSet.flat();
  const read = (cell: Cell): Promise<readonly DeployedAssignment[]> =>
    readCell(clients, cell).catch((error: unknown) => {
      if (error instanceof AwsCallError && mayBeUnread(cell.AccountId, error)) return [];
      throw error;
    });
  const told = (done: number): string => `assignments of ${done} of ${cells.length} permission sets in accounts`;
  return (await readEach(cells, read, { ...clients, told, toldEvery: 10 })).flat();
}

/** Those of some assignments that are there. Their permission sets must be. @throws AwsCallError */
export async function readExisting(
  clients: Pick<AwsSource, 'ssoAdmin' | 'concurrency'>,
  InstanceArn: string,
  assignments: readonly DeployedAssignment[],
): Promise<readonly DeployedAssignment[]> {
  const cells = Map.groupBy(assignments, ({ set, account }) => `${set} ${account}`);
  const read = async (all: readonly DeployedAssignment[]): Promise<readonly DeployedAssignment[]> => {
    const [one] = all;
    if (one === undefined) return [];
    const cell = { InstanceArn, PermissionSetArn: one.set, AccountId: one.account };
    const found = new Set((await readCell(clients, cell)).map(principalKey));
    return all.filter((wanted) => found.has(principalKey(wanted)));
  };
  return (await pMap(cells.values(), read, { concurrency: clients.concurrency })).flat();
}

const principalKey = ({ principalType, principalId }: DeployedAssignment): string => `${principalType} ${principalId}`;

async function readCells(
  { ssoAdmin: client }: AwsSource,
  InstanceArn: string,
  PermissionSetArn: PermissionSetArn,
): Promise<readonly Cell[]> {
  const call = {
    action: 'sso:ListAccountsForProvisionedPermissionSet',
    subject: `the accounts of ${PermissionSetArn}`,
  };
  const config = { client, pageSize: 100 };
  const pages = paginateListAccountsForProvisionedPermissionSet(config, { InstanceArn, PermissionSetArn });
  const accounts = await readPages(call, pages, (page) => page.AccountIds);
  return accounts.map((id) => ({ InstanceArn, PermissionSetArn, AccountId: readId(AccountId, id) }));
}

async function readCell(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  cell: Cell,
): Promise<readonly DeployedAssignment[]> {
  const { PermissionSetArn, AccountId } = cell;
  const call = { action: 'sso:ListAccountAssignments', subject: `who has ${PermissionSetArn} in ${AccountId}` };
  const pages = paginateListAccountAssignments({ client, pageSize: 100 }, cell);
  const assignments = await readPages(call, pages, (page) => page.AccountAssignments);
  return assignments.map(({ PrincipalType, PrincipalId: id }) => ({
    set: PermissionSetArn,
    account: AccountId,
    principalType: required(PrincipalType, call, 'PrincipalType'),
    principalId: readId(PrincipalId, id),
  }));
}

type Source = Pick<AwsSource, 'ssoAdmin' | 'concurrency'>;

/** Number of changes that IAM Identity Center is still making in accounts: of assignments, and of roles. @throws AwsCallError */
export async function countUnderWay({ ssoAdmin: client }: Source, InstanceArn: string): Promise<number> {
  const input = { InstanceArn, Filter: { Status: 'IN_PROGRESS' as const } };
  const config = { client, pageSize: 100 };
  const call = (operation: string) => ({ action: `sso:${operation}`, subject: 'the changes that are under way' });
  const created = await readPages(
    call('ListAccountAssignmentCreationStatus'),
    paginateListAccountAssignmentCreationStatus(config, input),
    (page) => page.AccountAssignmentsCreationStatus,
  );
  const deleted = await readPages(
    call('ListAccountAssignmentDeletionStatus'),
    paginateListAccountAssignmentDeletionStatus(config, input),
    (page) => page.AccountAssignmentsDeletionStatus,
  );
  const provisioned = await readPages(
    call('ListPermissionSetProvisioningStatus'),
    paginateListPermissionSetProvisioningStatus(config, input),
    (page) => page.PermissionSetsProvisioningStatus,
  );
  return created.length + deleted.length + provisioned.length;
}

/** Failures that are looked into, the latest first. */
const MAX_FAILURES = 50;

/** Failed attempts at giving accounts the latest permission sets, and why. @throws AwsCallError */
export async function readFailedProvisioning(
  { ssoAdmin: client, concurrency }: Source,
  InstanceArn: string,
): Promise<readonly FailedProvisioning[]> {
  const call = { action: 'sso:ListPermissionSetProvisioningStatus', subject: 'what could not be provisioned' };
  const input = { InstanceArn, Filter: { Status: 'FAILED' as const } };
  const pages = paginateListPermissionSetProvisioningStatus({ client, pageSize: 100 }, input);
  const failures = await readPages(call, pages, (page) => page.PermissionSetsProvisioningStatus);
  const ids = failures.flatMap(({ RequestId }) => RequestId ?? []).slice(0, MAX_FAILURES);
  const found = await pMap(ids, (id) => describeFailure(client, InstanceArn, id), { concurrency });
  return found.flat();
}

async function describeFailure(
  client: AwsSource['ssoAdmin'],
  InstanceArn: string,
  id: string,
): Promise<readonly FailedProvisioning[]> {
  const call = { action: 'sso:DescribePermissionSetProvisioningStatus', subject: `the provisioning ${id}` };
  const input = { InstanceArn, ProvisionPermissionSetRequestId: id };
  const answer = await callAws(call, () => client.send(new DescribePermissionSetProvisioningStatusCommand(input)));
  const {
    PermissionSetArn: arn,
    AccountId: account,
    FailureReason: reason,
  } = answer.PermissionSetProvisioningStatus ?? {};
  if (arn === undefined) return [];
  const set = readId(PermissionSetArn, arn);
  return [{ set, ...(account && { account: readId(AccountId, account) }), reason: reason ?? 'AWS gives no reason' }];
}
