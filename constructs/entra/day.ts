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
