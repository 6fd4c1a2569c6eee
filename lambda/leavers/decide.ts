import { nameKey } from '../../src/estate/source/names';
import { type Absence, type Directory, identifiersOf, type Observation, type StoreUser } from './people';

export interface Rules {
  readonly gracePeriodDays: number;
  /** Schedule of the function. */
  readonly schedule: keyof typeof PERIOD_DAYS;
  /** Users whose removal one run may do at most. */
  readonly maxPerRun: number;
  /** The same as a share of the users, in percent; and the share of people who may be missing before nothing is believed. */
  readonly maxShare: number;
  /** User names, in whatever case and composition, that are never touched. */
  readonly breakGlassUsers: readonly string[];
}

export interface Facts {
  readonly users: readonly StoreUser[];
  readonly directory: Directory;
  readonly observations: readonly Observation[];
  /** People in Entra ID by the last run that trusted its answer; undefined before the first. */
  readonly lastSize: number | undefined;
  readonly now: Date;
}

/** Somebody who counts as gone. */
export interface Leaver extends StoreUser {
  readonly absence: Absence;
  readonly observation: Observation;
}

/** A removal that began and ended early, of somebody who is known to Entra ID again. */
export interface Interruption {
  readonly userId: string;
  readonly userName: string;
  /** Prefix of the audit record's steps. */
  readonly removal: string;
}

export interface Plan {
  readonly kind: 'plan';
  /** To remember from now on: everybody who is gone. */
  readonly seen: readonly Observation[];
  /** Ids to forget: they are back, or are spared. */
  readonly back: readonly string[];
  /** Ids of users whose removal began and whose record is gone. */
  readonly removed: readonly string[];
  /** To be told, and then no removal any more. */
  readonly interrupted: readonly Interruption[];
  /** Gone, and not yet for good, the longest first. */
  readonly waiting: readonly Leaver[];
  /** Disabled at AWS for good, and known to Entra ID: they stay. */
  readonly kept: readonly Leaver[];
  /** Gone for good, the longest first. */
  readonly due: readonly Leaver[];
  /** Users that the run may remove. */
  readonly limit: number;
  /** Break-glass users that do not exist under this name. */
  readonly missingBreakGlass: readonly string[];
}

/** Nothing may be done with such facts: they can't be right. */
interface Refusal {
  readonly kind: 'refusal';
  readonly reason: string;
}

/** Decides what is to be done. Pure: the same facts give the same answer. */
export function decide(facts: Facts, rules: Rules): Plan | Refusal {
  const spared = new Set(rules.breakGlassUsers.map(nameKey));
  const users = facts.users.filter(({ userName }) => !spared.has(nameKey(userName)));
  const reason = implausible({ ...facts, users }, rules);
  return reason === undefined ? plan(facts, users, rules) : { kind: 'refusal', reason };
}

function plan(facts: Facts, users: readonly StoreUser[], rules: Rules): Plan {
  const { directory, observations, now } = facts;
  const before = new Map(observations.map((one) => [one.userId, one]));
  const leavers = users
    .flatMap((user): readonly Leaver[] => {
      const absence = absenceOf(user, directory);
      if (absence === undefined) return [];
      return [{ ...user, absence, observation: seeAgain({ user, absence, now }, before.get(user.id), rules) }];
    })
    .toSorted((a, b) => ageOf(b.observation.since, now) - ageOf(a.observation.since, now) || (a.id < b.id ? -1 : 1));
  const isGone = ({ observation }: Leaver): boolean =>
    isGoneForGood(observation, before.get(observation.userId), rules);
  const forGood = leavers.filter(isGone);
  const names = new Set(facts.users.map(({ userName }) => nameKey(userName)));
  return {
    kind: 'plan',
    seen: leavers.map(({ observation }) => observation),
    ...goneOrBack(facts, leavers),
    waiting: leavers.filter((leaver) => !isGone(leaver)),
    kept: forGood.filter(({ absence }) => absence === 'disabled'),
    due: forGood.filter(({ absence }) => absence === 'unknown to Entra ID'),
    limit: Math.min(rules.maxPerRun, shareOf(facts.users.length, rules.maxShare)),
    missingBreakGlass: rules.breakGlassUsers.filter((name) => !names.has(nameKey(name))),
  };
}

/** Sorts those whom earlier runs saw gone into those who still are and those who are back. */
function goneOrBack(
  { users, observations }: Facts,
  leavers: readonly Leaver[],
): Pick<Plan, 'back' | 'removed' | 'interrupted'> {
  const there = new Set(users.map(({ id }) => id));
  const gone = new Map(leavers.map(({ id, absence }) => [id, absence]));
  return {
    back: observations.flatMap(({ userId, removal }) => (removal === undefined && !gone.has(userId) ? [userId] : [])),
    removed: observations.flatMap(({ userId, removal }) =>
      removal !== undefined && !there.has(userId) ? [userId] : [],
    ),
    interrupted: observations.flatMap(({ userId, userName, removal }) => {
      const isLeft = removal === undefined || !there.has(userId) || gone.get(userId) === 'unknown to Entra ID';
      return isLeft ? [] : [{ userId, userName, removal }];
    }),
  };
}

