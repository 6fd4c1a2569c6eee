/** The stable codes of the problems that the API answers with; docs/api.md explains each. */
export type ProblemCode =
  | 'malformed-request'
  | 'missing-token'
  | 'invalid-token'
  | 'insufficient-authentication'
  | 'insufficient-scope'
  | 'not-found'
  | 'no-policy'
  | 'method-not-allowed'
  | 'contended'
  | 'stale'
  | 'body-too-large'
  | 'not-json'
  | 'invalid-body'
  | 'key-reused'
  | 'missing-if-match'
  | 'too-many-requests'
  | 'unexpected'
  | 'unavailable';

export interface ProblemOptions {
  /** Headers of the answer, such as `Allow`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Faults in the body, by JSON pointer (RFC 6901). @default none */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Cause, for the log alone. @default none */
  readonly cause?: unknown;
}

/** Kind of a problem. */
export interface ProblemKind {
  readonly status: number;
  readonly code: ProblemCode;
}

/** A fault that the client is told, as problem details (RFC 9457). The detail never quotes a token or the database. */
export class Problem extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: ProblemOptions['errors'];

  constructor({ status, code }: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }
}
