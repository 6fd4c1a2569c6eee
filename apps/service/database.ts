import type { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** In milliseconds. */
export interface DatabaseTimeouts {
  /** Until the connection stands. */
  readonly connect: number;
  /** Until one attempt is answered; the SDK makes up to three. */
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
      // An answer that has begun, and then does not go on, is none either.
      socketTimeout: timeouts.attempt,
    },
    cacheMiddleware: true,
    streamCollector: collect,
  });
}

/**
 * Reads an answer without a `Writable`, which the SDK's own collector makes of each. Node 24.21 gives a `Writable` a closure
 * that V8 puts into the old generation at once, and all that it can reach, the whole request, outlives the young one
 * with it: a full collection every few seconds, and nothing else done meanwhile.
 */
function collect(answer: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    answer.once('error', reject);
  });
}
