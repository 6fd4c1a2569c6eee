import type { Issue, Path } from '../../source/finding';
import { EMAIL } from '../hosting/hosting-limits';
import { error, repeated } from './issue';

/** Checks the addresses that are told of alarms; `at` is the place of the list. */
export function checkAlarmEmails(at: Path, addresses: readonly string[]): readonly Issue[] {
  const emails = addresses.map((email, index) => ({ email, at: [...at, index] }));
  return [
    ...emails
      .filter(({ email }) => !EMAIL.test(email))
      .map(({ email, at: place }) =>
        error('alarm-email', place, {
          value: email,
          problem: 'is not a valid e-mail address',
          allowed: 'name@example.com',
        }),
      ),
    ...repeated(emails, ({ email }) => email.toLowerCase()).map(({ item, first }) =>
      error('duplicate-alarm-email', item.at, {
        value: item.email,
        problem: 'is listed twice',
        allowed: 'each address once, in whatever case',
        related: [first.at],
      }),
    ),
  ];
}
