import type { HttpMethods } from '@azure/core-rest-pipeline';
import { inside, mappingsIn, type Properties } from '../values';
import { CanceledError, errorBody, GraphError } from './error';
import type { Answer, Message, Transport } from './transport';
import type { Waiter } from './waiter';

export interface Call {
  readonly method: HttpMethods;
  /** With the version: `/beta/identity/b2cUserFlows`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /**
   * Meaning of a 404. `fails`: the object is not there. `lags`: it is there for sure but has not arrived at every
   * replica of Graph yet, so that another try may find it. @default 'fails'
   */
  readonly missing?: 'fails' | 'lags';
  /** True if the request must not be sent again when it is not clear whether Graph did it. @default false */
  readonly once?: boolean;
  /** Further errors that another try may heal. */
  readonly retryIf?: (error: GraphError) => boolean;
}

export interface Connection {
  /** Such as `https://graph.microsoft.com`, without a slash at the end. */
  readonly endpoint: string;
  readonly transport: Transport;
}

/** Microsoft Graph: JSON in and out, retries, errors with what Graph said. */
export class GraphClient {
  constructor(
    private readonly connect: () => Promise<Connection>,
    private readonly waiter: Waiter,
  ) {}

  /** Absolute address of an object, as references want it (`@odata.id`). */
  async reference(path: string): Promise<string> {
    return `${(await this.connect()).endpoint}${path}`;
  }

  /**
   * Sends a request, again after throttling, time-outs and faults of the server.
   *
   * @returns the body, empty if the answer has none.
   * @throws GraphError
   */
  async send(call: Call): Promise<Properties> {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.attempt(call);
      if (!(outcome instanceof GraphError)) return outcome;
      if (!mayRetry(outcome, call) || !this.waiter.mayRetry(attempt, outcome.retryAfterMs)) throw outcome;
      await this.waiter.pause(attempt, outcome.retryAfterMs);
    }
  }

  /** Reads an object; undefined if it is not there. */
  async find(path: string, query?: Call['query']): Promise<Properties | undefined> {
    try {
      return await this.send({ method: 'GET', path, ...(query && { query }) });
    } catch (error) {
      if (error instanceof GraphError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** Sends a request that ends something; an object that is already gone is not an error. */
  async sendIfThere(call: Call): Promise<void> {
    try {
      await this.send(call);
    } catch (error) {
      if (!(error instanceof GraphError) || !error.isNotFound) throw error;
    }
  }

  /** Reads all pages of a list. */
  async list(path: string, options: Pick<Call, 'query' | 'missing'> = {}): Promise<readonly Properties[]> {
    let page = await this.send({ method: 'GET', path, ...options });
    const items = [...mappingsIn(page['value'])];
    for (let next = page['@odata.nextLink']; typeof next === 'string'; next = page['@odata.nextLink']) {
      const rest = pathOf(next, (await this.connect()).endpoint);
      page = await this.send({ method: 'GET', path: rest, ...(options.missing && { missing: options.missing }) });
      items.push(...mappingsIn(page['value']));
    }
    return items;
  }

  private async attempt(call: Call): Promise<Properties | GraphError> {
    const { method, path, body } = call;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    const { endpoint, transport } = await this.connect();
    const message: Message = { method, url: `${endpoint}${path}${query}`, ...(body !== undefined && { body }) };
    let answer: Answer;
    try {
      answer = await transport.send(message);
    } catch (error) {
      return noAnswer(call, error);
    }
    if (answer.status < 200 || answer.status > 299) return refused(call, answer);
    return answer.body === '' ? {} : inside(JSON.parse(answer.body));
  }
}

/** A next link must stay at this Graph: the token goes with it. */
function pathOf(link: string, endpoint: string): string {
  if (!link.startsWith(`${endpoint}/`)) throw new Error(`Graph's next page is elsewhere: ${link}`);
  return link.slice(endpoint.length);
}

function mayRetry(error: GraphError, call: Call): boolean {
  if (error.isNotFound && call.missing === 'lags') return true;
  if (call.once === true && error.isAmbiguous) return false;
  return error.isTransient || (call.retryIf?.(error) ?? false);
}

/** Errors of the connection say where it went, never what it carried. */
function noAnswer({ method, path }: Call, error: unknown): GraphError {
  // Without a token there was no request: trying again would only repeat the fault.
  if (error instanceof CanceledError || (error instanceof Error && error.name === 'CredentialError')) throw error;
  const isUnanswered = error instanceof Error && error.name === 'AbortError';
  const detail = isUnanswered ? 'no answer within a minute' : error instanceof Error ? error.message : String(error);
  return new GraphError({ method, path, code: 'NoAnswer', detail });
}

function refused({ method, path }: Call, answer: Answer): GraphError {
  const body = errorBody(answer.body);
  const requestId = body.requestId ?? answer.header('request-id');
  const retryAfterMs = retryAfter(answer.header('retry-after'));
  return new GraphError({
    method,
    path,
    status: answer.status,
    code: body.code,
    detail: body.detail,
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The longest pause that Graph may ask for. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** `Retry-After` in seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}
