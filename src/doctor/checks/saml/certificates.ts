import { dayOf, daysBetween } from '../../../../constructs/entra/periods';
import { heldBackOn, IMPORT_DAYS, signerOn } from '../../../../constructs/entra/saml-schedule';
import type { Certificate } from '../../../../provider/saml/credentials';
import type { SamlApplication } from '../../../clouds/facts/trust-facts';
import type { Assigned, MadeByPulumi } from '../../../clouds/facts/workforce-facts';
import { together } from '../../../clouds/reading';
import type { AwsApplication, SamlSettings, SigningCertificate } from '../../../estate/sections/workforce/workforce';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { bothOf, check, examine, failure, type Observed, okUnless, warning, workforceOf } from '../../check';
import { examineFound, WORKFORCE_UP } from '../applications';

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
  add: `add a certificate to workforce.awsApplication.saml.signingCertificates, ${WORKFORCE_UP}, and import it in IAM Identity Center before it signs`,
};

/** The certificate that signs is the declared one, and lasts. */
export const signingCertificate = check(workforceOf, {
  id: 'saml-certificate',
  title: 'The signing certificate is active and lasts',
  run: ({ declared, facts }, { now }) =>
    examineFound(facts.application, declared, (found) =>
      examineSigner(found, { ...declared.saml, day: dayOf(now), trusting: IDENTITY_CENTER }),
    ),
});

interface Schedule extends Pick<SamlSettings, 'signingCertificates'> {
  readonly day: string;
  readonly trusting: Trusting;
}

/** Tells whether the certificate that signs is the one of the day, and how long it does. */
export function examineSigner(
  { certificates, activeThumbprint }: SamlApplication,
  { signingCertificates, day, trusting }: Schedule,
): Observed {
  const active = certificates.find(({ thumbprint }) => thumbprint === activeThumbprint);
  if (active === undefined) {
    return [failure('no certificate is active, so that no one can sign in to AWS', WORKFORCE_UP)];
  }
  const [name, signer] = [nameOf(active), signerOn(signingCertificates, day)];
  return okUnless(
    [
      signer !== undefined &&
        signer.name !== name &&
        failure(
          `the certificate ${name} signs, but since ${signer.activeFrom} it should be ${signer.name}`,
          `${trusting.trust(signer.name)}, then ${WORKFORCE_UP}`,
        ),
      daysLeft(active, { signingCertificates, day, trusting }),
    ],
    `${name} signs until ${endOf(active)} (${daysBetween(day, endOf(active))} days)`,
  );
}

function daysLeft(active: Certificate, { signingCertificates, day, trusting }: Schedule) {
  const [name, end] = [nameOf(active), endOf(active)];
  const left = daysBetween(day, end);
  const advice = trusting.add;
  if (left <= 0) return failure(`${name} ended on ${end}: no one can sign in to AWS`, advice);
  const message = `${name} ends on ${end}, in ${left} days`;
  if (left <= URGENT_DAYS) return failure(message, advice);
  const isFollowed = signingCertificates.some(
    ({ activeFrom, expires }) => activeFrom > day && activeFrom < end && expires > end,
  );
  return left <= SOON_DAYS && !isFollowed && warning(`${message}, and has no successor`, advice);
}

/** Subject without `CN=`. */
export function nameOf({ displayName }: Certificate): string {
  return displayName.replace(/^CN=/, '');
}

/** Day in UTC on which it ends. */
function endOf({ endDateTime }: Certificate): string {
  return endDateTime.slice(0, 10);
}

/** The application has no certificate beside the declared ones. */
export const otherCertificates = check(workforceOf, {
  id: 'saml-other-certificates',
  title: 'No other certificate is left at the application',
  run: ({ declared, facts }, { now }) =>
    examineFound(facts.application, declared, (found) => examineOthers(found, { ...declared.saml, day: dayOf(now) })),
});

interface Declared {
  readonly signingCertificates: readonly SigningCertificate[];
  readonly day: string;
  /** SHA-1 of the certificates that the estate's own files name. @default no file names any */
  readonly trusted?: readonly string[];
}

