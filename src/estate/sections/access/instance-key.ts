import type { Organization } from '../../source/organization';
import type { Estate } from '../estate';

/** The customer-managed KMS key of an instance of IAM Identity Center, and what it encrypts. */
export interface InstanceKey {
  readonly arn: string;
  /** The primary Region of the instance. */
  readonly region: string;
  readonly instanceArn: string;
  readonly identityStoreArn: string;
}

/** Place of the instance. */
export type InstanceHome = Pick<
  Organization,
  'instanceArn' | 'identityStoreId' | 'managementAccountId' | 'partition' | 'region'
>;

/** The key that the estate names; undefined where the instance has a key of AWS. */
export function instanceKeyOf(
  { access }: Pick<Estate, 'access'>,
  { instanceArn, identityStoreId, managementAccountId, partition, region }: InstanceHome,
): InstanceKey | undefined {
  const arn = access?.identityCenter?.kmsKey;
  if (arn === undefined) return undefined;
  const identityStoreArn = `arn:${partition}:identitystore::${managementAccountId}:identitystore/${identityStoreId}`;
  return { arn, region, instanceArn, identityStoreArn };
}
