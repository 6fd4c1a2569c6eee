import type { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** In milliseconds. */
export interface DatabaseTimeouts {
  /** Until the connection stands. */
  readonly connect: number;
  /** Until an attempt's answer begins, and then until it ends; the SDK makes up to three. */
  readonly attempt: number;
}

export interface DatabaseOptions {
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  /** @default 0.5 s to connect, 1.5 s an attempt */
  readonly timeouts?: DatabaseTimeouts;
}

const TIMEOUTS: DatabaseTimeouts = { connect: 500, attempt: 1_500 };
const ATTEMPTS = 3;

/** A client of DynamoDB for a service that asks it with each request. Its middleware is not to be changed after the first. */
export function createDatabase({ region, endpoint, timeouts = TIMEOUTS }: DatabaseOptions): DynamoDBClient {
  return new DynamoDBClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    retryMode: 'standard',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.attempt,
      throwOnRequestTimeout: true,
    },
    cacheMiddleware: true,
    // The handler's own time-out ends with the headers of an answer.
    streamCollector: (answer: Readable) => collect(answer, timeouts.attempt),
  });
}

/**
 * Reads an answer without a `Writable`, which the SDK's own collector makes of each. Node 24.21 gives a `Writable` a closure
 * that V8 puts into the old generation at once, and all that it can reach, the whole request, outlives the young one
 * with it: a full collection every few seconds, and nothing else done meanwhile.
 * @throws Error named TimeoutError, which the SDK tries again, if the answer does not end within so many milliseconds
 */
function collect(answer: Readable, milliseconds: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      const error = new Error(`An answer of the database had begun, and had no end after ${milliseconds} ms.`);
      answer.destroy(Object.assign(error, { name: 'TimeoutError' }));
    }, milliseconds);
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    answer.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
