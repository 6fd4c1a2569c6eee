import { CanceledError } from './error';

/** Time as the provider sees it; tests bring their own. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
}

export interface BackoffOptions {
  /** First pause between two tries. @default 500 ms */
  readonly firstPauseMs: number;
  /** Longest pause between two tries. @default 20 s */
  readonly longestPauseMs: number;
  /** Time to wait for a state before giving up, where the operation has no time of its own. @default 3 min */
  readonly totalMs: number;
}

const BACKOFF: BackoffOptions = { firstPauseMs: 500, longestPauseMs: 20_000, totalMs: 180_000 };

/** Tries of one request in an operation that has no time of its own, the first included. */
const TRIES = 8;

/** Pauses between tries: exponential with jitter, so that parallel resources do not knock all at once. */
export class Waiter {
  readonly backoff: BackoffOptions;
  /** Moment at which the operation gives up; undefined if each wait has its own time. */
  private readonly end: number | undefined;

  /** @param timeoutMs time of the whole operation, all its waits and retries (`customTimeouts`) */
  constructor(
    readonly clock: Clock,
    backoff: Partial<BackoffOptions> = {},
    private readonly timeoutMs?: number,
  ) {
    this.backoff = { ...BACKOFF, ...backoff };
    this.end = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
  }

  /**
   * Tells whether a request may be sent again after a pause of at least `atLeastMs`: until the time of the operation is over,
   * or eight times.
   *
   * @param attempt requests that were sent before the last one
   */
  mayRetry(attempt: number, atLeastMs = 0): boolean {
    if (this.end === undefined) return attempt + 1 < TRIES;
    return this.clock.now() + Math.max(atLeastMs, 1) < this.end;
  }

  /** Pauses before the next try. `atLeastMs` is what the service asked for. */
  async pause(attempt: number, atLeastMs = 0): Promise<void> {
    const { firstPauseMs, longestPauseMs } = this.backoff;
    const longest = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
    const jittered = longest / 2 + (longest / 2) * this.clock.random();
    const left = this.end === undefined ? Infinity : Math.max(this.end - this.clock.now(), 0);
    await this.clock.sleep(Math.max(Math.min(jittered, left), atLeastMs));
  }

  /**
   * Tries until there is a result. Gives up after the time of the operation, or after `totalMs`.
   *
   * @throws Error that names what was waited for.
   */
  async until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    const found = await this.find(attempt, this.timeoutMs ?? this.backoff.totalMs);
    if (found !== undefined) return found;
    const seconds = Math.round((this.timeoutMs ?? this.backoff.totalMs) / 1000);
    throw new Error(`${what}: not so after ${seconds} s; customTimeouts of the resource sets another time`);
  }

  /** Tries until there is a result, for `totalMs` and the time of the operation at most, and then has none. */
  async find<T>(attempt: () => Promise<T | undefined>, totalMs: number): Promise<T | undefined> {
    const end = Math.min(this.clock.now() + totalMs, this.end ?? Infinity);
    for (let tries = 0; ; tries += 1) {
      const result = await attempt();
      if (result !== undefined || this.clock.now() >= end) return result;
      await this.pause(tries);
    }
  }
}

/** The clock on the wall. A pause ends early, with an error, when the engine cancels. */
export function systemClock(signal: AbortSignal): Clock {
  return {
    now: Date.now,
    random: Math.random,
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          reject(new CanceledError());
        };
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        }, ms);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
  };
}
