import type { SecretRotation } from '../../src/estate/sections/customers/customers';

/** Findings of a check that depends on the day. */
export interface DayFindings {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const MS_PER_DAY = 86_400_000;

/** The day in UTC: `2026-01-31`. Such days compare as texts. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** Days from one day to another, both as `2026-01-31`; negative if the other is earlier. */
export function daysBetween(day: string, other: string): number {
  return (Date.parse(other) - Date.parse(day)) / MS_PER_DAY;
}

/** `in 1 day`, `in 12 days`. */
export function inDays(day: string, other: string): string {
  const days = daysBetween(day, other);
  return days === 1 ? 'in 1 day' : `in ${days} days`;
}

/** Two slots take turns: the secret of period 4 is in `even`, that of period 5 in `odd`. */
export type Slot = 'even' | 'odd';

/** A client secret: made for one period, it lives for two. */
export interface SecretPeriod {
  /** Period from the start of the rotation; negative before it, since the rotation has no beginning. */
  readonly number: number;
  readonly slot: Slot;
  /** Its end. Graph gives back this very text, so that a refresh sees no difference: `2026-06-30T00:00:00Z`. */
  readonly endDate: string;
}

export interface SecretPeriods {
  /** The one to sign in with. It lives for more than a whole period yet. */
  readonly current: SecretPeriod;
  /** The one before: it lives until the current period ends, for those who have not taken over the current one. */
  readonly previous: SecretPeriod;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The two client secrets that there are at a moment. From one period to the next only the older one is replaced, which
 * has ended by then.
 */
export function secretPeriodsAt(rotation: Pick<SecretRotation, 'start' | 'periodDays'>, now: Date): SecretPeriods {
  const start = Date.parse(`${rotation.start}T00:00:00Z`);
  const periodMs = rotation.periodDays * DAY_MS;
  const number = Math.floor((now.getTime() - start) / periodMs);
  const periodOf = (period: number): SecretPeriod => ({
    number: period,
    slot: period % 2 === 0 ? 'even' : 'odd',
    endDate: `${new Date(start + (period + 2) * periodMs).toISOString().slice(0, 10)}T00:00:00Z`,
  });
  return { current: periodOf(number), previous: periodOf(number - 1) };
}
