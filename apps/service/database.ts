import {
  Agent as HttpAgent,
  type AgentOptions,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttributeValue,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { sign } from 'aws4';
import * as z from 'zod';
import { DatabaseFault, isTransient } from './database-faults';

/** In milliseconds. */
export interface DatabaseTimeouts {
  /** Until there are credentials. Longer than their provider tries an agent that is away. */
  readonly credentials: number;
  /** Until a connection stands, from the moment it is begun. */
  readonly connect: number;
  /** Until an attempt's answer begins, with the wait for a connection, and then until it ends; there are up to three. */
  readonly attempt: number;
}

export interface DatabaseOptions {
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  /** @default 5 s for credentials, 0.5 s to connect, 1.5 s an attempt */
  readonly timeouts?: Partial<DatabaseTimeouts>;
}

/** Operations on one item, with what each is given. */
export interface Operations {
  readonly GetItem: GetItemCommandInput;
  readonly PutItem: PutItemCommandInput;
  readonly UpdateItem: UpdateItemCommandInput;
  readonly DeleteItem: DeleteItemCommandInput;
}

const TIMEOUTS: DatabaseTimeouts = { credentials: 5_000, connect: 500, attempt: 1_500 };
const ATTEMPTS = 3;
/** Connections at most: as many as App Runner hands requests to one instance (200), each of which asks the database once at a time. */
const CONNECTIONS = 200;
const FIRST_PAUSE_MS = 50;
/** A database that is away is not asked three times by everybody: of so many tokens, each repetition takes five and each success gives one back. */
const RETRY_TOKENS = { all: 500, taken: 5 };

type Provider = ReturnType<typeof defaultProvider>;

const Answer = z.object({
  Item: z.record(z.string(), z.custom<AttributeValue>()).optional(),
});
const Fault = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() });

/**
 * DynamoDB for a service that asks it with each request. It signs each request by itself: most of the time of one was
 * the SDK's. Credentials are the SDK's, from where it looks for them.
 */
export class Database {
  readonly #url: URL;
  readonly #region: string;
  readonly #timeouts: DatabaseTimeouts;
  readonly #agent: HttpAgent;
  #credentials: Provider = defaultProvider();
  #retryTokens = RETRY_TOKENS.all;

  constructor({ region, endpoint, timeouts }: DatabaseOptions) {
    this.#url = new URL(endpoint ?? `https://dynamodb.${region}.${domainOf(region)}`);
    this.#region = region;
    this.#timeouts = { ...TIMEOUTS, ...timeouts };
    this.#agent = bounded(this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent, this.#timeouts.connect);
  }

  /**
   * Does an operation, again where that may help. @returns the item, where it is asked for and there
   * @throws DatabaseFault; AbortError where the signal ends it
   */
  async send<Name extends keyof Operations>(
    operation: Name,
    input: Operations[Name],
    signal?: AbortSignal,
  ): Promise<Record<string, unknown> | undefined> {
    const body = JSON.stringify(input);
    for (let attempts = 1; ; attempts++) {
      try {
        const { Item: item } = Answer.parse(JSON.parse(await this.#attempt(operation, body, signal)));
        this.#retryTokens = Math.min(RETRY_TOKENS.all, this.#retryTokens + 1);
        return item && unmarshall(item);
      } catch (error) {
        if (attempts === ATTEMPTS || !isTransient(error) || this.#retryTokens < RETRY_TOKENS.taken) throw error;
        this.#retryTokens -= RETRY_TOKENS.taken;
        await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempts, undefined, { signal });
      }
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @throws DatabaseFault named CredentialsProviderError, whatever becomes of the provider */
  async #getCredentials(): ReturnType<Provider> {
    const provider = this.#credentials;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // It would go on waiting for the answer that does not come, and with it everybody who asks it.
      if (this.#credentials === provider) this.#credentials = defaultProvider();
      reject(new Error(`No credentials for the database within ${this.#timeouts.credentials} ms.`));
    }, this.#timeouts.credentials);
    try {
      return await Promise.race([provider(), late]);
    } catch (cause) {
      throw new DatabaseFault('CredentialsProviderError', messageOf(cause), { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #signedHeaders(operation: keyof Operations, body: string): Promise<OutgoingHttpHeaders | undefined> {
    const credentials = await this.#getCredentials();
    const { host, pathname: path } = this.#url;
    const { headers } = sign(
      {
        service: 'dynamodb',
        region: this.#region,
        method: 'POST',
        host,
        path,
        headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` },
        body,
      },
      credentials,
    );
    return headers;
  }

  async #attempt(operation: keyof Operations, body: string, signal: AbortSignal | undefined): Promise<string> {
    const headers = await this.#signedHeaders(operation, body);
    const { hostname: bracketed, port, protocol, pathname: path } = this.#url;
    // A URL has brackets around an IPv6 address; a connection takes it without.
    const hostname = bracketed.replace(/^\[|\]$/g, '');
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const options = { agent: this.#agent, method: 'POST', hostname, port, path, headers, ...(signal && { signal }) };
    return await new Promise((resolve, reject) => {
      const request = send(options, (response) => {
        clearTimeout(timer);
        collect(response, this.#timeouts.attempt).then(
          (text) => {
            if (response.statusCode === 200) resolve(text);
            else reject(faultOf(response, text));
          },
          (error: unknown) => {
            reject(asFault(error));
          },
        );
      });
      const timer = setTimeout(() => {
        request.destroy(timeOut(`No answer of the database within ${this.#timeouts.attempt} ms.`));
      }, this.#timeouts.attempt);
      request.once('upgrade', (response, socket) => {
        clearTimeout(timer);
        socket.destroy();
        reject(faultOf(response, ''));
      });
      request.once('error', (error) => {
        clearTimeout(timer);
        reject(signal?.aborted === true ? error : asFault(error));
      });
      request.end(body);
    });
  }
}

/** Domain of a partition. */
function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** What an answer that is none of success says. */
function faultOf({ statusCode = 0 }: IncomingMessage, text: string): DatabaseFault {
  const fault = Fault.safeParse(parsed(text)).data;
  const name = fault?.__type.split('#').at(-1) ?? 'UnknownError';
  return new DatabaseFault(name, fault?.message ?? fault?.Message ?? `status ${statusCode}`, {
    httpStatus: statusCode,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A connection that failed. */
function asFault(cause: unknown): DatabaseFault {
  if (cause instanceof DatabaseFault) return cause;
  return new DatabaseFault('ConnectionError', messageOf(cause), { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown fault';
}

function timeOut(message: string): DatabaseFault {
  return new DatabaseFault('TimeoutError', message);
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
    socket.destroy(timeOut(`No connection to the database within ${milliseconds} ms.`));
  }, milliseconds);
  for (const event of ['connect', 'secureConnect', 'close'])
    socket.once(event, () => {
      clearTimeout(timer);
    });
}

function collect(answer: IncomingMessage, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      answer.destroy(timeOut(`An answer of the database had begun, and had no end after ${milliseconds} ms.`));
    }, milliseconds);
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString());
    });
    answer.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