/** Whoever Entra ID knows by any id, name or mail address is not unknown, whatever provisioning mapped. */
function absenceOf(user: StoreUser, directory: Directory): Absence | undefined {
  if (!isKnown(user, directory)) return 'unknown to Entra ID';
  return user.isEnabled ? undefined : 'disabled';
}

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const PERIOD_DAYS = { daily: 1, weekly: 7 } as const;

/** A run may begin so much later after the one before than the schedule says. */
const LATE_MS = 6 * MS_PER_HOUR;

/** Runs within this time of each other are one look: somebody who starts the function five times saw nothing five times. */
const ONE_LOOK_MS = 12 * MS_PER_HOUR;

/** Runs that must have seen somebody gone: one for each week of the grace period, and two at least. */
export function sightingsNeeded(gracePeriodDays: number): number {
  return Math.max(2, Math.ceil(gracePeriodDays / 7));
}

/** Record to keep of somebody who is gone. A record that can't be relied on starts over. */
function seeAgain(
  { user, absence, now }: { readonly user: StoreUser; readonly absence: Absence; readonly now: Date },
  before: Observation | undefined,
  rules: Rules,
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
function isGoneForGood(observation: Observation, before: Observation | undefined, rules: Rules): boolean {
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
function isReliable({ since, lastSeen }: Observation, now: Date, rules: Rules): boolean {
  const oldest = Math.max(rules.gracePeriodDays, 2 * PERIOD_DAYS[rules.schedule]) * MS_PER_DAY;
  const age = ageOf(lastSeen, now);
  return Date.parse(since) <= Date.parse(lastSeen) && age >= 0 && age <= oldest;
}

function ageOf(time: string, now: Date): number {
  return now.getTime() - Date.parse(time);
}

/** Difference between the function's clock and Entra ID's that is let pass. */
const CLOCK_MINUTES = 5;

/** People by whom a tenant may shrink between two runs, whatever its size. */
const FEW = 10;

/** Names that a refusal lists. */
const LISTED = 10;

/** So many of the people, in percent; one at least, so that the smallest estate is looked after too. */
function shareOf(people: number, percent: number): number {
  return Math.max(1, Math.floor((people * percent) / 100));
}

export function isKnown(user: StoreUser, directory: Directory): boolean {
  return identifiersOf(user).some((identifier) => directory.has(identifier));
}

/** Reason why the answers can't be right: a fault of Entra ID, of the tenant that was asked, or of the clock. */
function implausible(facts: Facts, rules: Rules): string | undefined {
  return wrongClock(facts) ?? shrunk(facts, rules) ?? strangers(facts, rules);
}

function wrongClock({ now, directory }: Facts): string | undefined {
  const minutes = Math.round((now.getTime() - directory.asOf.getTime()) / 60_000);
  if (Math.abs(minutes) <= CLOCK_MINUTES) return undefined;
  const way = minutes > 0 ? 'ahead of' : 'behind';
  return `the clock of the function is ${Math.abs(minutes)} minutes ${way} Entra ID's`;
}

function shrunk({ directory: { size }, lastSize }: Facts, { maxShare }: Rules): string | undefined {
  if (size === 0) return 'Entra ID answers that it has no users';
  if (lastSize === undefined || lastSize - size <= Math.max(FEW, shareOf(lastSize, maxShare))) return undefined;
  return (
    `Entra ID gave ${lastSize} people at the last run and gives ${size} now: too many less for maxShare (${maxShare} %). ` +
    "Check the tenant and the permission of the application; if so many have left, record the new number (npx --no entra-aws docs operations 'A smaller directory')"
  );
}

/** Provisioning disables who leaves Entra ID within the hour, so hardly anybody is enabled at AWS and unknown there. */
function strangers({ users, directory }: Facts, { maxShare }: Rules): string | undefined {
  const enabled = users.filter(({ isEnabled }) => isEnabled);
  const unknown = enabled.filter((user) => !isKnown(user, directory));
  if (unknown.length === 0) return undefined;
  if (unknown.length === enabled.length) {
    return `none of the ${enabled.length} enabled users of the Identity Store is in Entra ID: is it the right tenant?`;
  }
  if (unknown.length <= shareOf(enabled.length, maxShare)) return undefined;
  const names = unknown.slice(0, LISTED).map(({ userName }) => userName);
  return (
    `${unknown.length} of the ${enabled.length} enabled users of the Identity Store are unknown to Entra ID, more than ` +
    `maxShare (${maxShare} %) lets pass: ${names.join(', ')}${unknown.length > LISTED ? ', …' : ''}. ` +
    'Check that Entra ID gives everybody and that provisioning runs; disable or delete at AWS whoever was made by hand and has left'
  );
}
