import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { LoginEndpoints } from '../auth/login-endpoints';
import { answerLogin } from '../auth/login-endpoints';
import type { FaultRule, Faults } from '../faults';
import { errorInstead, timedOut } from '../faults';
import { errorBody, GraphError, notImplemented } from '../graph-error';
import { readBody } from './body';
import type { Reply } from './context';
import type { GraphParts } from './graph-api';
import { answerGraph } from './graph-api';
import type { RequestLog } from './request-log';

export interface HandlerParts {
  readonly graph: GraphParts;
  readonly login: LoginEndpoints;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Waits for a slow answer. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** One request from its arrival to its line in the log. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly url: URL;
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly fault: FaultRule | undefined;
}

interface Outcome {
  readonly reply: Reply;
  readonly code?: string;
  readonly appId?: string;
}

/** Answers the requests of one server. `origin` is its URL; only the one with TLS answers what comes before Graph. */
export function createHandler(parts: HandlerParts, origin: string): RequestListener {
  return (request, response) => {
    answer(parts, origin, { request, response }).catch((error: unknown) => {
      parts.log.unexpected(error, 'none');
      response.destroy();
    });
  };
}

async function answer(
  parts: HandlerParts,
  origin: string,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const started = performance.now();
  const exchange = exchangeOf(parts, origin, request);
  const outcome = await outcomeOf(parts, exchange);
  if (exchange.fault?.kind === 'slow') await parts.wait(exchange.fault.delay ?? 1000);
  if (exchange.fault?.kind === 'dropped') response.destroy();
  else send(response, outcome.reply, exchange);
  const { method, url, requestId, fault } = exchange;
  parts.log.add({
    method,
    path: `${url.pathname}${readable(url.search)}`,
    status: outcome.reply.status,
    milliseconds: Math.round((performance.now() - started) * 100) / 100,
    requestId,
    ...(outcome.code !== undefined && { code: outcome.code }),
    ...(outcome.appId !== undefined && { appId: outcome.appId }),
    ...(fault !== undefined && { fault: fault.kind }),
  });
}

function exchangeOf({ faults }: HandlerParts, origin: string, request: IncomingMessage): Exchange {
  const { method = 'GET' } = request;
  // Joined, not resolved: the target of a request must not choose the origin.
  const url = new URL(`${origin}${request.url ?? '/'}`);
  const sent = request.headers['client-request-id'];
  const requestId = randomUUID();
  return {
    request,
    method,
    url,
    requestId,
    clientRequestId: typeof sent === 'string' ? sent : requestId,
    fault: faults.next({ method, path: url.pathname }),
  };
}

async function outcomeOf(parts: HandlerParts, exchange: Exchange): Promise<Outcome> {
  try {
    const body = await readBody(exchange.request);
    const instead = exchange.fault && errorInstead(exchange.fault, exchange.url.pathname);
    if (instead !== undefined) throw instead;
    const outcome = await answerRequest(parts, exchange, body);
    if (exchange.fault?.kind === 'timeout') throw timedOut();
    return outcome;
  } catch (error) {
    return errorOutcome(parts, exchange, error);
  }
}

async function answerRequest({ graph, login }: HandlerParts, exchange: Exchange, body: string): Promise<Outcome> {
  const { request, method, url } = exchange;
  if (method === 'GET' && url.pathname === '/healthz') return { reply: { status: 200, body: { status: 'ok' } } };
  if (/^\/(v1\.0|beta)\//.test(url.pathname)) {
    return await answerGraph(graph, {
      method,
      path: url.pathname,
      parameters: url.searchParams,
      headers: request.headers as Record<string, string | undefined>,
      body,
      origin: url.origin,
    });
  }
  const isSecure = url.protocol === 'https:';
  const reply = isSecure
    ? await answerLogin(login, { method, path: url.pathname, body, parameters: url.searchParams })
    : undefined;
  if (reply === undefined) throw notImplemented(`${method} ${url.pathname}`);
  return { reply };
}

/** The query as people write it: `?$filter=displayName eq 'x'`. */
function readable(search: string): string {
  try {
    return decodeURIComponent(search.replaceAll('+', ' '));
  } catch {
    return search;
  }
}

function errorOutcome({ graph, log }: HandlerParts, exchange: Exchange, error: unknown): Outcome {
  const { requestId, clientRequestId } = exchange;
  if (!(error instanceof GraphError)) log.unexpected(error, requestId);
  const fault =
    error instanceof GraphError
      ? error
      : new GraphError(500, 'InternalServerError', 'The emulator failed; its log says why.');
  const body = errorBody(fault, { requestId, clientRequestId, date: graph.directory.now().replace('Z', '') });
  return { reply: { status: fault.status, body, headers: fault.headers }, code: fault.code };
}

function send(response: ServerResponse, { status, body, headers }: Reply, exchange: Exchange): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'request-id': exchange.requestId,
    'client-request-id': exchange.clientRequestId,
    'odata-version': '4.0',
    ...(body !== undefined && {
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'content-length': Buffer.byteLength(text),
    }),
    ...headers,
  });
  response.end(body === undefined ? undefined : text);
}
