import type { RequestHandler } from 'express';
import { Router } from 'express';
import type { Caller, TokenSigner } from './tokens';
import { bearerToken } from './tokens';
import type { Place } from './described/check';
import { misfitsInBody, propertiesIn, undescribedInAnswer } from './described/check';
import type { Directory } from './directory/directory';
import { badRequest, GraphError, invalidValue, notImplemented } from './graph-error';
import type { JsonObject } from './json';
import { parseObject, textOf } from './json';
import { parseQuery } from './odata/query';
import { checkAccess } from './permissions/access';
import { needOf } from './permissions/needs';
import { ROUTES } from './routes';
import type { Store } from './store/store';
import type { Answer, Context, Method, Reply, Route, Version } from './context';

export interface GraphParts {
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
export function graphRoutes(parts: GraphParts, server: Server): Router {
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
  return (req, res, next) => {
    const now = Math.floor(directory.clock().getTime() / 1000);
    const expected = { tenantId: directory.tenant.id, audiences, now };
    const caller = signer.check(bearerToken(req.headers.authorization), expected);
    res.locals['caller'] = caller;
    next();
  };
}

/** Express would answer these by the routes of GET. */
export const refuseOtherMethods: RequestHandler = (req, _res, next) => {
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
