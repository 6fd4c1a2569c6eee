import {
  DeletePermissionSetCommand,
  DescribePermissionSetProvisioningStatusCommand,
  ProvisionPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { PermissionSetArn } from '../../../estate/source/ids';
import { AwsCallError, callAws, isGone, required } from '../aws-call';
import type { AwsSource } from '../aws-source';
import { backOffSeconds, lookSeconds, type Waiting, WAITING } from './back-off';

type Source = Pick<AwsSource, 'ssoAdmin'>;

/** Attempts at a change that conflicts with another one: some four minutes in all. */
const ATTEMPTS = 12;
/** Looks at a provisioning, which goes through all accounts: some twenty minutes. */
const LOOKS = 240;

export interface SetKey {
  readonly instanceArn: string;
  readonly set: PermissionSetArn;
}

/** Deletes a permission set that has no assignments; one that is gone is deleted. @throws AwsCallError */
export async function deleteSet(
  { ssoAdmin }: Source,
  { instanceArn: InstanceArn, set: PermissionSetArn }: SetKey,
  waiting = WAITING,
): Promise<void> {
  const call = { action: 'sso:DeletePermissionSet', subject: `the permission set ${PermissionSetArn}`, writes: true };
  const command = new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn });
  try {
    await againAfterConflicts(() => callAws(call, () => ssoAdmin.send(command)), waiting);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Gives all accounts that have a permission set its latest version, and waits for it. @throws AwsCallError; Error if it fails */
export async function provisionSet(
  { ssoAdmin }: Source,
  { instanceArn: InstanceArn, set: PermissionSetArn }: SetKey,
  waiting = WAITING,
): Promise<void> {
  const subject = `the permission set ${PermissionSetArn} to its accounts`;
  const call = { action: 'sso:ProvisionPermissionSet', subject, writes: true };
  const command = new ProvisionPermissionSetCommand({
    InstanceArn,
    PermissionSetArn,
    TargetType: 'ALL_PROVISIONED_ACCOUNTS',
  });
  const begun = await againAfterConflicts(() => callAws(call, () => ssoAdmin.send(command)), waiting);
  const id = required(begun.PermissionSetProvisioningStatus?.RequestId, call, 'RequestId');
  const look = { action: 'sso:DescribePermissionSetProvisioningStatus', subject: `the provisioning ${id}` };
  const question = new DescribePermissionSetProvisioningStatusCommand({
    InstanceArn,
    ProvisionPermissionSetRequestId: id,
  });
  for (let looks = 1; looks <= LOOKS; looks += 1) {
    const { PermissionSetProvisioningStatus: status } = await callAws(look, () => ssoAdmin.send(question));
    if (status?.Status === 'SUCCEEDED') return;
    if (status?.Status === 'FAILED') throw new Error(status.FailureReason ?? 'IAM Identity Center gives no reason');
    await waiting.pause(lookSeconds(looks));
  }
  throw new Error('IAM Identity Center has not ended it after twenty minutes');
}

async function againAfterConflicts<Answer>(send: () => Promise<Answer>, waiting: Waiting): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const isConflict = error instanceof AwsCallError && error.fault.name === 'ConflictException';
      if (!isConflict || attempt >= ATTEMPTS) throw error;
      await waiting.pause(backOffSeconds(attempt, waiting.random));
    }
  }
}
