import { yearsLater } from '../../src/estate/sections/durations';
import { compareText } from '../../src/estate/source/finding';
import { formatPath } from '../../src/text/path';
import { CERTIFICATE_YEARS } from '../../provider/limits';
import { quotedList } from '../../src/text/suggest';
import type { SamlSettings, SigningCertificate } from '../../src/estate/sections/workforce/workforce';
import { daysBetween, inDays, type DayFindings } from './day';

/** Days before the end of the certificate that signs, from which on a successor is asked for. */
const SUCCESSOR_DAYS = 60;
/** Days before a certificate begins to sign, from which on its import in AWS is asked for. */
const IMPORT_DAYS = 30;

/** The certificate that signs on a day: of those that have begun the latest. The order in the estate means nothing. */
export function signerOn(certificates: readonly SigningCertificate[], day: string): SigningCertificate | undefined {
  return certificates.filter(({ activeFrom }) => activeFrom <= day).toSorted(latestFirst)[0];
}

function latestFirst(one: SigningCertificate, other: SigningCertificate): number {
  return (
    compareText(other.activeFrom, one.activeFrom) ||
    compareText(other.expires, one.expires) ||
    compareText(one.name, other.name)
  );
}

/** Way in which AWS learns of a certificate. */
export interface CertificateTrust {
  /** Step of a person: `import it in IAM Identity Center`. */
  readonly todo: string;
  /** The stack's output that has the certificates. */
  readonly output: string;
}

const IDENTITY_CENTER: CertificateTrust = { todo: 'import it in IAM Identity Center', output: 'signingCertificates' };

/** Findings about the certificates on a day, and about what will soon be wrong. */
export function checkSigning(
  saml: Pick<SamlSettings, 'at' | 'signingCertificates'>,
  day: string,
  trust = IDENTITY_CENTER,
): DayFindings {
  const { signingCertificates: all } = saml;
  const signer = signerOn(all, day);
  if (signer === undefined) return { errors: [noneSigns(saml, day)], warnings: [] };
  const spent = all.filter((one) => one !== signer && one.activeFrom <= day && one.expires <= day);
  const next = all.filter(({ activeFrom }) => activeFrom > day && daysBetween(day, activeFrom) <= IMPORT_DAYS);
  return {
    errors: [...(signer.expires <= day ? [ended(signer, trust)] : []), ...tooLong(all, day)],
    warnings: [
      ...(needsSuccessor(signer, { all, day }) ? [endsSoon(signer, day, trust)] : []),
      ...next.map((one) => beginsSoon(one, day, trust)),
      ...spent.map((one) => `${place(one)} ended on ${one.expires} and signs no more; take it out of the estate`),
    ],
  };
}

function noneSigns({ at, signingCertificates }: Pick<SamlSettings, 'at' | 'signingCertificates'>, day: string): string {
  const given = signingCertificates.map(({ name, activeFrom }) => `${name} from ${activeFrom}`);
  const path = formatPath([...at, 'signingCertificates']);
  return `${path}: no certificate signs on ${day} (${quotedList(given)}); SAML needs one whose activeFrom is ${day} or earlier`;
}

function ended(signer: SigningCertificate, { todo }: CertificateTrust): string {
  return (
    `${place(signer)} ended on ${signer.expires}, so that no one can sign in to AWS; ` +
    `add a certificate whose activeFrom is today, and ${todo}`
  );
}

/** A certificate lives from the deployment that makes it, whenever its turn comes; one that was made has less time left. */
function tooLong(all: readonly SigningCertificate[], day: string): readonly string[] {
  const last = yearsLater(day, CERTIFICATE_YEARS);
  return all
    .filter(({ expires }) => expires > last)
    .map(
      (one) =>
        `${place(one)} would be made on ${day} and end on ${one.expires}, but lives for ${CERTIFICATE_YEARS} years at most; ` +
        `set expires to ${last} or earlier, or add the certificate later`,
    );
}

interface Certificates {
  readonly all: readonly SigningCertificate[];
  readonly day: string;
}

/** A successor that begins only when it ends leaves a time in which nothing signs: it does not count. */
function needsSuccessor(signer: SigningCertificate, { all, day }: Certificates): boolean {
  const left = daysBetween(day, signer.expires);
  const isFollowed = all.some(
    ({ activeFrom, expires }) => activeFrom > day && activeFrom < signer.expires && expires > signer.expires,
  );
  return left > 0 && left <= SUCCESSOR_DAYS && !isFollowed;
}

function endsSoon(signer: SigningCertificate, day: string, { todo }: CertificateTrust): string {
  return (
    `${place(signer)} signs until ${signer.expires} (${inDays(day, signer.expires)}) and has no successor; ` +
    `add a certificate whose activeFrom is before that day, and ${todo} before it signs`
  );
}

function beginsSoon(successor: SigningCertificate, day: string, { todo, output }: CertificateTrust): string {
  const { activeFrom } = successor;
  return (
    `${place(successor)} begins to sign on ${activeFrom} (${inDays(day, activeFrom)}); ${todo} ` +
    `before that day (\`pulumi stack output ${output}\` has it), and run \`pulumi up\` on that day to activate it`
  );
}

function place({ at, name }: SigningCertificate): string {
  return `${formatPath(at)}: '${name}'`;
}
