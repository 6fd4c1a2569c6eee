import { forbidden, GraphError, notFound } from './graph-error';
import { seededRandom } from './store/visibility';

/**
 * What goes wrong: `throttled` 429 with Retry-After, `unavailable` 503, `notFound` 404 as on a read after a write,
 * `forbidden` 403 and `conflict` 409 as synchronization answers what has not arrived everywhere,
 * `timeout` 504 after the request has taken effect, `dropped` the connection is closed after it has taken effect,
 * `slow` it takes effect and is answered late.
 */
export type FaultKind =
  'throttled' | 'unavailable' | 'notFound' | 'forbidden' | 'conflict' | 'timeout' | 'dropped' | 'slow';

export interface FaultRule {
  readonly kind: FaultKind;
  /** @default any */
  readonly method?: string;
  /** Path with version, without query; `*` stands for one segment. @default any path of Graph */
  readonly path?: string;
  /** Requests that match and pass before the first fault. @default 0 */
  readonly skip?: number;
  /** Faults before the rule is used up. @default 1 */
  readonly times?: number;
  /** Share of matching requests that are hit, by the seed. @default 1 */
  readonly probability?: number;
  /** Seconds, for `throttled` and `unavailable`. @default 1 for throttled, none for unavailable */
  readonly retryAfter?: number;
  /** Milliseconds, for `slow`. @default 1000 */
  readonly delay?: number;
}

export interface FaultedRequest {
  readonly method: string;
  readonly path: string;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly pattern: RegExp;
  skip: number;
  times: number;
}

const GRAPH_PATH = /^\/(v1\.0|beta)\//;

/** Decides which requests go wrong. The same rules and the same seed hit the same requests in the same order. */
export class Faults {
  private rules: ActiveRule[] = [];
  private random = seededRandom(1);

  /** Adds rules; the first that matches a request decides. */
  add(...rules: readonly FaultRule[]): void {
    for (const rule of rules) {
      const pattern = rule.path === undefined ? GRAPH_PATH : patternOf(rule.path);
      this.rules.push({ rule, pattern, skip: rule.skip ?? 0, times: rule.times ?? 1 });
    }
  }

  seed(seed: number): void {
    this.random = seededRandom(seed);
  }

  clear(): void {
    this.rules = [];
  }

  /** Faults that are still to come. */
  get pending(): number {
    return this.rules.reduce((sum, { times }) => sum + times, 0);
  }

  next({ method, path }: FaultedRequest): FaultRule | undefined {
    for (const active of this.rules) {
      const { rule, pattern } = active;
      if ((rule.method ?? method) === method && pattern.test(path) && this.hits(active)) return rule;
    }
    return undefined;
  }

  private hits(active: ActiveRule): boolean {
    if (active.times <= 0) return false;
    if (active.skip > 0) {
      active.skip -= 1;
      return false;
    }
    const { probability = 1 } = active.rule;
    if (probability < 1 && this.random() >= probability) return false;
    active.times -= 1;
    return true;
  }
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
  return new RegExp(`^${escaped}$`, 'i');
}

type ErrorOf = (fault: FaultRule, path: string) => GraphError;

/** What each kind answers in place of the request; undefined where the request takes its course. */
const ERRORS: Readonly<Record<FaultKind, ErrorOf | undefined>> = {
  throttled: ({ retryAfter }) => throttled(retryAfter ?? 1),
  unavailable: ({ retryAfter }) => unavailable(retryAfter),
  notFound: (_fault, path) => notFound(path.split('/').at(-1) ?? path),
  forbidden: () => forbidden(),
  conflict: () => new GraphError(409, 'Conflict', 'The object is being changed by another request. Please try again.'),
  timeout: undefined,
  dropped: undefined,
  slow: undefined,
};

/** The error that a fault answers in place of the request, if it does. */
export function errorInstead(fault: FaultRule, path: string): GraphError | undefined {
  return ERRORS[fault.kind]?.(fault, path);
}

export function timedOut(): GraphError {
  return new GraphError(504, 'GatewayTimeout', 'The request timed out. It may have taken effect.');
}

function throttled(seconds: number): GraphError {
  const error = new GraphError(429, 'TooManyRequests', 'Too many requests. Please wait and try again.');
  return error.with({ headers: { 'retry-after': String(seconds) } });
}

function unavailable(seconds: number | undefined): GraphError {
  const error = new GraphError(503, 'ServiceUnavailable', 'Service is temporarily unavailable.');
  return seconds === undefined ? error : error.with({ headers: { 'retry-after': String(seconds) } });
}
