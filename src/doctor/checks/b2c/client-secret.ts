import { dayOf, daysBetween } from '../../../../constructs/entra/day';
import { type SecretPeriods, secretPeriodsAt } from '../../../../constructs/entra/secret-periods';
import type { RegisteredApplication } from '../../../clouds/facts/customers-facts';
import { type Check, failure, type Observation, okUnless, warning } from '../../check';
import { examineWeb, PULUMI_UP } from './applications';

/** Days before the end of the last secret from which on it is a failure. */
const URGENT_DAYS = 14;
const RENEW = `${PULUMI_UP}, then npm run handoff`;

/** The client secret lasts, the one of this period was made, and there are no others. */
export const clientSecret: Check = {
  id: 'b2c-client-secret',
  area: 'b2c',
  title: "The web application's client secret lasts, and there is no other",
  run: (input) =>
    examineWeb(input, (web, { webApplication }) => {
      const periods = secretPeriodsAt(webApplication.clientSecret, input.now);
      const strange = strangeSecrets(web, periods, input.now);
      const last = lastOf(web, periods);
      if (last === undefined || last <= input.now) {
        const what =
          last === undefined ? 'there is no client secret' : `the last client secret ended on ${dayOf(last)}`;
        return [...strange, failure(`${what}: no one can sign in`, RENEW)];
      }
      const left = daysBetween(dayOf(input.now), dayOf(last));
      const message = `the client secret ends on ${dayOf(last)}, in ${left} days`;
      if (left <= URGENT_DAYS) return [...strange, failure(message, RENEW)];
      const isDue = last < new Date(periods.current.endDate);
      return okUnless(
        [...strange, ...(isDue ? [warning(`${message}; that of this period was not made yet`, RENEW)] : [])],
        message,
      );
    }),
};

/** End of the last secret that may be the estate's: a stranger's, which may last longer, proves nothing. */
function lastOf({ secretsEnd }: RegisteredApplication, { current }: SecretPeriods): Date | undefined {
  const limit = dayOf(new Date(current.endDate));
  return secretsEnd.filter((end) => dayOf(end) <= limit).toSorted((a, b) => b.getTime() - a.getTime())[0];
}

/** Each period has one secret. */
function strangeSecrets(
  { secretsEnd }: RegisteredApplication,
  { current, previous }: SecretPeriods,
  now: Date,
): readonly Observation[] {
  const own = [current, previous].map(({ endDate }) => dayOf(new Date(endDate)));
  const byEnd = Map.groupBy(
    secretsEnd.filter((end) => end > now),
    dayOf,
  );
  return [...byEnd].flatMap(([end, all]) => {
    const more = all.length - (own.includes(end) ? 1 : 0);
    if (more === 0) return [];
    return [
      failure(
        `${more} client secrets that end on ${end} are not those of the estate's periods: whoever has one acts as the web application`,
        `find out who made it (audit log of Entra ID), delete it (App registrations > the application > Certificates & secrets), then ${PULUMI_UP}`,
      ),
    ];
  });
}
