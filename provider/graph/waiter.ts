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
  /** Time to wait for a state before giving up. @default 3 min */
  readonly totalMs: number;
}

const BACKOFF: BackoffOptions = { firstPauseMs: 500, longestPauseMs: 20_000, totalMs: 180_000 };

/** Pauses between tries: exponential with jitter, so that parallel resources do not knock all at once. */
export class Waiter {
  readonly backoff: BackoffOptions;

  constructor(
    readonly clock: Clock,
    backoff: Partial<BackoffOptions> = {},
  ) {
    this.backoff = { ...BACKOFF, ...backoff };
  }

  /** Pauses before the next try. `atLeastMs` is what the service asked for. */
  async pause(attempt: number, atLeastMs = 0): Promise<void> {
    const { firstPauseMs, longestPauseMs } = this.backoff;
    const longest = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
    const jittered = longest / 2 + (longest / 2) * this.clock.random();
    await this.clock.sleep(Math.max(jittered, atLeastMs));
  }

  /**
   * Tries until there is a result. Gives up after `totalMs`.
   *
   * @throws Error that names what was waited for.
   */
  async until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    const found = await this.find(attempt, this.backoff.totalMs);
    if (found === undefined) {
      const seconds = Math.round(this.backoff.totalMs / 1000);
      throw new Error(`${what}: not so after ${seconds} s`);
    }
    return found;
  }

  /** Tries until there is a result, for `totalMs` at most, and then has none. */
  async find<T>(attempt: () => Promise<T | undefined>, totalMs: number): Promise<T | undefined> {
    const end = this.clock.now() + totalMs;
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
          reject(new Error('canceled'));
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
