import { z } from 'zod';

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'AbortError',
  'CredentialsProviderError',
]);

/** Errors that the AWS SDK and the network throw, with the fields that are read. */
const Fault = z.object({
  name: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional(), attempts: z.number().optional() }).optional(),
});

/** Tells whether the database is busy or away, so that the same request may work later. */
export function isUnavailable(error: unknown): boolean {
  const fault = Fault.safeParse(error).data;
  if (fault === undefined) return false;
  const { httpStatusCode = 0, attempts = 0 } = fault.$metadata ?? {};
  const neverAnswered = attempts > 0 && httpStatusCode === 0;
  return UNAVAILABLE.has(fault.name) || neverAnswered || httpStatusCode >= 500;
}

/** Tells whether a conditional write was not done because its condition did not hold. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
