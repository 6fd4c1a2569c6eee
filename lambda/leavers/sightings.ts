import type { Absence, Observation, StoreUser } from './people';

export type LeaversSchedule = 'daily' | 'weekly';

export interface SightingRules {
  readonly gracePeriodDays: number;
  /** Schedule of the function. */
  readonly schedule: LeaversSchedule;
}

/** Somebody who counts as gone now. */
export interface Sighting {
  readonly user: StoreUser;
  readonly absence: Absence;
  readonly now: Date;
}

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const PERIOD_DAYS: Readonly<Record<LeaversSchedule, number>> = { daily: 1, weekly: 7 };

/** A run may begin so much later after the one before than the schedule says. */
const LATE_MS = 6 * MS_PER_HOUR;

/** Runs within this time of each other are one look: somebody who starts the function five times saw nothing five times. */
const ONE_LOOK_MS = 12 * MS_PER_HOUR;

/** Runs that must have seen somebody gone: one for each week of the grace period, and two at least. */
export function sightingsNeeded(gracePeriodDays: number): number {
  return Math.max(2, Math.ceil(gracePeriodDays / 7));
}

/** Record to keep of somebody who is gone. A record that can't be relied on starts over. */
export function seeAgain(
  { user, absence, now }: Sighting,
  before: Observation | undefined,
  rules: SightingRules,
): Observation {
  const time = now.toISOString();
  const common = {
    userId: user.id,
    userName: user.userName,
    absence,
    lastSeen: time,
    ...(before?.removal !== undefined && { removal: before.removal }),
  };
  if (before === undefined || !isReliable(before, now, rules) || isDeletedNow(before, absence)) {
    return { ...common, since: time, sightings: 1 };
  }
  const isAnotherLook = ageOf(before.lastSeen, now) >= ONE_LOOK_MS;
  return { ...common, since: before.since, sightings: before.sightings + (isAnotherLook ? 1 : 0) };
}

/** Somebody who was disabled so far, perhaps on leave, and whose account in Entra ID is gone now, perhaps by mistake. */
function isDeletedNow(before: Observation, absence: Absence): boolean {
  return before.removal === undefined && before.absence === 'disabled' && absence === 'unknown to Entra ID';
}

/**
 * Tells whether somebody has been gone for the whole grace period, by enough runs, of which the last before this one is
 * no further back than the schedule says. After runs that failed, the next one that works is not yet enough.
 */
export function isGoneForGood(
  observation: Observation,
  before: Observation | undefined,
  rules: SightingRules,
): boolean {
  if (before === undefined) return false;
  const now = new Date(observation.lastSeen);
  return (
    ageOf(before.lastSeen, now) <= PERIOD_DAYS[rules.schedule] * MS_PER_DAY + LATE_MS &&
    ageOf(observation.since, now) >= rules.gracePeriodDays * MS_PER_DAY &&
    observation.sightings >= sightingsNeeded(rules.gracePeriodDays)
  );
}

/**
 * Tells whether times and clock agree, and runs looked after the record. One that no run has refreshed for a grace
 * period (or for two periods of the schedule, if that is longer) is the word of another time.
 */
function isReliable({ since, lastSeen }: Observation, now: Date, rules: SightingRules): boolean {
  const oldest = Math.max(rules.gracePeriodDays, 2 * PERIOD_DAYS[rules.schedule]) * MS_PER_DAY;
  const age = ageOf(lastSeen, now);
  return Date.parse(since) <= Date.parse(lastSeen) && age >= 0 && age <= oldest;
}

function ageOf(time: string, now: Date): number {
  return now.getTime() - Date.parse(time);
}
