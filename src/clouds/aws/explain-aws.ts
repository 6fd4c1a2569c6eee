import { AwsCallError } from './aws-call';
import { isKeyDenied, keyName } from './key-fault';
import { attempt, failed, type Reading, type Unread } from '../reading';

/** Reads from AWS. A refusal is told by the IAM action that is missing. */
export function readAws<T>(read: () => Promise<T>): Promise<Reading<T>> {
  return attempt(read, explainAws);
}

function explainAws(error: unknown): Unread {
  if (error instanceof AwsCallError && isKeyDenied(error.fault)) {
    return { state: 'denied', permission: `kms:Decrypt on ${keyName(error.fault, error.key)}` };
  }
  if (error instanceof AwsCallError && error.fault.name.startsWith('AccessDenied')) {
    return { state: 'denied', permission: error.call.action };
  }
  const message = error instanceof Error ? error.message : String(error);
  return failed(message.replaceAll(/\s*\n\s*/g, ' '));
}
