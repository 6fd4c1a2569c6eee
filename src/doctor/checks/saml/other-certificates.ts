import { dayOf } from '../../../../constructs/entra/day';
import { quotedList } from '../../../text/suggest';
import type { SigningCertificate } from '../../../estate/sections/workforce/workforce';
import type { Certificate } from '../../../../provider/saml/credentials';
import { type Check, failure, type Observation, okUnless, warning } from '../../check';
import type { SamlApplication } from '../../../clouds/facts/application-facts';
import { examineApplication, PULUMI_UP, workforceOf } from './application';
import { endOf, nameOf } from './certificates';

/** The application has no certificate beside the declared ones. */
export const otherCertificates: Check = {
  id: 'saml-other-certificates',
  area: 'saml',
  title: 'No other certificate is left at the application',
  run: (input) =>
    examineApplication(workforceOf(input), (found, { saml }) =>
      examineOthers(found, { ...saml, day: dayOf(input.now) }),
    ),
};

interface Declared {
  readonly signingCertificates: readonly SigningCertificate[];
  readonly day: string;
  /** SHA-1 of the certificates that the estate's own files name. @default no file names any */
  readonly trusted?: readonly string[];
}

/** Tells whether the certificates of an application are the declared ones, signing or waiting, and no others. */
export function examineOthers(found: SamlApplication, declared: Declared): readonly Observation[] {
  return okUnless(
    [
      ...declared.signingCertificates.flatMap((one) => ofName(found, one)),
      ...unknown(found, declared),
      ...undeclared(found, declared),
      ...spent(found, declared.day),
    ],
    `${found.certificates.length} certificates are as declared`,
  );
}

const DELETE = 'delete it in the portal (Enterprise applications > the application > Single sign-on > Certificates)';
const FIND_OUT = `compare with \`pulumi stack output signingCertificates\` and, in an emergency access, emergencySigningCertificates; ${DELETE} if it is not there, find out who made it, and run this again`;

/** A name proves nothing: whoever may add a certificate chooses it. */
function ofName({ certificates }: SamlApplication, declared: SigningCertificate): readonly Observation[] {
  const all = certificates.filter((one) => nameOf(one) === declared.name);
  if (all.length === 0) return [failure(`the certificate ${declared.name} is not at the application`, PULUMI_UP)];
  return [
    ...(all.length === 1
      ? []
      : [
          failure(
            `${all.length} certificates have the name ${declared.name}: ${quotedList(all.map(({ thumbprint }) => thumbprint))}`,
            FIND_OUT,
          ),
        ]),
    ...all.filter((one) => endOf(one) !== declared.expires).map((one) => otherEnd(one, declared)),
  ];
}

function otherEnd(found: Certificate, { name, expires }: SigningCertificate): Observation {
  return failure(
    `the certificate ${name} (${found.thumbprint}) ends on ${endOf(found)}, declared is ${expires}: it is another one`,
    FIND_OUT,
  );
}

/** Certificates of declared names that no file of the estate knows by their thumbprints. */
function unknown(
  { certificates }: SamlApplication,
  { signingCertificates, trusted }: Declared,
): readonly Observation[] {
  const names = new Set(signingCertificates.map(({ name }) => name));
  return certificates
    .filter((one) => names.has(nameOf(one)) && trusted?.includes(one.thumbprint) === false)
    .map((one) =>
      failure(
        `the certificate ${nameOf(one)} (${one.thumbprint}) is not in emergency.metadataFile`,
        `if \`pulumi stack output emergencySigningCertificates\` has it, add it there and deploy the emergency access; otherwise ${DELETE}`,
      ),
    );
}

function undeclared(
  { certificates, activeThumbprint }: SamlApplication,
  { signingCertificates }: Declared,
): readonly Observation[] {
  const names = new Set(signingCertificates.map(({ name }) => name));
  return certificates
    .filter((one) => !names.has(nameOf(one)) && one.thumbprint !== activeThumbprint)
    .map((one) =>
      failure(
        `the certificate ${nameOf(one)} (${one.thumbprint}) is not in the estate`,
        `${DELETE}; whoever can activate it signs in as anybody, if AWS still trusts it`,
      ),
    );
}

function spent({ certificates, activeThumbprint }: SamlApplication, day: string): readonly Observation[] {
  return certificates
    .filter((one) => endOf(one) <= day && one.thumbprint !== activeThumbprint)
    .map((one) =>
      warning(
        `the certificate ${nameOf(one)} ended on ${endOf(one)} and signs no more`,
        `take it out of the estate, then ${PULUMI_UP}`,
      ),
    );
}
