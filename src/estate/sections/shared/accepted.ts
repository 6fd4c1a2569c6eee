import { z } from 'zod';
import { located, type Output } from '../../source/located';
import { isDay } from '../durations';
import { DAY } from '../limits';
import { Name, Reason } from './rules';

const AcceptedEntry = located(
  z.strictObject({
    way: Name.describe('Way in as the import and the doctor print it: `owner 3fa85f64-…`.'),
    reason: Reason.describe('Person who decided that it stays, and why.'),
    until: Name.refine(isDay, { error: 'is not a valid date', params: { allowed: 'YYYY-MM-DD' } }).meta({
      description: 'Last day in UTC on which it is accepted; afterwards the doctor reports it again.',
      pattern: DAY.source,
    }),
  }),
);

/** Key of an application that this estate did not make alone. */
export const Accepted = z
  .array(AcceptedEntry)
  .describe(
    'Ways into the application that the estate does not make and that stay: owners, credentials, permissions, consents. The doctor reports all others.',
  )
  .default([]);

export type AcceptedWay = Output<typeof AcceptedEntry>;

/** Ways in that are accepted on a day. */
export function acceptedOn(accepted: readonly AcceptedWay[], day: string): readonly string[] {
  return accepted.filter(({ until }) => day <= until).map(({ way }) => way);
}
