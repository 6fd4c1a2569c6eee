import type { TokenSigner } from '../auth/tokens';
import { bearerToken } from '../auth/tokens';
import type { Directory } from '../directory/directory';
import { badRequest, notImplemented } from '../graph-error';
import { parseQuery } from '../odata/query';
import type { Store } from '../store/store';
import { checkAccess } from './access';
import { parseBody } from './body';
import type { Context, Reply, Version } from './context';
import type { Match, Router } from './router';

export interface GraphParts {
  readonly directory: Directory;
  readonly store: Store;
  readonly router: Router;
  readonly signer: TokenSigner;
  /** Names of Graph in `aud`. */
  readonly audiences: readonly string[];
}

export interface GraphRequest {
  readonly method: string;
  /** With version, without query. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** `http://localhost:4000` */
  readonly origin: string;
}

export interface GraphAnswer {
  readonly reply: Reply;
  readonly appId: string;
}

const GRAPH_PATH = /^\/(?<version>v1\.0|beta)(?<rest>\/.*)$/;
const ALTERNATE_KEY = /\/(?<set>applications|servicePrincipals)\(appId=(?:'|%27)(?<appId>[^'%]*)(?:'|%27)\)/i;

/** Answers one request to Graph, in the order of the service: token, route, role, body, then the work itself. */
export async function answerGraph(parts: GraphParts, request: GraphRequest): Promise<GraphAnswer> {
  const { directory, signer, audiences } = parts;
  const now = Math.floor(directory.clock().getTime() / 1000);
  const caller = signer.check(bearerToken(request.headers['authorization']), {
    tenantId: directory.tenant.id,
    audiences,
    now,
  });
  const { version, match, rest } = findRoute(parts, request);
  checkAccess(directory, caller, match);
  const body = parseBody(request.body, request.headers['content-type']);
  const context: Context = {
    directory,
    caller,
    version,
    baseUrl: `${request.origin}/${version}`,
    path: rest,
    parameters: request.parameters,
    params: match.params,
    query: parseQuery(request.parameters, match.route.query ?? 'none'),
    consistencyLevel: request.headers['consistencylevel'],
    body,
    prepared: (await match.route.prepare?.(body, directory.clock())) ?? null,
  };
  return { reply: parts.store.transaction(() => match.route.handle(context)), appId: caller.appId };
}

function findRoute(
  { directory, router }: GraphParts,
  { method, path }: GraphRequest,
): { readonly version: Version; readonly match: Match; readonly rest: string } {
  const groups = GRAPH_PATH.exec(path)?.groups;
  const version = groups?.['version'] as Version | undefined;
  const rest = resolveAlternateKey(directory, groups?.['rest'] ?? '');
  const match = version === undefined ? undefined : router.find(method, version, rest);
  if (version === undefined || match === undefined) throw notImplemented(`${method} ${path}`);
  const params = Object.fromEntries(Object.entries(match.params).map(([name, value]) => [name, decode(value)]));
  return { version, match: { route: match.route, params }, rest };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`Bad percent-encoding in '${segment}'.`, 'BadRequest');
  }
}

/** `/applications(appId='…')` names an object by its app id. */
function resolveAlternateKey(directory: Directory, path: string): string {
  return path.replace(ALTERNATE_KEY, (_whole, set: string, appId: string) => {
    const collection = set.toLowerCase() === 'applications' ? 'applications' : 'servicePrincipals';
    return `/${set}/${directory.findByAppId(collection, appId)?.id ?? appId}`;
  });
}
