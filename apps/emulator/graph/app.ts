import { randomUUID } from 'node:crypto';
import type { Express, RequestHandler, Response } from 'express';
import express from 'express';
import { createBase, onError } from '../base/app';
import type { LoggedRequest, RequestLog } from '../base/request-log';
import type { LoginEndpoints } from './auth/login-endpoints';
import { loginRoutes } from './auth/login-endpoints';
import { samlRoutes, type SamlEndpoints } from './auth/saml-routes';
import type { Caller } from './tokens';
import type { FaultRule, GraphFaults, Throttling } from './faults';
import { errorInstead, timedOut } from './faults';
import { badRequest, errorBody, GraphError, notImplemented } from './graph-error';
import { runBatch } from './http/batch';
import type { Reply } from './context';
import type { GraphParts } from './graph-api';
import { graphRoutes, refuseOtherMethods } from './graph-api';

export interface AppParts extends GraphParts, LoginEndpoints, SamlEndpoints {
  readonly faults: GraphFaults;
  readonly throttling: Throttling;
  readonly log: RequestLog;
  /** Waits for a slow answer. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** One request from its arrival to its line in the log. */
interface Exchange {
  readonly url: URL;
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly fault: FaultRule | undefined;
  /** Name of the product in `User-Agent`. */
  readonly client: string | undefined;
  code?: string;
}

/** Most that a request may carry. */
const MAX_BYTES = 4_000_000;

/** Everything that one server answers. `origin` is its URL; only the one with TLS answers what comes before Graph. */
export function createApp(parts: AppParts, origin: string): Express {
  const app = createBase(parts.log, logged);
  app.enable('case sensitive routing');
  app.use(startExchange(parts, origin), express.text({ type: () => true, limit: MAX_BYTES }), failInstead);
  const answer = (res: Response, reply: Reply): Promise<void> => {
    if (exchangeOf(res).fault?.kind === 'timeout') throw timedOut();
    return send(parts, res, reply);
  };
  for (const version of ['v1.0', 'beta'] as const) {
    app.post(`/${version}/$batch`, runBatch({ graphUrl: parts.graphUrl, version, answer }));
    app.use(`/${version}`, graphRoutes(parts, { version, origin, answer }));
  }
  app.use(refuseOtherMethods);
  app.get('/healthz', (_req, res) => answer(res, { status: 200, body: { status: 'ok' } }));
  app.use(samlRoutes(parts, origin, answer));
  if (origin.startsWith('https:')) app.use(loginRoutes(parts, answer));
  app.use((req) => {
    throw notImplemented(`${req.method} ${req.path}`);
  });
  app.use(onError((error, _req, res) => answerError(parts, res, error)));
  return app;
}

function startExchange({ faults, throttling }: AppParts, origin: string): RequestHandler {
  return (req, res, next) => {
    const { method, path } = req;
    const requestId = randomUUID();
    const clientRequestId = req.get('client-request-id') ?? requestId;
    // Joined, not resolved: the target of a request must not choose the origin.
    const url = URL.parse(`${origin}${req.url}`) ?? new URL(origin);
    const client = req.get('user-agent');
    const fault = faults.next({ method, path }) ?? throttling.next({ method, path });
    const exchange: Exchange = { url, requestId, clientRequestId, client, fault };
    res.locals['exchange'] = exchange;
    next();
  };
}

/** The exchange of a request that came through the first step. */
function exchangeOf(res: Response): Exchange {
  return res.locals['exchange'] as Exchange;
}

function logged(res: Response): Partial<LoggedRequest> {
  const { url, requestId, code, fault, client } = exchangeOf(res);
  const caller = res.locals['caller'] as Caller | undefined;
  const route = res.locals['route'] as string | undefined;
  const properties = res.locals['properties'] as readonly string[] | undefined;
  return {
    path: `${url.pathname}${readable(url.search)}`,
    requestId,
    ...(code !== undefined && { code }),
    ...(caller !== undefined && { appId: caller.appId }),
    ...(fault !== undefined && { fault: fault.kind }),
    ...(route !== undefined && { route }),
    ...(properties !== undefined && properties.length > 0 && { properties }),
    ...(client !== undefined && { client }),
  };
}

/** The query as people write it: `?$filter=displayName eq 'x'`. */
function readable(search: string): string {
  try {
    return decodeURIComponent(search.replaceAll('+', ' '));
  } catch {
    return search;
  }
}

const failInstead: RequestHandler = (req, res, next) => {
  const { fault } = exchangeOf(res);
  const instead = fault && errorInstead(fault, req.path);
  if (instead !== undefined) throw instead;
  next();
};

async function answerError(parts: AppParts, res: Response, error: unknown): Promise<void> {
  const exchange = exchangeOf(res);
  const { requestId, clientRequestId } = exchange;
  const known = knownError(error);
  if (known === undefined) parts.log.unexpected(error, requestId);
  const fault = known ?? new GraphError(500, 'InternalServerError', 'The emulator failed; see its log.');
  exchange.code = fault.code;
  const body = errorBody(fault, { requestId, clientRequestId, date: parts.directory.now().replace('Z', '') });
  await send(parts, res, { status: fault.status, body, headers: fault.headers });
}

/** Graph's error for what Express refuses: a body that is too large, a path that is not encoded as it should be. */
function knownError(error: unknown): GraphError | undefined {
  if (error instanceof GraphError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : 500;
  if (status === 413) return new GraphError(413, 'RequestEntityTooLarge', 'The request body is too large.');
  const problem = unreadable(error);
  if (problem !== undefined) return badRequest(problem, 'BadRequest');
  return status === 400 || status === 415 ? badRequest('The request could not be read.', 'BadRequest') : undefined;
}

function unreadable(error: unknown): string | undefined {
  if (error instanceof URIError) return `Bad percent-encoding in ${/'.*'/.exec(error.message)?.[0] ?? 'the path'}.`;
  const isTooDeep = error instanceof RangeError && error.message.includes('call stack');
  return isTooDeep ? 'The request is nested too deeply.' : undefined;
}

async function send({ wait }: AppParts, res: Response, { status, body, headers }: Reply): Promise<void> {
  const { fault, requestId, clientRequestId } = exchangeOf(res);
  if (fault?.kind === 'slow') await wait(fault.delay ?? 1000);
  res.status(status);
  if (fault?.kind === 'dropped') {
    res.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  res.writeHead(status, {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'odata-version': '4.0',
    ...(body !== undefined && {
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'content-length': Buffer.byteLength(text),
    }),
    ...headers,
  });
  res.end(body === undefined ? undefined : text);
}
