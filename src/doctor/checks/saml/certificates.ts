import { daysBetween, dayOf } from '../../../../constructs/entra/day';
import { signerOn } from '../../../../constructs/entra/saml-schedule';
import type { SamlSettings } from '../../../estate/sections/workforce/workforce';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import type { Certificate } from '../../../../provider/saml/credentials';
import { type Check, failure, type Observation, okUnless, warning } from '../../check';
import { examineApplication, PULUMI_UP, workforceOf } from './application';

/** Days before its end from which on a certificate is a failure: changing it needs a person at AWS. */
const URGENT_DAYS = 14;
/** As the programs warn. */
const SOON_DAYS = 60;

/** Steps after which AWS trusts a certificate. */
export interface Trusting {
  /** Before an existing one signs: `import the metadata of aws-2027 in IAM Identity Center`. */
  readonly trust: (name: string) => string;
  /** Advice for a new one. */
  readonly add: string;
}

const IDENTITY_CENTER: Trusting = {
  trust: (name) => `import the metadata of ${name} in IAM Identity Center`,
  add: `add a certificate to workforce.awsApplication.saml.signingCertificates, ${PULUMI_UP}, and import it in IAM Identity Center before it signs`,
};

/** The certificate that signs is the declared one, and lasts. */
export const signingCertificate: Check = {
  id: 'saml-certificate',
  area: 'saml',
  title: 'The signing certificate is active and lasts',
  run: (input) =>
    examineApplication(workforceOf(input), (found, { saml }) =>
      examineSigner(found, { ...saml, day: dayOf(input.now), trusting: IDENTITY_CENTER }),
    ),
};

export interface Schedule extends Pick<SamlSettings, 'signingCertificates'> {
  readonly day: string;
  readonly trusting: Trusting;
}

/** Tells whether the certificate that signs is the one of the day, and how long it does. */
export function examineSigner(found: SamlApplication, schedule: Schedule): readonly Observation[] {
  const active = found.certificates.find(({ thumbprint }) => thumbprint === found.activeThumbprint);
  if (active === undefined) {
    return [failure('no certificate is active, so that no one can sign in to AWS', PULUMI_UP)];
  }
  return okUnless(
    [...asDeclared(active, schedule), ...daysLeft(active, schedule)],
    `${nameOf(active)} signs until ${endOf(active)} (${daysBetween(schedule.day, endOf(active))} days)`,
  );
}

function asDeclared(active: Certificate, { signingCertificates, day, trusting }: Schedule): readonly Observation[] {
  const signer = signerOn(signingCertificates, day);
  if (signer === undefined || signer.name === nameOf(active)) return [];
  return [
    failure(
      `the certificate ${nameOf(active)} signs, but since ${signer.activeFrom} it should be ${signer.name}`,
      `${trusting.trust(signer.name)}, then ${PULUMI_UP}`,
    ),
  ];
}

function daysLeft(active: Certificate, { signingCertificates, day, trusting }: Schedule): readonly Observation[] {
  const left = daysBetween(day, endOf(active));
  const advice = trusting.add;
  if (left <= 0) return [failure(`${nameOf(active)} ended on ${endOf(active)}: no one can sign in to AWS`, advice)];
  const message = `${nameOf(active)} ends on ${endOf(active)}, in ${left} days`;
  if (left <= URGENT_DAYS) return [failure(message, advice)];
  const isFollowed = signingCertificates.some(
    ({ activeFrom, expires }) => activeFrom > day && activeFrom < endOf(active) && expires > endOf(active),
  );
  return left <= SOON_DAYS && !isFollowed ? [warning(`${message}, and has no successor`, advice)] : [];
}

/** Subject without `CN=`. */
export function nameOf({ displayName }: Certificate): string {
  return displayName.replace(/^CN=/, '');
}

/** Day in UTC on which it ends. */
export function endOf({ endDateTime }: Certificate): string {
  return endDateTime.slice(0, 10);
}
