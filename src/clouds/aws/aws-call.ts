import { adviceFor } from './aws-advice';
import type { AwsCall, AwsFault } from './aws-fault';
import { isKeyFault } from './key-fault';

/** A call to AWS that failed for good. The message says which one, what AWS answered and what to do. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  constructor(
    readonly call: AwsCall,
    readonly fault: AwsFault,
    /** ARN of the customer-managed key of IAM Identity Center, where the fault is about it and somebody has looked. */
    readonly key?: string,
  ) {
    super(describeFault(call, fault, key), { cause: fault });
  }
}

/** Tells whether what was asked about is gone; a key that is gone says nothing of what it encrypts. */
export function isGone(error: unknown): boolean {
  return error instanceof AwsCallError && error.fault.name === 'ResourceNotFoundException' && !isKeyFault(error.fault);
}

function describeFault(call: AwsCall, fault: AwsFault, key: string | undefined): string {
  const attempts = fault.$metadata?.attempts ?? 1;
  const notes = [
    ...(attempts > 1 ? [`after ${attempts} attempts`] : []),
    ...(fault.$metadata?.requestId === undefined ? [] : [`request ${fault.$metadata.requestId}`]),
  ];
  const label = fault.name === 'Error' ? fault.code : fault.name;
  const advice = adviceFor(call, fault, key);
  return [
    `${doing(call)} ${call.subject} failed.`,
    `  ${call.action}: ${label === undefined ? '' : `${label}: `}${fault.message}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`,
    ...(advice === undefined ? [] : [`  What to do: ${advice}`]),
  ].join('\n');
}

const doing = ({ writes = false }: AwsCall): string => (writes ? 'Writing' : 'Reading');

/** Sends one call. @throws AwsCallError */
export async function callAws<Answer>(call: AwsCall, send: () => Promise<Answer>): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    throw new AwsCallError(call, error as AwsFault);
  }
}

/** Reads all pages of a list, one after the other. @throws AwsCallError */
export async function readPages<Page, Item>(
  call: AwsCall,
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  return callAws(call, async () => {
    const items: Item[] = [];
    for await (const page of pages) items.push(...(itemsOf(page) ?? []));
    return items;
  });
}

/** A field that AWS always fills, though the SDK's types leave it open. @throws Error if it is missing all the same */
export function required<Value>(value: Value | undefined, call: AwsCall, field: string): Value {
  if (value !== undefined) return value;
  throw new Error(
    `Reading ${call.subject} failed.\n  ${call.action} answered without ${field}, which AWS documents as always there`,
  );
}
