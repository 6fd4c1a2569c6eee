import { setTimeout as sleep } from 'node:timers/promises';

/** Way to wait, and chance; tests have their own. */
export interface Waiting {
  readonly pause: (seconds: number) => Promise<void>;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

export const WAITING: Waiting = { pause: (seconds) => sleep(seconds * 1000), random: Math.random };

const LONGEST_SECONDS = 30;

/**
 * Seconds before another attempt, `attempt` of which were made: 1, 2, 4 and so on up to 30, less up to half of it by chance, so that
 * accounts that were refused together do not come back together.
 */
export function backOffSeconds(attempt: number, random: () => number): number {
  return Math.min(2 ** (attempt - 1), LONGEST_SECONDS) * (1 - random() / 2);
}

/** Seconds before another look at something under way, `looks` of which were made: from a half up to five. */
export function lookSeconds(looks: number): number {
  return Math.min(2 ** (looks - 1), 10) / 2;
}

const FIRST_PAUSE_SECONDS = 5;

/** Pauses that double, the last one of what is left: 5, 10, 20 and 25 of 60 seconds. */
export function pausesWithin(seconds: number): readonly number[] {
  const pauses: number[] = [];
  for (let pause = FIRST_PAUSE_SECONDS, left = seconds; left > 0; left -= pause, pause *= 2) {
    pauses.push(Math.min(pause, left));
  }
  return pauses;
}

/** Lets time pass once it is called. */
export type Pause = () => Promise<void>;

export function defaultPause(seconds: number): Promise<void> {
  return sleep(seconds * 1000);
}
