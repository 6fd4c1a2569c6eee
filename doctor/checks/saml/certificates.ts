import { daysBetween, dayOf } from '../../../constructs/entra/day';
import { signerOn } from '../../../constructs/entra/saml-schedule';
import type { SamlSettings } from '../../../model/workforce';
import type { ApplicationFacts } from '../../facts/workforce-facts';
import type { Certificate } from '../../../provider/saml/credentials';
import { type Check, failure, type Observation, orWell, warning } from '../../check';
import { examineApplication, PULUMI_UP, workforceOf } from './application';

/** Days before its end from which on a certificate is a failure: changing it needs a person at AWS. */
const URGENT_DAYS = 14;
/** As the programs warn. */
const SOON_DAYS = 60;

/** What is to be done so that AWS trusts a certificate. */
export interface Trusting {
  /** Before an existing one signs: `import the metadata of aws-2027 in IAM Identity Center`. */
  readonly trust: (name: string) => string;
  /** How a new one comes to be. */
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

interface Schedule extends Pick<SamlSettings, 'signingCertificates'> {
  readonly day: string;
  readonly trusting: Trusting;
}

/** Whether the certificate that signs is the one of the day, and how long it does. */
export function examineSigner(found: ApplicationFacts, schedule: Schedule): readonly Observation[] {
  const active = found.certificates.find(({ thumbprint }) => thumbprint === found.activeThumbprint);
  if (active === undefined) {
    return [failure('no certificate is active, so that nobody can sign in to AWS', PULUMI_UP)];
  }
  return orWell(
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
  if (left <= 0) return [failure(`${nameOf(active)} ended on ${endOf(active)}: nobody can sign in to AWS`, advice)];
  const message = `${nameOf(active)} ends on ${endOf(active)}, in ${left} days`;
  if (left <= URGENT_DAYS) return [failure(message, advice)];
  const isFollowed = signingCertificates.some(
    ({ activeFrom, expires }) => activeFrom > day && activeFrom < endOf(active) && expires > endOf(active),
  );
  return left <= SOON_DAYS && !isFollowed ? [warning(`${message}, and has no successor`, advice)] : [];
}

/** The application has no certificate beside the declared ones. */
export const otherCertificates: Check = {
  id: 'saml-other-certificates',
  area: 'saml',
  title: 'No other certificate is left at the application',
  run: (input) =>
    examineApplication(workforceOf(input), (found, { saml }) => {
      const day = dayOf(input.now);
      return orWell(
        [...undeclared(found, saml), ...spent(found, day), ...missing(found, saml)],
        `${found.certificates.length} certificates are as declared`,
      );
    }),
};

function undeclared({ certificates, activeThumbprint }: ApplicationFacts, saml: SamlSettings): readonly Observation[] {
  const names = new Set(saml.signingCertificates.map(({ name }) => name));
  return certificates
    .filter((one) => !names.has(nameOf(one)) && one.thumbprint !== activeThumbprint)
    .map((one) =>
      warning(
        `the certificate ${nameOf(one)} (${one.thumbprint}) is not in the estate`,
        'delete it in the portal (Enterprise applications > the application > Single sign-on > Certificates); whoever can ' +
          'activate it signs in as anybody, if AWS still trusts it',
      ),
    );
}

function spent({ certificates, activeThumbprint }: ApplicationFacts, day: string): readonly Observation[] {
  return certificates
    .filter((one) => endOf(one) <= day && one.thumbprint !== activeThumbprint)
    .map((one) =>
      warning(
        `the certificate ${nameOf(one)} ended on ${endOf(one)} and signs no more`,
        `take it out of the estate, then ${PULUMI_UP}`,
      ),
    );
}

function missing({ certificates }: ApplicationFacts, saml: SamlSettings): readonly Observation[] {
  const names = new Set(certificates.map(nameOf));
  return saml.signingCertificates
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => failure(`the certificate ${name} is not at the application`, PULUMI_UP));
}

function nameOf({ displayName }: Certificate): string {
  return displayName.replace(/^CN=/, '');
}

function endOf({ endDateTime }: Certificate): string {
  return endDateTime.slice(0, 10);
}
