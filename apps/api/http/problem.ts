import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { isUnavailable } from '../../service/table';
import type { RefusalBody } from '../../service/listen';
import { faultyStatus, requestIdOf } from '../../service/request-log';

/** Status of each stable code of the problems that the API answers with; `npx --no entra-aws docs api` explains them. */
const STATUS = {
  'malformed-request': 400,
  'missing-token': 401,
  'invalid-token': 401,
  'insufficient-authentication': 401,
  'insufficient-scope': 403,
  'not-found': 404,
  'no-policy': 404,
  'method-not-allowed': 405,
  contended: 409,
  stale: 412,
  'body-too-large': 413,
  'not-json': 415,
  'invalid-body': 422,
  'key-reused': 422,
  'missing-if-match': 428,
  'too-many-requests': 429,
  unexpected: 500,
  unavailable: 503,
} as const;
type ProblemCode = keyof typeof STATUS;

interface ProblemOptions {
  /** Headers of the answer, such as `Allow`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Faults in the body, by JSON pointer (RFC 6901). @default none */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Cause, for the log alone. @default none */
  readonly cause?: unknown;
}

/** A fault that the client is told, as problem details (RFC 9457). The detail never quotes a token or the database. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.status = STATUS[code];
  }
}

/** The challenge of a problem with the token, with its error if there is one (RFC 6750, section 3). */
export function challenge(parameters: Readonly<Record<string, string>> = {}): ProblemOptions {
  const all = Object.entries({ realm: 'customer-policies', ...parameters });
  return { headers: { 'WWW-Authenticate': `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}` } };
}

export const NOT_JSON = 'The body must be application/json in UTF-8, not compressed.';

/** Ends a route: answers OPTIONS, and refuses the methods that it has no handler for. */
export function onlyMethod(method: 'GET' | 'PUT'): RequestHandler {
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`;
  return (request, response) => {
    if (request.method === 'OPTIONS') response.set('Allow', allow).status(204).end();
    else throw new Problem('method-not-allowed', `This path takes ${allow}.`, { headers: { Allow: allow } });
  };
}

/** Answers every fault as `application/problem+json`. What is unexpected goes to the log, not to the client. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express tells an error handler by its four parameters
  return (error: unknown, request, response, next) => {
    const problem = problemOf(error);
    const requestId = requestIdOf(request);
    // What the directory's settings have wrong shows here first.
    if (problem.code === 'invalid-token') logger.warn({ requestId }, problem.message);
    if (problem.status >= 500) logger.error({ err: problem.cause ?? problem, requestId }, problem.message);
    if (response.headersSent) next(error);
    else
      response
        .status(problem.status)
        .set(problem.options.headers ?? {})
        .type(TYPE)
        .send(bodyOf(problem, requestId));
  };
}

/** Answers what no route sees, such as a request that Node's parser refuses. */
export const refusal: RefusalBody = (status) => {
  const problem = new Problem('malformed-request', 'The request is malformed, too slow or too large.');
  return { type: TYPE, text: bodyOf(problem, 'none', status) };
};

const TYPE = 'application/problem+json';

/** The members of RFC 9457; `code` tells kinds apart, since `type` stays the default `about:blank`. */
function bodyOf(
  { message: detail, code, options, ...problem }: Problem,
  requestId: string,
  status = problem.status,
): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return JSON.stringify({ type: 'about:blank', title, status, detail, code, requestId, errors: options.errors });
}

/** The problem that an error is to a client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) {
    const headers = { 'Retry-After': '2' };
    return new Problem('unavailable', 'The database is busy or away; try again.', { headers, cause: error });
  }
  switch (faultyStatus(error)) {
    case undefined:
      return new Problem('unexpected', 'Something failed that should not.', { cause: error });
    case 413:
      return new Problem('body-too-large', 'The body must be at most 10 kB.');
    case 415:
      return new Problem('not-json', NOT_JSON);
    default:
      return new Problem('malformed-request', 'The request or its JSON is malformed.');
  }
}
