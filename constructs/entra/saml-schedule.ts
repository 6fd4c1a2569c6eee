import { yearsLater } from '../../src/estate/sections/durations';
import { compareText } from '../../src/estate/source/finding';
import { formatPath } from '../../src/text/values';
import { CERTIFICATE_YEARS } from '../../provider/limits';
import { quotedList } from '../../src/text/suggest';
import type { SamlSettings, SigningCertificate } from '../../src/estate/sections/workforce/workforce';
import { type DayFindings, daysBetween, inDays } from './periods';

/** Days before the end of the certificate that signs, from which on a successor is asked for. */
const SUCCESSOR_DAYS = 60;
/** Days before a certificate begins to sign, from which on its import in AWS is asked for. */
export const IMPORT_DAYS = 30;

/**
 * The certificate that signs on a day: of those that have begun, the latest that AWS has. Before any import it is the first,
 * before which no one could sign in. The order in the estate means nothing.
 */
export function signerOn(certificates: readonly SigningCertificate[], day: string): SigningCertificate | undefined {
  const begun = begunOn(certificates, day);
  return begun.find(({ importedAtAws }) => importedAtAws !== undefined && importedAtAws.day <= day) ?? begun.at(-1);
}

/** The latest certificate that has begun, if it may not sign, since no record says that AWS has it. */
export function heldBackOn(certificates: readonly SigningCertificate[], day: string): SigningCertificate | undefined {
  const [latest] = begunOn(certificates, day);
  return latest === signerOn(certificates, day) ? undefined : latest;
}

function begunOn(certificates: readonly SigningCertificate[], day: string): readonly SigningCertificate[] {
  return certificates.filter(({ activeFrom }) => activeFrom <= day).toSorted(latestFirst);
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
  const next = all.filter(
    ({ activeFrom, importedAtAws }) =>
      activeFrom > day && daysBetween(day, activeFrom) <= IMPORT_DAYS && importedAtAws === undefined,
  );
  const heldBack = heldBackOn(all, day);
  return {
    errors: [
      ...(heldBack === undefined ? [] : [notImported(heldBack, { signer, day, trust })]),
      ...(signer.expires <= day ? [ended(signer, trust)] : []),
      ...tooLong(all, day),
    ],
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

interface HeldBack {
  readonly signer: SigningCertificate;
  readonly day: string;
  readonly trust: CertificateTrust;
}

function notImported(one: SigningCertificate, { signer, day, trust: { todo, output } }: HeldBack): string {
  const { activeFrom, importedAtAws } = one;
  const missing =
    importedAtAws === undefined
      ? 'importedAtAws does not record that AWS has it'
      : `importedAtAws.day is ${importedAtAws.day}, which is after ${day}`;
  return (
    `${place(one)} may sign since ${activeFrom}, but ${missing}; '${signer.name}' signs until then. ` +
    `Run \`pulumi stack output ${output}\` for the certificate, ${todo}, and add importedAtAws: { day: ${day}, by: <name> }; ` +
    `until then, set activeFrom to a later day to deploy something else`
  );
}

function ended(signer: SigningCertificate, { todo }: CertificateTrust): string {
  return (
    `${place(signer)} ended on ${signer.expires}, so that no one can sign in to AWS; ` +
    `add a certificate whose activeFrom is today, ${todo}, and record it as importedAtAws`
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
    ({ activeFrom, expires }) =>
      activeFrom > signer.activeFrom && activeFrom < signer.expires && expires > signer.expires,
  );
  return left > 0 && left <= SUCCESSOR_DAYS && !isFollowed;
}

function endsSoon(signer: SigningCertificate, day: string, { todo }: CertificateTrust): string {
  return (
    `${place(signer)} signs until ${signer.expires} (${inDays(day, signer.expires)}) and has no successor; ` +
    `add a certificate whose activeFrom is before that day, ${todo}, and record it as importedAtAws`
  );
}

function beginsSoon(successor: SigningCertificate, day: string, { todo, output }: CertificateTrust): string {
  const { activeFrom } = successor;
  return (
    `${place(successor)} begins to sign on ${activeFrom} (${inDays(day, activeFrom)}); ${todo} ` +
    `before that day (\`pulumi stack output ${output}\` has it), and add importedAtAws: { day, by }: without it, ` +
    `no deployment succeeds from that day on`
  );
}

function place({ at, name }: SigningCertificate): string {
  return `${formatPath(at)}: '${name}'`;
}
