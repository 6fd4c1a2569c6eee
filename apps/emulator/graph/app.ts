import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler, type Response, Router } from 'express';
import { createBase, onError } from '../base/app';
import type { LoggedRequest, RequestLog } from '../base/request-log';
import { type LoginEndpoints, loginRoutes } from './auth/login-endpoints';
import { samlRoutes, type SamlEndpoints } from './auth/saml-routes';
import { type Caller, type TokenSigner, bearerToken } from './tokens';
import { type FaultRule, type GraphFaults, type Throttling, errorInstead, timedOut } from './faults';
import { badRequest, errorBody, GraphError, notImplemented, invalidValue } from './graph-error';
import { runBatch } from './http/batch';
import type { Answer, Context, Method, Reply, Route, Version } from './context';
import { type Place, misfitsInBody, propertiesIn, undescribedInAnswer } from './described/check';
import type { Directory } from './directory/directory';
import { type JsonObject, parseObject, textOf } from './json';
import { parseQuery } from './odata/query';
import { checkAccess } from './permissions/access';
import { needOf } from './permissions/needs';
import { ROUTES } from './routes';
import type { Store } from './store/store';

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

interface GraphParts {
  readonly directory: Directory;
  readonly store: Store;
  readonly signer: TokenSigner;
  /** Names of Graph in `aud`. */
  readonly audiences: readonly string[];
}

interface Server {
  readonly version: Version;
  /** `http://localhost:4000` */
  readonly origin: string;
  readonly answer: Answer;
}

const ALTERNATE_KEY = /^\/(?<set>applications|servicePrincipals)\(appId=(?:'|%27)(?<appId>[^'%]*)(?:'|%27)\)/i;

/** Graph below a version. A request is checked in the order of the service: token, route, role, body, then the work itself. */
function graphRoutes(parts: GraphParts, server: Server): Router {
  const router = Router().use(checkToken(parts), refuseOtherMethods, resolveAlternateKeys(parts));
  const routes = ROUTES.filter(({ version = server.version }) => version === server.version)
    // A fixed segment comes before a parameter.
    .toSorted((one, other) => parametersIn(one) - parametersIn(other));
  for (const route of routes) {
    needOf(route);
    router.route(patternOf(route))[route.method.toLowerCase() as Lowercase<Method>](runRoute(parts, server, route));
  }
  return router;
}

/** The path as Express writes it: `getOrder()` is a name there and no group. */
function patternOf({ path }: Route): string {
  return path.replaceAll(/[()[\]?+!*:]/g, '\\$&').replaceAll(/\{(\w+)\}/g, ':$1');
}

function parametersIn({ path }: Route): number {
  return path.split('{').length;
}

function checkToken({ directory, signer, audiences }: GraphParts): RequestHandler {
  return async (req, res, next) => {
    const now = Math.floor(directory.clock().getTime() / 1000);
    const expected = { tenantId: directory.tenant.id, audiences, now };
    res.locals['caller'] = await signer.check(bearerToken(req.headers.authorization), expected);
    next();
  };
}

/** Express would answer these by the routes of GET. */
const refuseOtherMethods: RequestHandler = (req, _res, next) => {
  if (['HEAD', 'OPTIONS'].includes(req.method)) throw notImplemented(`${req.method} ${req.baseUrl}${req.path}`);
  next();
};

/** A type or a function in the place of an id. */
const CAST_OR_CALL = /^microsoft\.graph\.|^delta$|\)$/;

const PRINCIPAL_NAME = /^\/users\/(?<name>[^/?]*(?:@|%40)[^/?]*)/i;

