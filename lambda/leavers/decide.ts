import type { Absence, Directory, Observation, StoreUser } from './people';

export interface Rules {
  readonly gracePeriodDays: number;
  /** Users whose removal one run may do at most. */
  readonly maxPerRun: number;
  /** User names, in whatever case, that are never touched. */
  readonly breakGlassUsers: readonly string[];
}

export interface Facts {
  readonly users: readonly StoreUser[];
  readonly directory: Directory;
  readonly observations: readonly Observation[];
  readonly now: Date;
}

/** Somebody who counts as gone. */
export interface Leaver extends StoreUser {
  readonly absence: Absence;
  readonly since: string;
}

export interface Plan {
  readonly kind: 'plan';
  /** To remember from now on. */
  readonly seen: readonly Observation[];
  /** Ids to forget: they are back. */
  readonly back: readonly string[];
  /** Ids of users whose removal began and whose record is gone. */
  readonly removed: readonly string[];
  /** Gone for shorter than the grace period, the longest first. */
  readonly waiting: readonly Leaver[];
  /** Gone for longer, the longest first. */
  readonly due: readonly Leaver[];
  /** Break-glass users that do not exist under this name. */
  readonly missingBreakGlass: readonly string[];
}

/** Nothing may be done with such facts: they can't be right. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly reason: string;
}

/** What is to be done. Pure: the same facts give the same answer. */
export function decide(facts: Facts, rules: Rules): Plan | Refusal {
  const reason = implausible(facts);
  return reason === undefined ? plan(facts, rules) : { kind: 'refusal', reason };
}

/** An answer of Entra ID by which everybody would be unknown is a fault, of the answer or of the tenant that was asked. */
function implausible({ users, directory }: Facts): string | undefined {
  if (directory.size === 0) return 'Entra ID answers that nobody exists';
  const enabled = users.filter(({ isEnabled }) => isEnabled);
  if (enabled.length === 0 || enabled.some((user) => isKnown(user, directory))) return undefined;
  return `none of the ${enabled.length} enabled users of the Identity Store is in Entra ID: is it the right tenant?`;
}

function plan({ users, directory, observations, now }: Facts, rules: Rules): Plan {
  const spared = new Set(rules.breakGlassUsers.map((name) => name.toLowerCase()));
  const known = new Map(observations.map((one) => [one.userId, one]));
  const leavers = users
    .filter(({ userName }) => !spared.has(userName.toLowerCase()))
    .flatMap((user): readonly Leaver[] => {
      const absence = absenceOf(user, directory);
      const since = known.get(user.id)?.since ?? now.toISOString();
      return absence === undefined ? [] : [{ ...user, absence, since }];
    })
    .toSorted((a, b) => compare(a.since, b.since) || compare(a.id, b.id));
  const gone = new Set(leavers.map(({ id }) => id));
  const there = new Set(users.map(({ id }) => id));
  const isDue = ({ since }: Leaver): boolean => now.getTime() - Date.parse(since) >= rules.gracePeriodDays * MS_PER_DAY;
  const names = new Set(users.map(({ userName }) => userName.toLowerCase()));
  return {
    kind: 'plan',
    seen: leavers
      .filter(({ id, absence }) => known.get(id)?.absence !== absence)
      .map((one) => observationOf(one, known)),
    back: observations.flatMap(({ userId, isRemoving }) =>
      gone.has(userId) || (isRemoving && !there.has(userId)) ? [] : [userId],
    ),
    removed: observations.flatMap(({ userId, isRemoving }) => (isRemoving && !there.has(userId) ? [userId] : [])),
    waiting: leavers.filter((leaver) => !isDue(leaver)),
    due: leavers.filter(isDue),
    missingBreakGlass: rules.breakGlassUsers.filter((name) => !names.has(name.toLowerCase())),
  };
}

const MS_PER_DAY = 86_400_000;

function absenceOf(user: StoreUser, directory: Directory): Absence | undefined {
  if (!isKnown(user, directory)) return 'unknown to Entra ID';
  return user.isEnabled ? undefined : 'disabled';
}

/** By object id where provisioning wrote one; a user that was made by hand may have its name. */
function isKnown({ externalId, userName }: StoreUser, directory: Directory): boolean {
  return directory.has((externalId ?? userName).toLowerCase());
}

/** The first sight counts, whatever was seen since. */
function observationOf({ id, userName, absence, since }: Leaver, known: ReadonlyMap<string, Observation>): Observation {
  return { userId: id, userName, absence, since, isRemoving: known.get(id)?.isRemoving ?? false };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
