import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeInstanceCommand, type SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { DeployedInstance } from '../facts/access-facts';
import { AwsCallError, callAws, isKeyFault, required } from './aws-call';
import { awsConfig } from './aws-config';

interface Source {
  readonly ssoAdmin: SSOAdminClient;
}

/** An instance of IAM Identity Center with its Regions and its key. @throws AwsCallError */
export async function readInstance({ ssoAdmin }: Source, InstanceArn: string): Promise<DeployedInstance> {
  const call = { action: 'sso:DescribeInstance', subject: `the instance ${InstanceArn}` };
  const found = await callAws(call, () => ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn })));
  const { KeyType, KmsKeyArn, EncryptionStatus, EncryptionStatusReason } = found.EncryptionConfigurationDetails ?? {};
  const isOwn = KeyType === 'CUSTOMER_MANAGED_KEY';
  return {
    status: required(found.Status, call, 'Status'),
    primaryRegion: found.PrimaryRegion,
    regions: (found.Regions ?? []).map(({ RegionName, Status }) => ({
      name: required(RegionName, call, 'RegionName'),
      status: required(Status, call, 'Status'),
    })),
    ...((isOwn || EncryptionStatus !== undefined) && {
      key: {
        status: required(EncryptionStatus, call, 'EncryptionStatus'),
        ...(isOwn && { arn: required(KmsKeyArn, call, 'KmsKeyArn') }),
        ...(EncryptionStatusReason !== undefined && { reason: EncryptionStatusReason }),
      },
    }),
  };
}

/** State of a key: `Enabled`. @throws AwsCallError */
export async function readKeyState(arn: string): Promise<string> {
  // arn:aws:kms:eu-west-1:111122223333:key/…
  const [, , , region = ''] = arn.split(':');
  const call = { action: 'kms:DescribeKey', subject: `the key ${arn}` };
  const client = new KMSClient(awsConfig(region));
  const { KeyMetadata } = await callAws(call, () => client.send(new DescribeKeyCommand({ KeyId: arn })));
  return required(KeyMetadata?.KeyState, call, 'KeyState');
}

/** Does something with an instance; a fault of its customer-managed key then names the key. @throws what the task throws */
export async function namingKey<T>(source: Source, instanceArn: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof AwsCallError) || !isKeyFault(error.fault)) throw error;
    throw new AwsCallError(error.call, error.fault, await keyOf(source, instanceArn));
  }
}

/** The instance may not be read either; then the fault stays as it is. */
async function keyOf(source: Source, instanceArn: string): Promise<string | undefined> {
  try {
    return (await readInstance(source, instanceArn)).key?.arn;
  } catch {
    return undefined;
  }
}
