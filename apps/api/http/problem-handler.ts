import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isUnavailable } from '../../service/database-faults';
import { Problem } from './problem';
import { requestIdOf } from '../../service/request-log';

const RETRY_AFTER_SECONDS = 2;

/** Errors that body-parser and Express's router throw. */
const HttpError = z.object({ status: z.int().min(400).max(499), type: z.string().optional() });

/** Answers what no route took. */
export const notFound: RequestHandler = () => {
  throw new Problem({ status: 404, code: 'not-found' }, 'There is nothing at this path; see /openapi.json.');
};

/** Answers every fault as `application/problem+json`. What is unexpected goes to the log, not to the client. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  return (error: unknown, request, response, next) => {
    const problem = problemOf(error);
    const requestId = requestIdOf(request);
    // What the directory's settings have wrong shows here first.
    if (problem.code === 'invalid-token') logger.warn({ requestId }, problem.message);
    if (problem.status >= 500) logger.error({ err: problem.cause ?? problem, requestId }, problem.message);
    if (response.headersSent) {
      next(error);
      return;
    }
    response
      .status(problem.status)
      .set(problem.headers)
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, requestId)));
  };
}

/** The members of RFC 9457; `code` tells kinds apart, since `type` stays the default `about:blank`. */
export function problemBody(problem: Problem, requestId: string): Readonly<Record<string, unknown>> {
  return {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return unavailable(error);
  const http = HttpError.safeParse(error);
  if (http.success) return requestProblem(http.data.status);
  return new Problem({ status: 500, code: 'unexpected' }, 'Something failed that should not.', { cause: error });
}

function unavailable(cause: unknown): Problem {
  return new Problem({ status: 503, code: 'unavailable' }, 'The database is busy or away; try again.', {
    headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
    cause,
  });
}

function requestProblem(status: number): Problem {
  switch (status) {
    case 413:
      return new Problem({ status, code: 'body-too-large' }, 'The body must be at most 10 kB.');
    case 415:
      return new Problem({ status, code: 'not-json' }, 'The body must be application/json in UTF-8, not compressed.');
    default:
      return new Problem({ status: 400, code: 'malformed-request' }, 'The request or its JSON is malformed.');
  }
}
