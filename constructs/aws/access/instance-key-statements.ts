import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { InstanceKey } from '../../../src/estate/sections/access/instance-key';

/**
 * Use that a caller makes of IAM Identity Center. AWS's own policies have `kms:Decrypt` alone for those who read
 * (AWSSSOReadOnly), and two actions more for those who change (AWSSSOMemberAccountAdministrator).
 */
export type KeyUse = 'read' | 'change';

/** Actions on the key that either use needs. */
export const KEY_ACTIONS: Readonly<Record<KeyUse, readonly string[]>> = {
  read: ['kms:Decrypt'],
  change: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
};

/** Use of the key through IAM Identity Center, for its one instance (User Guide, 'Advanced KMS key policy statements'). */
export function identityCenterKeyStatement(key: InstanceKey, use: KeyUse): PolicyStatement {
  return new PolicyStatement({
    sid: 'IdentityCenterKey',
    actions: [...KEY_ACTIONS[use]],
    resources: [key.arn],
    conditions: {
      StringEquals: {
        'kms:ViaService': viaService('sso', key),
        'kms:EncryptionContext:aws:sso:instance-arn': key.instanceArn,
      },
    },
  });
}

/**
 * Use of the key through the Identity Store, for its one store. Whoever administers users needs no more than `kms:Decrypt`
 * (AWSSSODirectoryAdministrator).
 */
export function identityStoreKeyStatement(key: InstanceKey): PolicyStatement {
  return new PolicyStatement({
    sid: 'IdentityStoreKey',
    actions: [...KEY_ACTIONS.read],
    resources: [key.arn],
    conditions: {
      StringEquals: {
        'kms:ViaService': viaService('identitystore', key),
        'kms:EncryptionContext:aws:identitystore:identitystore-arn': key.identityStoreArn,
      },
    },
  });
}

/** Names of the two services through which the key serves, as `kms:ViaService` has them. */
export function keyServices(key: InstanceKey): readonly string[] {
  return [viaService('sso', key), viaService('identitystore', key)];
}

function viaService(service: 'sso' | 'identitystore', { region }: InstanceKey): string {
  return `${service}.${region}.amazonaws.com`;
}
