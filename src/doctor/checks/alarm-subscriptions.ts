import { quotedList } from '../../text/suggest';
import type { Observed } from '../check';
import type { AlarmTopic } from '../../clouds/facts/hosting-facts';

export interface Severity {
  /** Of an address whose owner has not confirmed. */
  readonly pending: 'warning' | 'failure';
  /** Of an address that was never asked. */
  readonly missing: 'warning' | 'failure';
  /** Command that brings addresses to the topic. */
  readonly deploy: string;
}

/** Findings on declared addresses that get no alarm. */
export function alarmSubscriptions(
  { confirmed, pending }: AlarmTopic,
  emails: readonly string[],
  { deploy, ...outcome }: Severity,
): Observed {
  const unconfirmed = emails.filter((email) => pending.includes(email));
  const missing = emails.filter((email) => !confirmed.includes(email) && !pending.includes(email));
  const advice = "confirm by the link in AWS's e-mail";
  return [
    ...(unconfirmed.length === 0
      ? []
      : [{ outcome: outcome.pending, message: `alarms are not confirmed by ${quotedList(unconfirmed)}`, advice }]),
    ...(missing.length === 0
      ? []
      : [{ outcome: outcome.missing, message: `alarms do not reach ${quotedList(missing)}`, advice: deploy }]),
  ];
}
