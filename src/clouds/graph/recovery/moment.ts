import { type Properties, textOf } from '../../../../provider/values';

const DAY_MS = 86_400_000;

/** Moment of the creation of an object; not a number where Graph has none. */
export function madeAt(object: Properties): number {
  return Date.parse(textOf(object['createdDateTime']));
}

/**
 * An answer that was lost is asked for again within minutes, and a run that was killed is repeated the same day. What was made
 * another day, or at an unknown time, may have the name by chance: display names are free.
 */
export function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < DAY_MS;
}

/** Longest time from the last write of the state to what its run made last. */
const LAST_STEP_MS = 900_000;

/** True of what the run that last wrote the state may have made. */
export function isOfRun(made: number, savedAt: number): boolean {
  return isNear(made, savedAt) && made < savedAt + LAST_STEP_MS;
}
