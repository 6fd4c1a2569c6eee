import { Faults, type FaultTiming, seededRandom } from '../base/faults';
import { forbidden, GraphError, notFound } from './graph-error';
import type { Quirks } from './quirks';

/**
 * Kinds of faults: `throttled` 429 with Retry-After, `unavailable` 503, `notFound` 404 as on a read after a write,
 * `forbidden` 403 and `conflict` 409 as synchronization answers what has not arrived everywhere,
 * `timeout` 504 after the request has taken effect, `dropped` the connection is closed after it has taken effect,
 * `slow` it takes effect and is answered late.
 */
export type FaultKind =
  'throttled' | 'unavailable' | 'notFound' | 'forbidden' | 'conflict' | 'timeout' | 'dropped' | 'slow';

/** It hits one request unless `times` says more. */
export interface FaultRule extends FaultTiming {
  readonly kind: FaultKind;
  /** @default any */
  readonly method?: string;
  /** Path with version, without query; `*` stands for one segment. @default any path of Graph */
  readonly path?: string;
  /** Seconds, for `throttled` and `unavailable`. @default 1 for throttled, none for unavailable */
  readonly retryAfter?: number;
  /** Milliseconds, for `slow`. @default 1000 */
  readonly delay?: number;
}

export interface FaultedRequest {
  readonly method: string;
  readonly path: string;
}

export type GraphFaults = Faults<FaultRule, FaultedRequest>;

const GRAPH_PATH = /^\/(v1\.0|beta)\//;

/** Faults of Graph: a rule is used up by one request, unless it says otherwise. */
export function createFaults(): GraphFaults {
  return new Faults({ fits, times: 1 });
}

function fits(rule: FaultRule, { method, path }: FaultedRequest): boolean {
  const pattern = rule.path === undefined ? GRAPH_PATH : patternOf(rule.path);
  return (rule.method ?? method) === method && pattern.test(path);
}

/** Longest wait that throttling asks for, in seconds; Graph's pages show 10, and tests would only wait. */
const LONGEST_WAIT = 1;

/** Throttles one request in each so many, by the seed: a run that sends that many meets it for sure. */
export class Throttling {
  private readonly random: () => number;
  private sent = 0;
  private hit = 0;

  constructor(
    private readonly quirks: Pick<Quirks, 'throttling'>,
    private readonly options: { readonly seed: number; readonly every: number },
  ) {
    this.random = seededRandom(options.seed);
  }

  /** A batch is not throttled; the requests in it are, each by itself: https://learn.microsoft.com/graph/throttling */
  next({ path }: FaultedRequest): FaultRule | undefined {
    if (this.quirks.throttling === 'none' || !GRAPH_PATH.test(path) || path.endsWith('/$batch')) return undefined;
    const { every } = this.options;
    if (this.sent % every === 0) this.hit = this.sent + Math.floor(this.random() * every);
    this.sent += 1;
    if (this.sent - 1 !== this.hit) return undefined;
    return { kind: 'throttled', retryAfter: Math.round(this.random() * LONGEST_WAIT) };
  }
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+');
  return new RegExp(`^${escaped}$`, 'i');
}

type ErrorOf = (fault: FaultRule, path: string) => GraphError;

/** The answer of each kind in place of the request; undefined where the request takes its course. */
const ERRORS: Readonly<Record<FaultKind, ErrorOf | undefined>> = {
  throttled: (fault) =>
    retryAfter(
      new GraphError(429, 'TooManyRequests', 'Too many requests. Please wait and try again.'),
      fault.retryAfter ?? 1,
    ),
  unavailable: (fault) =>
    retryAfter(new GraphError(503, 'ServiceUnavailable', 'Service is temporarily unavailable.'), fault.retryAfter),
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

function retryAfter(error: GraphError, seconds: number | undefined): GraphError {
  return seconds === undefined ? error : error.with({ headers: { 'retry-after': String(seconds) } });
}
