import { daysBetween, dayOf } from '../../../../constructs/entra/day';
import { heldBackOn, IMPORT_DAYS, signerOn } from '../../../../constructs/entra/saml-schedule';
import { together } from '../../../clouds/reading';
import type { SigningCertificate } from '../../../estate/sections/workforce/workforce';
import type { Certificate } from '../../../../provider/saml/credentials';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { workforceOf } from '../saml/application';
import { nameOf } from '../saml/certificates';

/** CloudTrail's event history goes no further back. */
const HISTORY_DAYS = 90;

/**
 * AWS has each certificate before it signs. No API tells which ones AWS trusts: the record in the estate must be younger than the
 * certificate, and CloudTrail must know of an import since the certificate was made.
 */
export const importedCertificates: Check = {
  id: 'console-certificates',
  area: 'console',
  title: 'AWS has each certificate before it signs',
  run: (input) => {
    const workforce = workforceOf(input);
    const { access } = input.facts;
    if (workforce === undefined || access === undefined) return undefined;
    const day = dayOf(input.now);
    const { signingCertificates: declared } = workforce.declared.saml;
    const reading = together({ application: workforce.facts.application, imports: access.certificateImports });
    return examine(reading, ({ application, imports }) => {
      const made = application?.certificates ?? [];
      return okUnless(
        waiting(declared, day).flatMap((one) => [
          ...notRecorded(one, { declared, day }),
          ...notThatOne(one, { made, imports, day }),
        ]),
        'no certificate waits whose import is missing',
      );
    });
  },
};

/** Successors: certificates that begin later than the one that signs. */
function waiting(declared: readonly SigningCertificate[], day: string): readonly SigningCertificate[] {
  const signer = signerOn(declared, day);
  return declared.filter(({ activeFrom }) => signer === undefined || activeFrom > signer.activeFrom);
}

interface Schedule {
  readonly declared: readonly SigningCertificate[];
  readonly day: string;
}

function notRecorded(one: SigningCertificate, { declared, day }: Schedule): readonly Observation[] {
  const { name, activeFrom, importedAtAws } = one;
  if (heldBackOn(declared, day) === one) {
    return [failure(`${name} may sign since ${activeFrom}, but the estate does not record that AWS has it`, IMPORT)];
  }
  const isNear = daysBetween(day, activeFrom) <= IMPORT_DAYS;
  if (importedAtAws !== undefined || activeFrom <= day || !isNear) return [];
  return [warning(`${name} is to sign from ${activeFrom}, and the estate does not record that AWS has it`, IMPORT)];
}

const IMPORT =
  'import it in IAM Identity Center (Settings > Identity source > Manage authentication; `pulumi stack output signingCertificates` has it), then add importedAtAws to it in the estate';

interface Evidence {
  readonly made: readonly Certificate[];
  readonly imports: readonly Date[];
  readonly day: string;
}

/** A record that is older than the certificate is of another one, which has been replaced since. */
function notThatOne({ name, importedAtAws }: SigningCertificate, found: Evidence): readonly Observation[] {
  const certificate = found.made.find((one) => nameOf(one) === name);
  if (importedAtAws === undefined || certificate === undefined) return [];
  const { day, by } = importedAtAws;
  const madeAt = new Date(certificate.startDateTime);
  if (dayOf(madeAt) > day) {
    return [
      failure(`${name} was made on ${dayOf(madeAt)}, but its import is recorded on ${day}: AWS has another`, AGAIN),
    ];
  }
  const isInHistory = daysBetween(day, found.day) < HISTORY_DAYS;
  if (!isInHistory || found.imports.some((at) => at >= madeAt)) return [];
  return [failure(`${by} recorded the import of ${name} on ${day}, but CloudTrail has none since it was made`, AGAIN)];
}

const AGAIN = `${IMPORT} with the day of that import; until then, take importedAtAws out, so that it does not sign`;
