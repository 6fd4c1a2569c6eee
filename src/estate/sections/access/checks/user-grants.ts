import { isDay, yearsLater } from '../../durations';
import type { Access } from '../../estate';
import { error, warning } from '../../shared/issue';
import type { Issue } from '../../../source/finding';
import { isUserGrant, type UserGrant } from '../ended-grants';

/** Years that an exception may be ahead at most: one that no one looks at again is not an exception. */
const YEARS = 1;

/** Ends of exceptions: days of the calendar, not far ahead, and not over. */
export function checkUserGrants({ grants, endedGrants = [] }: Access, latestDay: string): readonly Issue[] {
  return [
    ...grants.filter(isUserGrant).flatMap((grant) => checkEnd(grant, latestDay)),
    ...endedGrants.filter(isUserGrant).map(ended),
  ];
}

function checkEnd({ at, holder: { until } }: UserGrant, latestDay: string): readonly Issue[] {
  const last = yearsLater(latestDay, YEARS);
  if (isDay(until) && until <= last) return [];
  const problem = isDay(until) ? 'is more than a year ahead' : 'is not a valid date';
  return [error('user-grant-date', [...at, 'until'], { value: until, problem, allowed: `a day up to ${last}` })];
}

function ended({ at, holder: { name, until } }: UserGrant): Issue {
  return warning('user-grant-ended', [...at, 'until'], {
    value: until,
    problem: `is over: the grant to user '${name}' gives nothing, and the next deployment takes away what it gave`,
    allowed: 'remove the grant, or give it a later day where the reason still holds',
  });
}
