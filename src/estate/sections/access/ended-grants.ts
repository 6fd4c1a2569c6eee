import { compareText } from '../../source/finding';
import { daysLater, isDay } from '../durations';
import type { Access, Grant, UserHolder } from '../estate';

/** A grant to a user: an exception. */
export type UserGrant = Grant & { readonly holder: UserHolder };

export function isUserGrant(grant: Grant): grant is UserGrant {
  return grant.holder.kind === 'user';
}

/**
 * Tells whether an exception has ended: its last day is over in every time zone, the westernmost too.
 *
 * @param latestDay the last day that has begun anywhere
 */
export function hasEnded({ until }: UserHolder, latestDay: string): boolean {
  return isDay(until) && latestDay >= daysLater(until, 2);
}

/** The section without the exceptions that have ended, which are kept apart. */
export function withoutEnded(access: Access, latestDay: string): Access {
  const isOver = (grant: Grant): boolean => isUserGrant(grant) && hasEnded(grant.holder, latestDay);
  const endedGrants = access.grants.filter(isOver);
  if (endedGrants.length === 0) return access;
  return { ...access, grants: access.grants.filter((grant) => !isOver(grant)), endedGrants };
}

/** User names of those to whom an estate makes grants, each once: whom a snapshot looks up, and no one else. */
export function grantedUsers({ grants, endedGrants = [] }: Pick<Access, 'grants' | 'endedGrants'>): readonly string[] {
  const names = [...grants, ...endedGrants].filter(isUserGrant).map(({ holder }) => holder.name);
  return [...new Set(names)].toSorted(compareText);
}
