import {
  DescribePermissionSetProvisioningStatusCommand,
  paginateListAccountAssignmentCreationStatus,
  paginateListAccountAssignmentDeletionStatus,
  paginateListPermissionSetProvisioningStatus,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { AccountId, PermissionSetArn, readId } from '../../../estate/source/ids';
import type { FailedProvisioning } from '../../facts/access-facts';
import { callAws, readPages } from '../aws-call';
import type { AwsSource } from '../aws-source';

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
