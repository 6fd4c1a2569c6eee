import type { Logger } from 'pino';
import type { FaultKind } from '../faults';

/** One request as the log has it: never a body, never a header, so never a secret. */
export interface LoggedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  /** Graph's code, where it is an error. */
  readonly code?: string;
  readonly appId?: string;
  readonly fault?: FaultKind;
}

/** Requests that are kept in memory. */
const KEPT = 2000;

/** The last requests in memory, for tests; and each as a line of JSON, where a logger is given. */
export class RequestLog {
  private kept: LoggedRequest[] = [];
  private total = 0;

  constructor(private readonly logger: Logger | undefined) {}

  add(entry: LoggedRequest): void {
    this.total += 1;
    this.kept.push(entry);
    // Cut now and then, not each time: the front of a long array is slow to remove.
    if (this.kept.length > 2 * KEPT) this.kept = this.kept.slice(-KEPT);
    this.logger?.info(entry, 'request');
  }

  unexpected(error: unknown, requestId: string): void {
    this.logger?.error({ err: error, requestId }, 'unexpected error');
  }

  /** The last requests, the oldest first. */
  get entries(): readonly LoggedRequest[] {
    return this.kept.slice(-KEPT);
  }

  /** Requests since the start. */
  get count(): number {
    return this.total;
  }

  clear(): void {
    this.kept = [];
  }
}
