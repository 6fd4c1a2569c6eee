import { isDay, yearsLater } from '../../durations';
import type { Issue } from '../../../source/finding';
import { compareText } from '../../../source/finding';
import { CERTIFICATE_YEARS } from '../../../../../provider/limits';
import type { SamlSettings, SigningCertificate } from '../workforce';
import { error } from '../../shared/issue';

/** Lives and succession of the certificates that sign. The estate does not say which one signs today. */
export function checkSigningCertificates({
  signingCertificates: all,
}: Pick<SamlSettings, 'signingCertificates'>): readonly Issue[] {
  const dated = all.filter(({ activeFrom, expires }) => isDay(activeFrom) && isDay(expires));
  const sound = dated.filter(({ activeFrom, expires }) => activeFrom < expires);
  return [...dated.flatMap(checkLife), ...checkSuccession(sound.toSorted(earliestFirst))];
}

function earliestFirst(one: SigningCertificate, other: SigningCertificate): number {
  return compareText(one.activeFrom, other.activeFrom) || compareText(one.expires, other.expires);
}

function checkLife({ at, activeFrom, expires }: SigningCertificate): readonly Issue[] {
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
