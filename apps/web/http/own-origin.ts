import type { RequestHandler } from 'express';
import { PageError } from './page-error';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses forms of other sites, before anything reads them: a browser names the origin of each POST. It comes before
 * the CSRF token, which can't be asked of somebody whose session has expired.
 */
export function ownFormsOnly(baseUrl: URL): RequestHandler {
  return (request, _response, next) => {
    if (!READING.has(request.method) && request.get('Origin') !== baseUrl.origin) throw new PageError('foreign-form');
    next();
  };
}
