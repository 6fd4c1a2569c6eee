import type { Issue } from '../../../source/finding';
import type { WorkforceAlarms } from '../workforce';
import { checkAlarmEmails } from '../../shared/alarm-emails';
import { error } from '../../shared/issue';

/** Who is told of what needs a person. */
export function checkWorkforceAlarms({ at, emails }: WorkforceAlarms): readonly Issue[] {
  const place = [...at, 'emails'];
  return [...(emails.length > 0 ? [] : [nobody(place)]), ...checkAlarmEmails(place, emails)];
}

function nobody(place: Issue['at']): Issue {
  const what = { problem: 'names nobody', allowed: 'an address at least, or no alarms at all' };
  return error('no-alarm-email', place, what);
}
