import { inside, textOf } from '../values';

interface GraphErrorDetails {
  readonly method: string;
  readonly path: string;
  /** HTTP status; absent if no answer arrived. */
  readonly status?: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}

/** A request that Microsoft Graph refused, or never answered. Says what Graph said, and the id that its support asks for. */
export class GraphError extends Error {
  readonly status: number | undefined;
  /** Graph's own code, such as `Request_ResourceNotFound`; `NoAnswer` if no answer arrived. */
  readonly code: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: GraphErrorDetails) {
    const { method, path, status, code, detail, requestId } = details;
    const outcome = status === undefined ? code : `${status} ${code}`;
    const id = requestId === undefined ? '' : ` (request-id ${requestId})`;
    super(`${method} ${path}: ${outcome}: ${detail}${id}`);
    this.name = 'GraphError';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = requestId;
    this.retryAfterMs = details.retryAfterMs;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** True if the object, or the relation to it, exists already: '… already exist', 'is already in the user flow'. */
  get isConflict(): boolean {
    return this.status === 409 || (this.status === 400 && /\balready\b|conflict/i.test(`${this.code} ${this.detail}`));
  }

  /** True if Graph may have done what was asked although it did not say so. */
  get isAmbiguous(): boolean {
    return this.status === undefined || this.status === 408 || this.status >= 500;
  }

  /** True if another try may succeed: throttled, a dependency that failed, a time-out, a fault of the server. */
  get isTransient(): boolean {
    if (this.status === 501 || this.status === 505) return false;
    return this.isAmbiguous || this.status === 424 || this.status === 429;
  }
}

/** The run was ended from outside: nothing is sent again. */
export class CanceledError extends Error {
  constructor() {
    super('canceled');
  }
}

/** Content of Graph's error body: `{"error":{"code","message","innerError":{"request-id"}}}`. */
export function errorBody(text: string): Pick<GraphErrorDetails, 'code' | 'detail' | 'requestId'> {
  const error = inside(parsedJson(text), 'error');
  if (Object.keys(error).length === 0)
    return { code: 'NoErrorBody', detail: text.slice(0, 200) || 'the answer has no body' };
  // Graph spells it in both ways.
  const { 'request-id': requestId } = inside(error['innerError'] ?? error['innererror']);
  return {
    code: textOf(error['code']) || 'NoCode',
    detail: textOf(error['message']) || 'no message',
    ...(typeof requestId === 'string' && { requestId }),
  };
}

/** Content of a text; undefined where it isn't JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
