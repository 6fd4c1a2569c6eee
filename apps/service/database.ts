import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
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
  /** Until an attempt's answer ends, with the wait for a connection; there are up to three. */
  readonly attempt: number;
  /** From the first attempt to the end of the last. */
  readonly call: number;
}

export interface DatabaseOptions {
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  /** @default 5 s for credentials, 0.5 s to connect, 1.5 s an attempt, 5 s a call */
  readonly timeouts?: Partial<DatabaseTimeouts>;
}

/** An operation on one item. */
export type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

const TIMEOUTS: DatabaseTimeouts = { credentials: 5_000, connect: 500, attempt: 1_500, call: 5_000 };
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
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  }

  /** Does an operation, again where that may help. @returns the item, where it is asked for and there */
  async send(operation: Operation, input: object): Promise<Record<string, unknown> | undefined> {
    const body = JSON.stringify(input);
    const end = performance.now() + this.#timeouts.call;
    for (let attempts = 1; ; attempts++) {
      try {
        const { Item: item } = Answer.parse(JSON.parse(await this.#attempt(operation, body, end)));
        this.#retryTokens = Math.min(RETRY_TOKENS.all, this.#retryTokens + 1);
        return item && unmarshall(item);
      } catch (error) {
        if (attempts === ATTEMPTS || !isTransient(error) || this.#retryTokens < RETRY_TOKENS.taken) throw error;
        if (performance.now() >= end) throw error;
        this.#retryTokens -= RETRY_TOKENS.taken;
        await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempts);
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
    const timer = setTimeout(reject, this.#timeouts.credentials, new Error('They took too long.'));
    try {
      return await Promise.race([provider(), late]);
    } catch (cause) {
      // It may go on waiting for an answer that does not come, and with it everybody who asks it.
      if (this.#credentials === provider) this.#credentials = defaultProvider();
      throw new DatabaseFault('CredentialsProviderError', `No credentials: ${messageOf(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  async #signedHeaders(operation: Operation, body: string): Promise<OutgoingHttpHeaders | undefined> {
    const credentials = await this.#getCredentials();
    const { host, pathname: path } = this.#url;
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` };
    const unsigned = { service: 'dynamodb', region: this.#region, method: 'POST', host, path, headers, body };
    return sign(unsigned, credentials).headers;
  }

  async #attempt(operation: Operation, body: string, end: number): Promise<string> {
    const request = this.#request(await this.#signedHeaders(operation, body));
    const limit = Math.min(this.#timeouts.attempt, Math.max(0, Math.round(end - performance.now())));
    const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request.once('response', resolve).on('error', reject);
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    let open: ClientRequest | IncomingMessage = request;
    const timer = setTimeout(() => {
      open.destroy(timeOut(`No whole answer of the database within ${limit} ms.`));
    }, limit);
    request.end(body);
    try {
      open = await answered;
      const answer = open.statusCode === 101 ? '' : await text(open);
      if (open.statusCode !== 200) throw faultOf(open, answer);
      return answer;
    } catch (cause) {
      throw cause instanceof DatabaseFault ? cause : new DatabaseFault('ConnectionError', messageOf(cause), { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  #request(headers: OutgoingHttpHeaders | undefined): ClientRequest {
    const { hostname, port, protocol, pathname: path } = this.#url;
    const isTls = protocol === 'https:';
    // A URL has brackets around an IPv6 address; a connection takes it without.
    const host = hostname.replace(/^\[|\]$/g, '');
    const options = { agent: this.#agent, method: 'POST', host, port, path, headers };
    return (isTls ? httpsRequest : httpRequest)(options).once('socket', (socket) => {
      if (!socket.connecting) return;
      const { connect } = this.#timeouts;
      const timer = setTimeout(() => {
        socket.destroy(timeOut(`No connection to the database within ${connect} ms.`));
      }, connect);
      for (const event of [isTls ? 'secureConnect' : 'connect', 'close'])
        socket.once(event, () => {
          clearTimeout(timer);
        });
    });
  }
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

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

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown fault';
}

function timeOut(message: string): DatabaseFault {
  return new DatabaseFault('TimeoutError', message);
}