/** Tells whether the certificates of an application are the declared ones, signing or waiting, and no others. */
export function examineOthers(found: SamlApplication, declared: Declared): Observed {
  const { certificates } = found;
  return okUnless(
    [
      ...declared.signingCertificates.flatMap((one) => examineNamed(certificates, one)),
      ...certificates.flatMap((one) => examineOne(one, one.thumbprint === found.activeThumbprint, declared)),
    ],
    `${certificates.length} certificates are as declared`,
  );
}

const DELETE = 'delete it in the portal (Enterprise applications > the application > Single sign-on > Certificates)';
const FIND_OUT = `compare with \`pulumi stack output signingCertificates\` and, in an emergency access, emergencySigningCertificates; ${DELETE} if it is not there, find out who made it, and run this again`;

/** A name proves nothing: whoever may add a certificate chooses it. */
function examineNamed(certificates: readonly Certificate[], { name, expires }: SigningCertificate): Observed {
  const all = certificates.filter((one) => nameOf(one) === name);
  const thumbprints = quotedList(all.map(({ thumbprint }) => thumbprint));
  return [
    all.length === 0 && failure(`the certificate ${name} is not at the application`, WORKFORCE_UP),
    all.length > 1 && failure(`${all.length} certificates have the name ${name}: ${thumbprints}`, FIND_OUT),
    ...all.map(
      (one) =>
        endOf(one) !== expires &&
        failure(
          `the certificate ${name} (${one.thumbprint}) ends on ${endOf(one)}, declared is ${expires}: it is another one`,
          FIND_OUT,
        ),
    ),
  ];
}

function examineOne(one: Certificate, isActive: boolean, { signingCertificates, trusted, day }: Declared): Observed {
  const [name, end] = [nameOf(one), endOf(one)];
  const what = `the certificate ${name} (${one.thumbprint})`;
  const isDeclared = signingCertificates.some((declared) => declared.name === name);
  return [
    // No file of the estate knows its thumbprint.
    isDeclared &&
      trusted?.includes(one.thumbprint) === false &&
      failure(
        `${what} is not in emergency.metadataFile`,
        `if \`pulumi stack output emergencySigningCertificates\` has it, add it there and deploy the emergency access; otherwise ${DELETE}`,
      ),
    !isDeclared &&
      !isActive &&
      failure(
        `${what} is not in the estate`,
        `${DELETE}; whoever can activate it signs in as anybody, if AWS still trusts it`,
      ),
    !isActive &&
      end <= day &&
      warning(
        `the certificate ${name} ended on ${end} and signs no more`,
        `take it out of the estate, then ${WORKFORCE_UP}`,
      ),
  ];
}

/** Application, certificates and groups are those that the program made, by their ids: a name proves nothing. */
export const pulumiIds = check(workforceOf, {
  id: 'saml-pulumi-ids',
  title: 'Application, certificates and groups are those that Pulumi made',
  run: ({ declared, facts: { application, assigned } }, { facts: { made } }) =>
    made &&
    examine(together({ made, application, assigned }), (found) =>
      okUnless(
        [
          ...(found.application === undefined ? [] : applicationFaults(found.application, found.made, declared)),
          ...groupFaults(found.assigned, found.made),
        ],
        'ids and thumbprints are those of the stack',
      ),
    ),
});

function applicationFaults(
  { appId, certificates, activeThumbprint }: SamlApplication,
  made: MadeByPulumi,
  { displayName, saml }: AwsApplication,
): Observed {
  return [
    made.applicationId !== appId &&
      failure(
        `the application ${showValue(displayName)} is ${appId}, but Pulumi made ${made.applicationId ?? 'none'}`,
        `find out who registered it (audit log of Entra ID), delete it, then ${WORKFORCE_UP}`,
      ),
    ...certificates.map((one) => {
      const [name, own] = [nameOf(one), made.certificates.get(nameOf(one))];
      const isDeclared = saml.signingCertificates.some((declared) => declared.name === name);
      return (
        isDeclared &&
        own !== one.thumbprint &&
        failure(
          `the certificate ${name} (${one.thumbprint}) ${one.thumbprint === activeThumbprint ? 'signs' : 'waits'}, but Pulumi made ${own ?? 'none of that name'}`,
          `find out who made it, ${DELETE}, then ${WORKFORCE_UP}`,
        )
      );
    }),
  ];
}

