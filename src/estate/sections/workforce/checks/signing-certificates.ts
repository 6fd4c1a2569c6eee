import { isDay, yearsLater } from '../../durations';
import type { Issue } from '../../../source/finding';
import { compareText } from '../../../source/finding';
import { CERTIFICATE_NAME } from '../../limits';
import { CERTIFICATE_YEARS } from '../../../../../provider/limits';
import type { SamlSettings, SigningCertificate } from '../workforce';
import { duplicates, error, inAnyCase, mismatches, valuesOf } from '../../shared/issue';

/** Names, lives and succession of the certificates that sign. The estate does not say which one signs today. */
export function checkSigningCertificates({
  at,
  signingCertificates: all,
}: Pick<SamlSettings, 'at' | 'signingCertificates'>): readonly Issue[] {
  const sound = all.filter((one) => isDay(one.activeFrom) && isDay(one.expires) && one.activeFrom < one.expires);
  return [
    ...(all.length === 0 ? [none([...at, 'signingCertificates'])] : []),
    ...all.flatMap(checkDays),
    ...all.flatMap(checkImport),
    ...mismatches('certificate-name', valuesOf(all, 'name'), {
      pattern: CERTIFICATE_NAME,
      problem: 'is not a valid certificate name',
      allowed: '1 to 64 letters, digits, spaces, dots, _ and -, without CN=',
    }),
    ...duplicates('duplicate-certificate', valuesOf(all, 'name'), {
      keyOf: inAnyCase,
      problem: 'is the name of two certificates',
      allowed: 'each name once, in whatever case',
    }),
    ...checkSuccession(sound.toSorted(earliestFirst)),
  ];
}

function earliestFirst(one: SigningCertificate, other: SigningCertificate): number {
  return compareText(one.activeFrom, other.activeFrom) || compareText(one.expires, other.expires);
}

function none(at: SamlSettings['at']): Issue {
  const problem = 'AWS trusts no sign-in without a certificate';
  return error('no-certificate', at, { problem, allowed: 'at least one, with name, activeFrom and expires' });
}

function checkDays(certificate: SigningCertificate): readonly Issue[] {
  const { at, activeFrom, expires } = certificate;
  const faulty = (['activeFrom', 'expires'] as const).filter((key) => !isDay(certificate[key]));
  if (faulty.length > 0) {
    const what = { problem: 'is not a valid date', allowed: 'YYYY-MM-DD, such as 2026-01-01' };
    return faulty.map((key) => error('certificate-day', [...at, key], { value: certificate[key], ...what }));
  }
  const last = yearsLater(activeFrom, CERTIFICATE_YEARS);
  const end = [...at, 'expires'];
  if (expires <= activeFrom) {
    const problem =
      expires < activeFrom ? 'is before the certificate is activated' : 'is the day on which it is activated';
    return [error('certificate-life', end, { value: expires, problem, allowed: `a day after ${activeFrom}` })];
  }
  if (expires <= last) return [];
  const problem = `is more than ${CERTIFICATE_YEARS} years after ${activeFrom}`;
  return [error('certificate-life', end, { value: expires, problem, allowed: `at most ${last}` })];
}

function checkImport({ importedAtAws }: SigningCertificate): readonly Issue[] {
  if (importedAtAws === undefined || isDay(importedAtAws.day)) return [];
  const { at, day: value } = importedAtAws;
  return [
    error('certificate-day', [...at, 'day'], {
      value,
      problem: 'is not a valid date',
      allowed: 'YYYY-MM-DD, such as 2026-01-01',
    }),
  ];
}

/**
 * A certificate signs from its day until the next one's, which a deployment on that day activates if AWS has it: it must live beyond that
 * day's start. The day tells which one is next.
 */
function checkSuccession(sorted: readonly SigningCertificate[]): readonly Issue[] {
  return sorted.flatMap((next, index): readonly Issue[] => {
    const before = sorted[index - 1];
    if (before === undefined) return [];
    const at = [...next.at, 'activeFrom'];
    const about = { value: next.activeFrom, related: [[...before.at, 'expires']] };
    if (before.activeFrom === next.activeFrom) {
      const problem = `is also the day on which '${before.name}' begins to sign`;
      return [error('certificate-activation', at, { ...about, problem, allowed: 'a day for each certificate' })];
    }
    if (next.activeFrom < before.expires) return [];
    const problem = `leaves a time without a certificate: '${before.name}' ends when ${before.expires} begins`;
    return [error('certificate-gap', at, { ...about, problem, allowed: `earlier than ${before.expires}` })];
  });
}
