import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';

/** One request as the log has it: never a header and never a body, so never a code, token, password or secret. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId?: string;
  /** Code of the error in the answer. */
  readonly code?: string;
  readonly appId?: string;
  /** Kind of the fault that it met. */
  readonly fault?: string;
  /** The request without its ids and values: `PATCH /v1.0/groups/{id}`. */
  readonly route?: string;
  /** Names of the properties in its body, without values: `api.oauth2PermissionScopes`. */
  readonly properties?: readonly string[];
  /** Product that the client says it is. */
  readonly client?: string;
}

/** Requests that are kept in memory. */
const KEPT = 2000;

/** The last requests in memory, for tests; and each as a line of JSON, where a logger is given. */
export class RequestLog {
  private kept: LoggedRequest[] = [];
  private listener: ((entry: LoggedRequest) => void) | undefined;

  constructor(private readonly logger: Logger | undefined) {}

  /** The last requests, the oldest first. */
  get entries(): readonly LoggedRequest[] {
    return this.kept.slice(-KEPT);
  }

  /** Names who is told of each request that is answered from now on. */
  onRequest(listener: (entry: LoggedRequest) => void): void {
    this.listener = listener;
  }

  add(entry: LoggedRequest): void {
    this.listener?.(entry);
    this.kept.push(entry);
    // Cut now and then, not each time: the front of a long array is slow to remove.
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.logger?.info(entry, 'request');
  }

  unexpected(error: unknown, requestId?: string): void {
    this.logger?.error({ err: error, requestId }, 'unexpected error');
  }

  clear(): void {
    this.kept = [];
  }

  /** Logs each request when it was answered, or its connection is gone; `describe` adds to method, path and status. */
  handler(describe: (res: Response) => Partial<LoggedRequest>): RequestHandler {
    return (req: Request, res, next) => {
      const started = performance.now();
      const { method, path } = req;
      res.on('close', () => {
        const milliseconds = Math.round((performance.now() - started) * 100) / 100;
        this.add({ method, path, status: res.statusCode, milliseconds, ...describe(res) });
      });
      next();
    };
  }
}
