import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Pages } from './pages/pages';
import { isUnavailable } from '../service/table';
import { loginPath, pagePathOf } from './sign-in/return-to';
import { PAGE_ERRORS, PageError, SignInNeeded } from './http/page-error';
import { faultyStatus, requestIdOf } from '../service/request-log';

const RETRY_AFTER_SECONDS = '10';

/** Answers every fault by a page for people, or leads to the sign-in. What is unexpected goes to the log alone. */
export function errorHandler(logger: Logger, pages: Pages): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  return (error: unknown, request, response, next) => {
    const requestId = requestIdOf(request);
    if (response.headersSent) {
      logger.error({ err: error, requestId }, 'failed after the answer had begun');
      next(error);
    } else if (error instanceof SignInNeeded) {
      response.redirect(303, loginPath(pagePathOf(request.path)));
    } else {
      const fault = pageErrorOf(error);
      const { code, cause } = fault;
      const text = PAGE_ERRORS[code];
      const line = { err: cause ?? fault, code, requestId };
      if (text.status >= 500) logger.error(line, text.title);
      else if (cause !== undefined) logger.warn(line, text.title);
      if (text.status === 503) response.set('Retry-After', RETRY_AFTER_SECONDS);
      response.status(text.status);
      const page = { name: 'error', title: text.title, outcome: 'Error', data: { ...text, requestId } } as const;
      pages.show(request, response, page);
    }
  };
}

function pageErrorOf(error: unknown): PageError {
  if (error instanceof PageError) return error;
  if (isUnavailable(error)) return new PageError('unavailable', { cause: error });
  const status = faultyStatus(error);
  if (status === undefined) return new PageError('unexpected', { cause: error });
  return new PageError(status === 413 ? 'body-too-large' : 'malformed-request');
}
