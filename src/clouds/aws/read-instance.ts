import {
  DescribeInstanceCommand,
  type DescribeInstanceCommandOutput,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import type { DeployedInstance } from '../facts/access-facts';
import { AwsCallError, callAws, required } from './aws-call';
import type { AwsCall } from './aws-fault';
import { isKeyFault } from './key-fault';

interface Source {
  readonly ssoAdmin: SSOAdminClient;
}

/** An instance of IAM Identity Center as AWS describes it, and the call to blame for a field that is missing. @throws AwsCallError */
export async function describeInstance(
  { ssoAdmin }: Source,
  InstanceArn: string,
): Promise<{ readonly call: AwsCall; readonly found: DescribeInstanceCommandOutput }> {
  const call = { action: 'sso:DescribeInstance', subject: `the instance ${InstanceArn}` };
  return { call, found: await callAws(call, () => ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn }))) };
}

/** The key and the Regions of an instance of IAM Identity Center. @throws AwsCallError */
export async function readInstance(source: Source, InstanceArn: string): Promise<DeployedInstance> {
  const { call, found } = await describeInstance(source, InstanceArn);
  const { KeyType, KmsKeyArn, EncryptionStatus, EncryptionStatusReason } = found.EncryptionConfigurationDetails ?? {};
  return {
    ...(KeyType === 'CUSTOMER_MANAGED_KEY' && { kmsKey: required(KmsKeyArn, call, 'KmsKeyArn') }),
    ...(EncryptionStatus !== undefined && EncryptionStatus !== 'ENABLED' && { keyChange: EncryptionStatus }),
    ...(EncryptionStatusReason !== undefined && { keyChangeReason: EncryptionStatusReason }),
    additionalRegions: (found.Regions ?? [])
      .filter(({ IsPrimaryRegion, RegionName }) => IsPrimaryRegion !== true && RegionName !== found.PrimaryRegion)
      .map(({ RegionName, Status }) => ({
        region: required(RegionName, call, 'RegionName'),
        status: required(Status, call, 'Status'),
      })),
  };
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
    return (await readInstance(source, instanceArn)).kmsKey;
  } catch {
    return undefined;
  }
}
