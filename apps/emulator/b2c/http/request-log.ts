import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { FaultRule } from '../faults';

/** One request as the log has it: no query, no header, no body, so never a code, token or password. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly fault?: FaultRule['kind'];
}

/** Requests that are kept in memory. */
const KEPT = 1000;

/** The last requests in memory, for tests; and each as a line of JSON, where a logger is given. */
export class RequestLog {
  private kept: LoggedRequest[] = [];

  constructor(private readonly logger: Logger | undefined) {}

  /** The last requests, the oldest first. */
  get entries(): readonly LoggedRequest[] {
    return this.kept.slice(-KEPT);
  }

  readonly handler: RequestHandler = (req, res, next) => {
    const started = performance.now();
    const { method, path } = req;
    res.on('close', () => {
      const milliseconds = Math.round(performance.now() - started);
      const fault = res.locals['fault'] as FaultRule['kind'] | undefined;
      this.add({ method, path, status: res.statusCode, milliseconds, ...(fault !== undefined && { fault }) });
    });
    next();
  };

  unexpected(error: unknown): void {
    this.logger?.error({ err: error }, 'unexpected error');
  }

  private add(entry: LoggedRequest): void {
    this.kept.push(entry);
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.logger?.info(entry, 'request');
  }
}
