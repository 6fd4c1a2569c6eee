import { Agent as HttpAgent, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** In milliseconds. */
export interface DatabaseTimeouts {
  /** Until a connection stands, from the moment it is begun. */
  readonly connect: number;
  /** Until an attempt's answer begins, with the wait for a connection, and then until it ends; the SDK makes up to three. */
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
/** Connections at most: as many as App Runner hands requests to one instance (200), each of which asks the database once at a time. */
const CONNECTIONS = 200;

/** A client of DynamoDB for a service that asks it with each request. Its middleware is not to be changed after the first. */
export function createDatabase({ region, endpoint, timeouts = TIMEOUTS }: DatabaseOptions): DynamoDBClient {
  return new DynamoDBClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    retryMode: 'standard',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      // The SDK's own limit for connecting begins while a request still waits for its turn.
      httpAgent: bounded(HttpAgent, timeouts.connect),
      httpsAgent: bounded(HttpsAgent, timeouts.connect),
      requestTimeout: timeouts.attempt,
      throwOnRequestTimeout: true,
    },
    cacheMiddleware: true,
    // The handler's own time-out ends with the headers of an answer.
    streamCollector: (answer: Readable) => collect(answer, timeouts.attempt),
  });
}

/** An agent that gives up a connection that does not stand in time. */
function bounded<A extends HttpAgent>(Kind: new (options: AgentOptions) => A, milliseconds: number): A {
  const agent = new Kind({ keepAlive: true, maxSockets: CONNECTIONS });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket !== undefined && socket !== null) limitConnecting(socket, milliseconds);
    return socket;
  };
  return agent;
}

function limitConnecting(socket: Duplex, milliseconds: number): void {
  const timer = setTimeout(() => {
    const error = new Error(`No connection to the database within ${milliseconds} ms.`);
    socket.destroy(Object.assign(error, { name: 'TimeoutError' }));
  }, milliseconds);
  for (const event of ['connect', 'secureConnect', 'close'])
    socket.once(event, () => {
      clearTimeout(timer);
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