function groupFaults({ groups }: Assigned, made: MadeByPulumi): Observed {
  return groups.map(({ id, name }) => {
    const own = made.groups.get(name);
    return (
      own !== undefined &&
      own !== id &&
      failure(
        `the group ${showValue(name)} that is assigned is ${id}, but that of the estate is ${own}`,
        `take the assignment of ${id} away, find out who made that group, then ${WORKFORCE_UP}; do not provision it on demand, since grants go by the name`,
      )
    );
  });
}

/** CloudTrail's event history goes no further back. */
const HISTORY_DAYS = 90;

/**
 * AWS has each certificate before it signs. No API tells which ones AWS trusts: the record in the estate must be younger than the
 * certificate, and CloudTrail must know of an import since the certificate was made.
 */
export const importedCertificates = check(bothOf, {
  id: 'console-certificates',
  title: 'AWS has each certificate before it signs',
  run: ({ declared: { saml }, facts: { application }, access: { certificateImports: imports } }, { now }) => {
    const day = dayOf(now);
    const { signingCertificates } = saml;
    const signer = signerOn(signingCertificates, day);
    const successors = signingCertificates.filter(
      ({ activeFrom }) => signer === undefined || activeFrom > signer.activeFrom,
    );
    return examine(together({ application, imports }), (found) =>
      okUnless(
        successors.flatMap((one) => [
          notRecorded(one, { isHeldBack: heldBackOn(signingCertificates, day) === one, day }),
          notThatOne(one, { made: found.application?.certificates ?? [], imports: found.imports, day }),
        ]),
        'no certificate waits whose import is missing',
      ),
    );
  },
});

const IMPORT =
  'import it in IAM Identity Center (Settings > Identity source > Manage authentication; `pulumi stack output signingCertificates` has it), then add importedAtAws to it in the estate';
const AGAIN = `${IMPORT} with the day of that import; until then, take importedAtAws out, so that it does not sign`;

function notRecorded(
  { name, activeFrom, importedAtAws }: SigningCertificate,
  { isHeldBack, day }: { readonly isHeldBack: boolean; readonly day: string },
) {
  if (isHeldBack) {
    return failure(`${name} may sign since ${activeFrom}, but the estate does not record that AWS has it`, IMPORT);
  }
  const isNear = activeFrom > day && daysBetween(day, activeFrom) <= IMPORT_DAYS;
  return (
    importedAtAws === undefined &&
    isNear &&
    warning(`${name} is to sign from ${activeFrom}, and the estate does not record that AWS has it`, IMPORT)
  );
}

interface Evidence {
  readonly made: readonly Certificate[];
  readonly imports: readonly Date[];
  readonly day: string;
}

/** A record that is older than the certificate is of another one, which has been replaced since. */
function notThatOne({ name, importedAtAws }: SigningCertificate, { made, imports, day: today }: Evidence) {
  const certificate = made.find((one) => nameOf(one) === name);
  if (importedAtAws === undefined || certificate === undefined) return false;
  const { day, by } = importedAtAws;
  const madeAt = new Date(certificate.startDateTime);
  if (dayOf(madeAt) > day) {
    return failure(
      `${name} was made on ${dayOf(madeAt)}, but its import is recorded on ${day}: AWS has another`,
      AGAIN,
    );
  }
  return (
    daysBetween(day, today) < HISTORY_DAYS &&
    !imports.some((at) => at >= madeAt) &&
    failure(`${by} recorded the import of ${name} on ${day}, but CloudTrail has none since it was made`, AGAIN)
  );
}
