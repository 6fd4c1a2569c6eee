import { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { z } from 'zod';
import type { ProviderMetadata } from './metadata';
import { pemOf } from './response';
import { BEARER, EMAIL_ADDRESS, readXml, several, SUCCESS, Text } from './xml';

/** What a service provider trusts, and goes by. */
export interface Trust {
  /** The identity provider as its metadata was uploaded; nothing is fetched. */
  readonly provider: Pick<ProviderMetadata, 'entityId' | 'certificates'>;
  /** Identifier of this service provider. */
  readonly audience: string;
  /** Address of its assertion consumer service. */
  readonly replyUrl: string;
  readonly now: Date;
}

/** Why an answer is refused. */
export type Reason =
  | 'unreadable'
  | 'failed-at-provider'
  | 'wrong-destination'
  | 'not-one-assertion'
  | 'not-signed'
  | 'signed-by-another'
  | 'altered'
  | 'expired-certificate'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-recipient'
  | 'not-yet-valid'
  | 'expired'
  | 'wrong-name-id';

export interface Refusal<Why = Reason> {
  readonly kind: 'refused';
  readonly reason: Why;
  /** What was found, and what is wanted. */
  readonly detail: string;
}

/** Who signed in. */
interface Accepted {
  readonly kind: 'accepted';
  readonly nameId: string;
  readonly assertionId: string;
  /** From then on the assertion is worth nothing. */
  readonly ends: Date;
}

const Conditions = z.object({
  '@NotBefore': z.iso.datetime(),
  '@NotOnOrAfter': z.iso.datetime(),
  AudienceRestriction: z.object({ Audience: several(z.string()) }),
});

const Confirmation = z.object({
  '@Method': z.string(),
  SubjectConfirmationData: z.object({ '@Recipient': z.string(), '@NotOnOrAfter': z.iso.datetime() }),
});

const Signed = z.object({
  Assertion: z.object({
    '@ID': z.string(),
    Issuer: Text,
    Subject: z.object({
      NameID: z.object({ '@Format': z.string(), '#text': z.string() }).optional(),
      SubjectConfirmation: several(Confirmation),
    }),
    Conditions,
  }),
});

const EmailAddress = z.email({ pattern: z.regexes.rfc5322Email });

type Assertion = z.output<typeof Signed>['Assertion'];

/** The part of an answer that no signature covers, and so no more than what it says of itself. */
const Answer = z.object({
  Response: z.object({
    '@Destination': z.string().optional(),
    Status: z.object({ StatusCode: z.object({ '@Value': z.string() }) }),
  }),
});

/** Checks an answer to a sign-in. Only what a trusted certificate signed is read of it. */
export function checkAnswer(xml: string, trust: Trust): Accepted | Refusal {
  const fault = findOuterFault(xml, trust);
  if (fault !== undefined) return fault;
  const signed = verified(xml, trust);
  if (typeof signed !== 'string') return signed;
  const assertion = readXml(signed, Signed)?.Assertion;
  if (assertion === undefined) return refused('not-signed', 'the signature covers something else than the assertion');
  return findFault(assertion, trust) ?? nameOf(assertion);
}

function findOuterFault(xml: string, { replyUrl }: Trust): Refusal | undefined {
  const answer = readXml(xml, Answer)?.Response;
  if (answer === undefined) return refused('unreadable', 'it is no SAML response');
  const { '@Value': status } = answer.Status.StatusCode;
  if (status !== SUCCESS) return refused('failed-at-provider', `its status is ${status}`);
  const { '@Destination': destination = replyUrl } = answer;
  if (destination !== replyUrl) return unlike('wrong-destination', 'Destination', [destination, replyUrl]);
  // A second one could be read in place of the one that is signed.
  const assertions = xml.match(/<(?:[\w.-]+:)?(?:Encrypted)?Assertion[\s>]/g) ?? [];
  const isOne = assertions.length === 1 && !assertions.some((tag) => tag.includes('Encrypted'));
  if (isOne) return undefined;
  return refused('not-one-assertion', `it has ${assertions.length} assertions; wanted is one, not encrypted`);
}

/** The bytes that a trusted certificate signed, as they were signed: without comments, each namespace where it counts. */
function verified(xml: string, { provider, now }: Trust): string | Refusal {
  const signature = /<((?:[\w.-]+:)?Signature)[\s>].*?<\/\1>/s.exec(xml)?.[0];
  if (signature === undefined) return refused('not-signed', 'the assertion has no signature');
  const trusted = provider.certificates.map((base64) => new X509Certificate(pemOf(base64)));
  for (const certificate of trusted) {
    const signed = signedBy(xml, signature, certificate);
    if (signed === undefined) continue;
    if (certificate.validToDate > now) return signed;
    return refused('expired-certificate', `${named(certificate)} ended on ${certificate.validToDate.toISOString()}`);
  }
  const signer = signerOf(signature);
  if (signer !== undefined && trusted.some((one) => one.fingerprint === signer.fingerprint)) {
    return refused('altered', `${named(signer)} did not sign the assertion as it is`);
  }
  const uploaded = trusted.length === 0 ? 'none' : trusted.map(named).join(', ');
  const found = signer === undefined ? 'a certificate that it does not name' : named(signer);
  return refused('signed-by-another', `it is signed by ${found}; certificates that were uploaded: ${uploaded}`);
}

/** What this certificate signed; undefined where it signed nothing, or something else. */
function signedBy(xml: string, signature: string, certificate: X509Certificate): string | undefined {
  // The key is the one that is trusted, never the one that the answer brings.
  const checker = new SignedXml({ publicCert: certificate.toString(), getCertFromKeyInfo: () => null });
  try {
    checker.loadSignature(signature);
    const isSigned = checker.checkSignature(xml);
    const [signed, ...more] = checker.getSignedReferences();
    return isSigned && more.length === 0 ? signed : undefined;
  } catch {
    // The library throws for what it does not support, and for an id that two elements have.
    return undefined;
  }
}

function signerOf(signature: string): X509Certificate | undefined {
  const base64 = /<(?:[\w.-]+:)?X509Certificate>([^<]*)</.exec(signature)?.[1] ?? '';
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}

/** `CN=insurance-aws-2026 (3F0A…)` */
function named({ subject, fingerprint }: X509Certificate): string {
  return `${subject} (SHA-1 ${fingerprint.replaceAll(':', '')})`;
}

function findFault(assertion: Assertion, trust: Trust): Refusal | undefined {
  const { Issuer: issuer, Conditions: conditions, Subject: subject } = assertion;
  const { audience, replyUrl, now, provider } = trust;
  if (issuer !== provider.entityId) return unlike('wrong-issuer', 'Issuer', [issuer, provider.entityId]);
  const audiences = conditions.AudienceRestriction.Audience;
  if (!audiences.includes(audience)) return unlike('wrong-audience', 'Audience', [audiences.join(', '), audience]);
  const bearers = subject.SubjectConfirmation.filter((one) => one['@Method'] === BEARER);
  const bearer = bearers.find((one) => one.SubjectConfirmationData['@Recipient'] === replyUrl);
  if (bearer === undefined) {
    const found = bearers.map((one) => one.SubjectConfirmationData['@Recipient']).join(', ');
    return unlike('wrong-recipient', 'Recipient', [found, replyUrl]);
  }
  const begins = conditions['@NotBefore'];
  if (new Date(begins) > now)
    return refused('not-yet-valid', `it is valid from ${begins}; now it is ${now.toISOString()}`);
  const ends = [conditions['@NotOnOrAfter'], bearer.SubjectConfirmationData['@NotOnOrAfter']];
  const ended = ends.find((end) => new Date(end) <= now);
  if (ended !== undefined) return refused('expired', `it was valid until ${ended}; now it is ${now.toISOString()}`);
  return undefined;
}

/** Who signed in, where the NameID is one that IAM Identity Center takes. */
function nameOf({
  '@ID': assertionId,
  Subject: { NameID: nameId },
  Conditions: conditions,
}: Assertion): Accepted | Refusal {
  if (nameId === undefined) return refused('wrong-name-id', 'it has no NameID');
  const { '@Format': format, '#text': value } = nameId;
  if (format !== EMAIL_ADDRESS) return unlike('wrong-name-id', 'NameID format', [format, EMAIL_ADDRESS]);
  if (!EmailAddress.safeParse(value).success) {
    return refused('wrong-name-id', `its NameID '${value}' is not an e-mail address`);
  }
  return { kind: 'accepted', nameId: value, assertionId, ends: new Date(conditions['@NotOnOrAfter']) };
}

function unlike(reason: Reason, what: string, [found, wanted]: readonly [string, string]): Refusal {
  return refused(reason, `its ${what} is '${found}'; wanted is '${wanted}'`);
}

export function refused<const Why extends string>(reason: Why, detail: string): Refusal<Why> {
  return { kind: 'refused', reason, detail };
}
