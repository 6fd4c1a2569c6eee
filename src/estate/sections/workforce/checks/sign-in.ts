import { CERTIFICATE_YEARS } from '../../../../../provider/limits';
import { compareText } from '../../../source/finding';
import { isDay, yearsLater } from '../../durations';
import { error, type Issues, type KnownNames, unknownNames, warning } from '../../shared/issue';
import { CONDITIONAL_ACCESS_NAME_LENGTH } from '../../limits';
import { titleFault } from '../../shared/rules';
import { signInRules } from '../sign-in-rules';
import type { AwsApplication, SamlSettings, SigningCertificate } from '../workforce';

/** An application, and who may sign in to it. */
type Protected = Pick<AwsApplication, 'at' | 'conditionalAccess' | 'signInManagedElsewhere' | 'assignedGroups'>;

/**
 * Checks who must give a second factor to reach AWS: whether a policy asks for it, and of whom it does not. If it excludes all groups
 * that may sign in, it protects nothing.
 */
export function* checkConditionalAccess(application: Protected, groups: KnownNames): Issues {
  const { at, conditionalAccess: policy, signInManagedElsewhere, assignedGroups } = application;
  if (policy === undefined) {
    if (signInManagedElsewhere === undefined)
      yield warning('no-conditional-access', at, {
        problem: 'no policy of the estate asks for a second factor, and AWS leaves it to Entra ID',
        allowed: 'conditionalAccess, with managedElsewhere where another policy of the tenant covers the application',
      });
    return;
  }
  const place = [...policy.at, 'excludedGroups'];
  const excluded = policy.excludedGroups.map(({ at: where, name }) => ({ at: where, text: name }));
  yield* unknownNames('unknown-excluded-group', excluded, groups);
  for (const { displayName } of signInRules(policy).slice(1)) {
    const fault = titleFault(displayName, CONDITIONAL_ACCESS_NAME_LENGTH);
    const problem = `makes the name '${displayName}', which`;
    if (fault !== undefined)
      yield error('display-name', [...policy.at, 'displayName'], { ...fault, problem: `${problem} ${fault.problem}` });
  }
  // Microsoft Entra, 'Plan a Conditional Access deployment': exclude emergency access accounts from each policy.
  if (policy.state === 'enabled' && excluded.length === 0)
    yield warning('no-emergency-exclusion', place, {
      problem: 'no one can sign in to AWS while the second factor fails for everyone',
      allowed: 'a group of emergency access accounts',
    });
  if (assignedGroups.length > 0 && assignedGroups.every(({ name }) => excluded.some(({ text }) => text === name)))
    yield error('conditional-access-covers-nobody', place, {
      problem: 'excludes every group that is assigned to the application: the policy covers no one',
      allowed: 'fewer groups',
    });
}

/** Lives and succession of the certificates that sign. The estate does not say which one signs today. */
export function* checkSigningCertificates({ signingCertificates }: Pick<SamlSettings, 'signingCertificates'>): Issues {
  const dated = signingCertificates.filter(({ activeFrom, expires }) => isDay(activeFrom) && isDay(expires));
  yield* dated.flatMap((one) => [...checkLife(one)]);
  const sound = dated
    .filter(({ activeFrom, expires }) => activeFrom < expires)
    .toSorted((a, b) => compareText(a.activeFrom, b.activeFrom) || compareText(a.expires, b.expires));
  for (const [index, next] of sound.slice(1).entries()) yield* checkSuccession(sound[index], next);
}

function* checkLife({ at, activeFrom, expires: value }: SigningCertificate): Issues {
  const last = yearsLater(activeFrom, CERTIFICATE_YEARS);
  const early = value < activeFrom ? 'is before the certificate is activated' : 'is the day on which it is activated';
  const late = `is more than ${CERTIFICATE_YEARS} years after ${activeFrom}`;
  if (value <= activeFrom)
    yield error('certificate-life', [...at, 'expires'], {
      value,
      problem: early,
      allowed: `a day after ${activeFrom}`,
    });
  else if (value > last)
    yield error('certificate-life', [...at, 'expires'], { value, problem: late, allowed: `at most ${last}` });
}

/**
 * A certificate signs from its day until the next one's, which a deployment on that day activates if AWS has it: it must live beyond that
 * day's start. The day tells which one is next.
 */
function* checkSuccession(before: SigningCertificate | undefined, next: SigningCertificate): Issues {
  if (before === undefined) return;
  const at = [...next.at, 'activeFrom'];
  const about = { value: next.activeFrom, related: [[...before.at, 'expires']] };
  if (before.activeFrom === next.activeFrom) {
    const problem = `is also the day on which '${before.name}' begins to sign`;
    yield error('certificate-activation', at, { ...about, problem, allowed: 'a day for each certificate' });
  } else if (next.activeFrom >= before.expires) {
    const problem = `leaves a time without a certificate: '${before.name}' ends when ${before.expires} begins`;
    yield error('certificate-gap', at, { ...about, problem, allowed: `earlier than ${before.expires}` });
  }
}
