import type { CustomersOutputs } from './customers-outputs';
import { HandoffError } from './store';
import type { Target } from './target';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The current secret lives for more than a whole period yet. One that does not is of a period that is over, or over for good:
 * the stack was not deployed since, and services that took it over would lose it before the next one is due.
 *
 * @throws HandoffError if the secret has ended, or ends within a period of the estate's rotation
 */
export function checkSecretLife(target: Target, { clientSecretExpires }: CustomersOutputs, now: Date): void {
  const { periodDays } = target.customers.webApplication.clientSecret;
  const days = (Date.parse(clientSecretExpires) - now.getTime()) / DAY_MS;
  if (days > periodDays) return;
  const day = clientSecretExpires.slice(0, 10);
  const state =
    days <= 0
      ? `ended on ${day}`
      : `ends on ${day}, within the ${periodDays} days of a period (customers.webApplication.clientSecret.period)`;
  throw new HandoffError(
    `The client secret of the stack ${target.stack} ${state}: nothing was written.\n` +
      `Make the one that is due, then run this again: pulumi up --stack ${target.stack}`,
  );
}
