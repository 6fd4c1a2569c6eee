import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';

const GIVEN_ID = /^[\w-]{8,64}$/;
const QUIET = /^\/(healthz|readyz)$|^\/assets\//;

/**
 * Gives each request an id (the caller's `X-Request-Id`, if it looks like one) and writes a line for it. The line has
 * the route that took the request, not the URL or a header: a client may have put a token there, and a
 * callback's URL has the code.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    const given = request.get('X-Request-Id');
    const requestId = given !== undefined && GIVEN_ID.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      if (isQuiet(request)) return;
      const { statusCode: status, writableFinished } = response;
      const milliseconds = Math.round(performance.now() - start);
      const line = { requestId, method: request.method, route: routeOf(request), status, milliseconds };
      if (writableFinished) logger.info(line, 'answered');
      else logger.warn(line, 'the client left');
    });
    next();
  };
}

/** Tells whether requests of this kind are too many to log: probes, and files of the pages. */
export function isQuiet({ path }: Request): boolean {
  return QUIET.test(path);
}

/** The id of a request, as its answer tells it. */
export function requestIdOf({ res: response }: Request): string {
  return String(response?.getHeader('X-Request-Id') ?? 'none');
}

/** Status of an error that body-parser or Express's router throws for a faulty request; undefined for any other error. */
export function faultyStatus(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** The route that took a request. */
export function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { readonly path?: unknown };
  return typeof path === 'string' ? path : 'none';
}
