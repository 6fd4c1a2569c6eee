import type { AwsFault } from './aws-fault';

/**
 * Tells whether IAM Identity Center or the Identity Store could not use its customer-managed KMS key. Both give such a fault the
 * name of another one, `ResourceNotFoundException` among them, and a reason (API references: Reason of the exceptions:
 * `KMS_AccessDeniedException`, `KMS_ACCESS_DENIED`); where a caller lacks the permission, the message alone may say so.
 */
export function isKeyFault({ name, message, Reason }: AwsFault): boolean {
  return Reason?.startsWith('KMS_') === true || (name.startsWith('AccessDenied') && /\bkms:[A-Z]\w+/.test(message));
}

/** True if the caller may not use the key; otherwise the key itself is at fault. */
export function isKeyDenied(fault: AwsFault): boolean {
  return isKeyFault(fault) && fault.name.startsWith('AccessDenied');
}

const KEY_ARN = /arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]+/;

/** Name of the key in a sentence: by its ARN, where the caller or the answer has it. */
export function keyName(fault: AwsFault, arn: string | undefined): string {
  const known = arn ?? KEY_ARN.exec(fault.message)?.[0];
  return known === undefined ? 'the customer-managed KMS key of IAM Identity Center' : `the KMS key ${known}`;
}

/** Advice on a fault of the key. */
export function keyAdvice(fault: AwsFault, arn: string | undefined): string {
  const key = keyName(fault, arn);
  return isKeyDenied(fault)
    ? `allow kms:Decrypt on ${key}, by the policy of the caller and by that of the key: docs/operations.md, 'The key of IAM Identity Center'`
    : `${key} can't be used: enable it, or cancel its deletion, in the management account`;
}
