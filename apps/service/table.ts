import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { sign } from 'aws4';
import * as z from 'zod';
import type { defaultProvider } from './credentials';
import { type Answer, send } from './http-client';

export interface TableOptions {
  readonly table: string;
  readonly region: string;
  /** @default the region's own */
  readonly endpoint?: string | undefined;
  /** Milliseconds until there are credentials, and until an attempt has ended. @default 5 s and 1.5 s */
  readonly timeouts?: { readonly credentials: number; readonly attempt: number };
}

type Values = Readonly<Record<string, unknown>>;

/** A write of one item, as DynamoDB takes it but for its values, which are JavaScript's. */
interface Write {
  readonly Item?: Values;
  readonly Key?: Values;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Values;
}

type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';
type Provider = ReturnType<typeof defaultProvider>;

const TIMEOUTS = { credentials: 5_000, attempt: 1_500 };
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 50;
/** A database that is away is not asked three times by everybody: of so many tokens, each repetition takes five and each success gives one back. */
const RETRY_TOKENS = { all: 500, taken: 5 };
/** Faults after which the same request may work (Amazon DynamoDB, 'Error handling'), beside those of status 500 and more. */
const TRANSIENT = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

const Found = z.object({ Item: z.record(z.string(), z.custom<AttributeValue>()).optional() });
const Fault = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() });

/** A request that the database refused, or that did not reach it. */
class DatabaseFault extends Error {
  /** @param isTransient true if the same request may work when it is sent again */
  constructor(
    override readonly name: string,
    readonly isTransient: boolean,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Tells whether the database is busy or away, or no credentials for it are to be had, so that the same request may work later. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof DatabaseFault && (error.isTransient || error.name === 'CredentialsProviderError');
}

/**
 * One table of DynamoDB, for a service that asks it with each request. It signs each request by itself: most of the time of
 * one was the SDK's. Credentials are the SDK's, from where it looks for them.
 */
export class Table {
  readonly #url: URL;
  readonly #timeouts: typeof TIMEOUTS;
  #credentials: Provider | undefined;
  #retryTokens = RETRY_TOKENS.all;

  constructor(private readonly place: TableOptions) {
    const { region, endpoint, timeouts = TIMEOUTS } = place;
    this.#url = new URL(endpoint ?? `https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
    this.#timeouts = timeouts;
  }

  /** The item of a key, with every write before this read. */
  async read(key: Values): Promise<Values | undefined> {
    const { Item: item } = Found.parse(await this.#send('GetItem', { Key: marshall(key), ConsistentRead: true }));
    return item && unmarshall(item);
  }

  /** @returns false if the condition of the write did not hold */
  async write(operation: Operation, { Item, Key, ExpressionAttributeValues, ...rest }: Write): Promise<boolean> {
    const values = Object.entries({ Item, Key, ExpressionAttributeValues });
    const given = values.flatMap(([name, value]) => (value === undefined ? [] : [[name, marshall(value)] as const]));
    try {
      await this.#send(operation, { ...rest, ...Object.fromEntries(given) });
      return true;
    } catch (error) {
      if (error instanceof DatabaseFault && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  /** Does an operation, again where that may help. */
  async #send(operation: Operation, input: object): Promise<unknown> {
    const body = JSON.stringify({ TableName: this.place.table, ...input });
    for (let attempts = 1; ; attempts++) {
      try {
        const answer: unknown = JSON.parse(await this.#attempt(operation, body));
        this.#retryTokens = Math.min(RETRY_TOKENS.all, this.#retryTokens + 1);
        return answer;
      } catch (error) {
        const mayHelp = error instanceof DatabaseFault && error.isTransient;
        if (attempts === ATTEMPTS || !mayHelp || this.#retryTokens < RETRY_TOKENS.taken) throw error;
        this.#retryTokens -= RETRY_TOKENS.taken;
        await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempts);
      }
    }
  }

  async #attempt(operation: Operation, body: string): Promise<string> {
    const { host, pathname: path } = this.#url;
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` };
    const unsigned = { service: 'dynamodb', region: this.place.region, method: 'POST', host, path, headers, body };
    const signed = sign(unsigned, await this.#getCredentials());
    const call = { method: 'POST', headers: signed.headers, body, timeoutMs: this.#timeouts.attempt } as const;
    const answer = await send(this.#url, call).catch((cause: unknown) => {
      throw new DatabaseFault('ConnectionError', true, cause);
    });
    if (answer.status !== 200) throw faultOf(answer);
    return answer.text;
  }

  /** @throws DatabaseFault named CredentialsProviderError, whatever becomes of the provider */
  async #getCredentials(): ReturnType<Provider> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(reject, this.#timeouts.credentials, new Error('the credentials took too long'));
    let provider: Provider | undefined;
    try {
      provider = this.#credentials ??= (await import('./credentials.js')).defaultProvider();
      return await Promise.race([provider(), late]);
    } catch (cause) {
      // It may go on waiting for an answer that does not come, and with it everybody who asks it.
      if (this.#credentials === provider) this.#credentials = undefined;
      throw new DatabaseFault('CredentialsProviderError', false, cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

function faultOf({ status, text }: Answer): DatabaseFault {
  const { data } = Fault.safeParse(parsed(text));
  const name = data?.__type.split('#').at(-1) ?? 'UnknownError';
  const message = data?.message ?? data?.Message ?? `status ${status}`;
  return new DatabaseFault(name, status >= 500 || TRANSIENT.includes(name), message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
