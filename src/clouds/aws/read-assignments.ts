import {
  paginateListAccountAssignments,
  paginateListAccountsForProvisionedPermissionSet,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { AccountId, type PermissionSetArn, PrincipalId, readId } from '../../estate/source/ids';
import { AwsCallError, readPages, required } from './aws-call';
import type { AwsSource } from './aws-source';
import type { DeployedAssignment, DeployedSet } from '../facts/access-facts';

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
  const { concurrency, onProgress } = clients;
  const perSet = await pMap(sets, ({ arn }) => readCells(clients, instanceArn, arn), { concurrency });
  const cells = perSet.flat();
  let done = 0;
  const readOne = async (cell: Cell): Promise<readonly DeployedAssignment[]> => {
    const assignments = await readCell(clients, cell).catch((error: unknown) => {
      if (error instanceof AwsCallError && mayBeUnread(cell.AccountId, error)) return [];
      throw error;
    });
    done += 1;
    if (done % 10 === 0) onProgress(`assignments of ${done} of ${cells.length} permission sets in accounts`);
    return assignments;
  };
  return (await pMap(cells, readOne, { concurrency })).flat();
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