/** `/applications(appId='…')` names an object by its app id, `/users/ada@…` by its principal name. */
function resolveAlternateKeys({ directory }: GraphParts): RequestHandler {
  return (req, _res, next) => {
    // Graph has a short name for its namespace, which Microsoft's SDKs use.
    req.url = req.url.replace(/\/graph\.(?=\w)/g, '/microsoft.graph.');
    req.url = req.url.replace(ALTERNATE_KEY, (_whole, set: string, appId: string) => {
      const collection = set.toLowerCase() === 'applications' ? 'applications' : 'servicePrincipals';
      // An unknown one leads to no object, and an empty one not to the list of all.
      return `/${set}/${directory.findByAppId(collection, appId)?.id ?? encodeURIComponent(`appId='${appId}'`)}`;
    });
    req.url = req.url.replace(PRINCIPAL_NAME, (whole, name: string) => {
      const wanted = decodeURIComponent(name).toLowerCase();
      const user = directory.all('users').find((one) => textOf(one, 'userPrincipalName').toLowerCase() === wanted);
      return user === undefined ? whole : `/users/${user.id}`;
    });
    next();
  };
}

function runRoute({ directory, store }: GraphParts, { version, origin, answer }: Server, route: Route): RequestHandler {
  return async (req, res) => {
    const caller = res.locals['caller'] as Caller;
    const params = req.params as Readonly<Record<string, string>>;
    if (Object.values(params).some((value) => CAST_OR_CALL.test(value)))
      throw notImplemented(`${req.method} ${req.baseUrl}${req.path}`);
    res.locals['route'] = `${route.method} /${version}${route.path}`;
    checkAccess(directory, caller, { route, id: params['id'] });
    const place = { version, method: route.method, path: route.path };
    const body = parseBody(req.body, req.get('content-type'));
    res.locals['properties'] = propertiesIn(body);
    const keepsUndescribed = directory.quirks.undocumentedProperties === 'kept' && route.path.startsWith(USER_FLOWS);
    if (!keepsUndescribed) refuseMisfits(place, body);
    const parameters = new URLSearchParams(req.originalUrl.split('?').slice(1).join('?'));
    const context: Context = {
      directory,
      caller,
      version,
      baseUrl: `${origin}/${version}`,
      path: req.path,
      parameters,
      params,
      query: parseQuery(parameters, route.query ?? 'none'),
      consistencyLevel: req.get('consistencylevel'),
      body,
      prepared: (await route.prepare?.(body, directory.clock())) ?? null,
    };
    const handled = store.transaction(() => {
      const reply = route.handle(context);
      if (!keepsUndescribed) checkAnswer(place, reply);
      return reply;
    });
    await answer(res, (await route.finish?.(context, handled, (work) => store.transaction(work))) ?? handled);
  };
}

const USER_FLOWS = '/identity/b2cUserFlows';

/** @throws GraphError 400 for a property that Microsoft's types don't have, or that takes other values */
function refuseMisfits(place: Place, body: JsonObject): void {
  const [first] = misfitsInBody(place, body);
  if (first === undefined) return;
  throw first.isUnknown ? badRequest(`Invalid property '${first.at}'.`) : invalidValue(first.at, first.type);
}

/** @throws GraphError 500 where the emulator itself would answer what Graph does not have */
function checkAnswer(place: Place, { body }: Reply): void {
  if (typeof body !== 'object') return;
  const unknown = undescribedInAnswer(place, body);
  if (unknown.length === 0) return;
  const what = [...new Set(unknown)].join(', ');
  const message = `${place.method} ${place.path} would answer with what Microsoft's types don't have: ${what}`;
  throw new GraphError(500, 'UndescribedByMicrosoft', message);
}

/** The JSON object of a request; empty where it has no body. @throws GraphError 400 or 415 */
function parseBody(text: unknown, contentType: string | undefined): JsonObject {
  if (typeof text !== 'string' || text === '') return {};
  if (contentType?.toLowerCase().startsWith('application/json') !== true) {
    throw new GraphError(415, 'RequestUnsupportedMediaType', 'The content type must be application/json.');
  }
  const body = parseObject(text);
  if (body !== undefined) return body;
  const problem =
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.';
  throw badRequest(problem, 'BadRequest');
}
