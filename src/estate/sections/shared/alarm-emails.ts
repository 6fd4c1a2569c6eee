import type { Issue, Path } from '../../source/finding';
import { EMAIL } from '../hosting/hosting-limits';
import { duplicates, inAnyCase, mismatches, placed } from './issue';

/** Checks the addresses that are told of alarms; `at` is the place of the list. */
export function checkAlarmEmails(at: Path, addresses: readonly string[]): readonly Issue[] {
  const emails = placed(addresses, at);
  const words = { pattern: EMAIL, problem: 'is not a valid e-mail address', allowed: 'name@example.com' };
  return [
    ...mismatches('alarm-email', emails, words),
    ...duplicates('duplicate-alarm-email', emails, {
      keyOf: inAnyCase,
      allowed: 'each address once, in whatever case',
    }),
  ];
}
