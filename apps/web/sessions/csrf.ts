import type { Request, RequestHandler } from 'express';
import { csrfSync } from 'csrf-sync';
import { PageError } from '../http/page-error';

/** The token is made with the session and read from the form: nothing is written where a page is shown. */
const { isRequestValid } = csrfSync({
  getTokenFromState: (request) => request.session.state?.csrfToken,
  getTokenFromRequest: (request) => {
    const { csrf } = (request.body ?? {}) as { readonly csrf?: unknown };
    return typeof csrf === 'string' ? csrf : undefined;
  },
});

/** Tells whether a form was made for this very session. */
export function isFormOfSession(request: Request): boolean {
  return isRequestValid(request);
}

/** Refuses a form that was made for another session or none. */
export const requireFormOfSession: RequestHandler = (request, _response, next) => {
  if (!isFormOfSession(request)) throw new PageError('stale-form');
  next();
};
