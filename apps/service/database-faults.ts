/** Names of faults after which the same request may work (Amazon DynamoDB, 'Error handling', and those of a connection). */
const TRANSIENT: ReadonlySet<string> = new Set([
  'ConnectionError',
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
  'TransactionInProgressException',
]);

/** A request that the database refused, or that did not reach it. */
export class DatabaseFault extends Error {
  /** Status of the answer. @default there was none */
  readonly httpStatus: number | undefined;

  /** @param name the fault's own, such as `ConditionalCheckFailedException` */
  constructor(
    override readonly name: string,
    message: string,
    { httpStatus, cause }: { readonly httpStatus?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.httpStatus = httpStatus;
  }
}

/** Tells whether the same request may work when it is sent again. */
export function isTransient(error: unknown): boolean {
  return error instanceof DatabaseFault && (TRANSIENT.has(error.name) || (error.httpStatus ?? 0) >= 500);
}

/** Tells whether the database is busy or away, or no credentials for it are to be had, so that the same request may work later. */
export function isUnavailable(error: unknown): boolean {
  return isTransient(error) || (error instanceof DatabaseFault && error.name === 'CredentialsProviderError');
}

/** Tells whether a conditional write was not done because its condition did not hold. */
export function isConditionFailure(error: unknown): boolean {
  return error instanceof DatabaseFault && error.name === 'ConditionalCheckFailedException';
}
