import { dayOf, daysBetween } from '../../../../constructs/entra/day';
import { type SecretPeriods, secretPeriodsAt } from '../../../../constructs/entra/secret-periods';
import type { Credential } from '../../../clouds/facts/trust-facts';
import { secretWay } from '../../../clouds/facts/ways-in';
import { acceptedOn } from '../../../estate/sections/shared/accepted';
import { type Check, failure, type Observation, okUnless, warning } from '../../check';
import { orAccept } from '../trust/examine-trust';
import { examineWeb, PULUMI_UP } from './applications';

/** Days before the end of the last secret from which on it is a failure. */
const URGENT_DAYS = 14;
const RENEW = `${PULUMI_UP}, then npx --no entra-aws deploy handoff`;

/** The client secret lasts, the one of this period was made, and there are no others. */
export const clientSecret: Check = {
  id: 'b2c-client-secret',
  area: 'b2c',
  title: "The web application's client secret lasts, and there is no other",
  run: (input) =>
    examineWeb(input, (web, { webApplication }) => {
      const periods = secretPeriodsAt(webApplication.clientSecret, input.now);
      const accepted = acceptedOn(webApplication.accepted, dayOf(input.now));
      const isAccepted = (secret: Credential): boolean => accepted.includes(secretWay(secret).way);
      const strange = strangeSecrets(
        web.secrets.filter((one) => !isAccepted(one)),
        { periods, now: input.now },
      );
      const last = lastOf(web.secrets, periods, isAccepted);
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

/** End of the last secret that may be the estate's or is accepted: a stranger's, which may last longer, proves nothing. */
function lastOf(
  secrets: readonly Credential[],
  { current }: SecretPeriods,
  isAccepted: (one: Credential) => boolean,
): Date | undefined {
  const limit = dayOf(new Date(current.endDate));
  const [last] = secrets
    .filter((one) => isAccepted(one) || dayOf(new Date(one.end)) <= limit)
    .map(({ end }) => new Date(end))
    .toSorted((a, b) => b.getTime() - a.getTime());
  return last;
}

interface Periods {
  readonly periods: SecretPeriods;
  readonly now: Date;
}

/** Each period has one secret. */
function strangeSecrets(
  secrets: readonly Credential[],
  { periods: { current, previous }, now }: Periods,
): readonly Observation[] {
  const own = [current, previous].map(({ endDate }) => dayOf(new Date(endDate)));
  const byEnd = Map.groupBy(
    secrets.filter(({ end }) => new Date(end) > now),
    ({ end }) => dayOf(new Date(end)),
  );
  return [...byEnd].flatMap(([end, all]) => {
    const more = all.length - (own.includes(end) ? 1 : 0);
    if (more === 0) return [];
    return [
      failure(
        `${more} client secrets that end on ${end} are not those of the estate's periods: whoever has one acts as the web application`,
        `find out who made it (audit log of Entra ID), delete it (App registrations > the application > Certificates & secrets), then ${PULUMI_UP}${orAccept(all.map(secretWay))}`,
      ),
    ];
  });
}
