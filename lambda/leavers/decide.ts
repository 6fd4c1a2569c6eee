import { nameKey } from '../../src/estate/source/name-key';
import type { Absence, Directory, Observation, StoreUser } from './people';
import { implausible, isKnown, shareOf } from './plausible';
import type { SightingRules } from './sightings';
import { isGoneForGood, seeAgain } from './sightings';

export interface Rules extends SightingRules {
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
export interface Refusal {
  readonly kind: 'refusal';
  readonly reason: string;
}

/** Decides what is to be done. Pure: the same facts give the same answer. */
export function decide(facts: Facts, rules: Rules): Plan | Refusal {
  const spared = new Set(rules.breakGlassUsers.map(nameKey));
  const users = facts.users.filter(({ userName }) => !spared.has(nameKey(userName)));
  const reason = implausible({ ...facts, users }, rules.maxShare);
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
    .toSorted((a, b) => compare(a.observation.since, b.observation.since) || compare(a.id, b.id));
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

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
