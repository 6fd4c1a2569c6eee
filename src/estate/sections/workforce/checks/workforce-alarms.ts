import type { Issue } from '../../../source/finding';
import type { WorkforceAlarms } from '../workforce';
import { checkAlarmEmails } from '../../shared/alarm-emails';
import { error } from '../../shared/issue';

/** Checks the addresses that are told of what needs a person. */
export function checkWorkforceAlarms({ at, emails }: WorkforceAlarms): readonly Issue[] {
  const place = [...at, 'emails'];
  return [...(emails.length > 0 ? [] : [noAddress(place)]), ...checkAlarmEmails(place, emails)];
}

function noAddress(place: Issue['at']): Issue {
  const what = { problem: 'lists no one', allowed: 'at least one address, or no alarms' };
  return error('no-alarm-email', place, what);
}
