import { daysBetween, dayOf } from '../../../../constructs/entra/day';
import type { TokenEvent } from '../../../clouds/facts/access-facts';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { workforceOf } from '../saml/application';

/** AWS warns from 90 days before the end on. */
const SOON_DAYS = 90;
const URGENT_DAYS = 14;
/** A token lives for one year; a day more or less is a matter of time zones. */
const LIFE_DAYS = 365;
const SLACK_DAYS = 2;

const ROTATE = 'rotate it without a gap: npx --no entra-aws scim rotate';

/** The SCIM token lasts, and its recorded end is the true one. */
export const token: Check = {
  id: 'scim-token',
  area: 'scim',
  title: 'The SCIM token lasts',
  run: (input) => {
    const scim = workforceOf(input)?.declared.scim;
    if (scim === undefined) return undefined;
    const { tokenExpires } = scim;
    const day = dayOf(input.now);
    return okUnless(
      daysLeft(tokenExpires, day),
      `the SCIM token ends on ${tokenExpires}, in ${daysBetween(day, tokenExpires)} days`,
    );
  },
};

function daysLeft(expires: string, day: string): readonly Observation[] {
  const left = daysBetween(day, expires);
  if (left <= 0) return [failure(`the SCIM token ended on ${expires}: nothing is provisioned any more`, ROTATE)];
  if (left > SOON_DAYS) return [];
  const message = `the SCIM token ends on ${expires}, in ${left} days`;
  return [left <= URGENT_DAYS ? failure(message, ROTATE) : warning(message, ROTATE)];
}

/** No token is left beside the one in use, and its recorded end is the true one. No API lists them: CloudTrail tells. */
export const tokens: Check = {
  id: 'scim-tokens',
  area: 'scim',
  title: 'One SCIM token is there, and its end is recorded',
  run: (input) => {
    const scim = workforceOf(input)?.declared.scim;
    const { access } = input.facts;
    if (scim === undefined || access === undefined) return undefined;
    return examine(access.tokenEvents, (events) =>
      okUnless(
        [...left(events), ...misrecorded(events, scim.tokenExpires)],
        'CloudTrail knows of no second token in the last 90 days',
      ),
    );
  },
};

/** AWS takes two at most (IAM Identity Center User Guide, 'Automatic provisioning'). */
const MOST_TOKENS = 2;

function left(events: readonly TokenEvent[]): readonly Observation[] {
  const latest = events.find(({ kind }) => kind === 'made');
  if (latest === undefined || tokensLeft(events) < MOST_TOKENS) return [];
  return [
    failure(
      `two SCIM tokens are there: the last was made by ${latest.by} on ${dayOf(latest.at)}`,
      'once provisioning works with the new one, delete the old one at AWS (Manage provisioning); delete a token that you did not make at once',
    ),
  ];
}

/**
 * Tokens that are there after the events, which come with the latest first. A deletion tells that one was there before the
 * first of them, unless that would have been more than AWS takes.
 */
function tokensLeft(events: readonly TokenEvent[]): number {
  const countsFrom = (start: number): readonly number[] =>
    events
      .toReversed()
      .reduce<readonly number[]>(
        (counts, { kind }) => [...counts, (counts.at(-1) ?? start) + (kind === 'made' ? 1 : -1)],
        [start],
      );
  const before = events.some(({ kind }) => kind === 'deleted') ? 1 : 0;
  const counts = countsFrom(before);
  const isPossible = counts.every((count) => count <= MOST_TOKENS);
  return (isPossible ? counts : countsFrom(0)).at(-1) ?? before;
}

function misrecorded(events: readonly TokenEvent[], expires: string): readonly Observation[] {
  const latest = events.find(({ kind }) => kind === 'made');
  if (latest === undefined) return [];
  const life = daysBetween(dayOf(latest.at), expires);
  if (Math.abs(life - LIFE_DAYS) <= SLACK_DAYS) return [];
  return [
    warning(
      `the last SCIM token was made by ${latest.by} on ${dayOf(latest.at)}, but the recorded end is ${expires}, which is ` +
        'not a year after that',
      'set workforce.awsApplication.scim.tokenExpires to the day that Manage provisioning shows, or put the new token into provisioning',
    ),
  ];
}
