import { setTimeout as sleep } from 'node:timers/promises';

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
