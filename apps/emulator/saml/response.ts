import { SignedXml } from 'xml-crypto';
import { ASSERTION, BEARER, PROTOCOL, SUCCESS, writeXml } from './xml';

/** Somebody as an answer names them. */
export interface Subject {
  /** Undefined where the attribute that it comes from is empty. */
  readonly nameId: { readonly format: string; readonly value: string } | undefined;
  /** Values by the name of the claim. */
  readonly claims: ReadonlyMap<string, string>;
}

/** An answer before it is signed. */
export interface Answer extends Subject {
  readonly issuer: string;
  /** Identifier of the application. */
  readonly audience: string;
  readonly replyUrl: string;
  /** Id of the request; undefined for a sign-in that the identity provider began. */
  readonly inResponseTo: string | undefined;
  readonly now: Date;
  /** Id of the answer; the assertion's is another. */
  readonly ids: { readonly response: string; readonly assertion: string };
}

export interface SigningKey {
  /** PEM. */
  readonly privateKey: string;
  /** Base64 of DER. */
  readonly certificate: string;
}

/** Minutes in which an assertion is valid, and may be handed in: 'Single sign-on SAML protocol'. */
const VALID_MINUTES = 70;
const HAND_IN_MINUTES = 5;

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * The answer to a sign-in, with a signed assertion:
 * https://learn.microsoft.com/entra/identity-platform/single-sign-on-saml-protocol
 */
export function signedResponse(answer: Answer, key: SigningKey): string {
  const assertion = "//*[local-name(.)='Assertion']";
  const signer = new SignedXml({
    privateKey: key.privateKey,
    publicCert: pemOf(key.certificate),
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signer.addReference({
    xpath: assertion,
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  signer.computeSignature(unsignedResponse(answer), {
    location: { reference: `${assertion}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

/** PEM of a certificate in base64 of DER. */
export function pemOf(certificate: string): string {
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function unsignedResponse(answer: Answer): string {
  const { issuer, replyUrl, inResponseTo, now, ids } = answer;
  return writeXml({
    'samlp:Response': {
      '@xmlns:samlp': PROTOCOL,
      '@ID': ids.response,
      '@Version': '2.0',
      '@IssueInstant': now.toISOString(),
      '@Destination': replyUrl,
      ...(inResponseTo !== undefined && { '@InResponseTo': inResponseTo }),
      Issuer: { '@xmlns': ASSERTION, '#text': issuer },
      'samlp:Status': { 'samlp:StatusCode': { '@Value': SUCCESS } },
      Assertion: assertionOf(answer),
    },
  });
}

function assertionOf({ issuer, audience, claims, now, ids, ...rest }: Answer) {
  const instant = now.toISOString();
  return {
    '@xmlns': ASSERTION,
    '@ID': ids.assertion,
    '@IssueInstant': instant,
    '@Version': '2.0',
    Issuer: issuer,
    Subject: subjectOf({ ...rest, now }),
    Conditions: {
      '@NotBefore': instant,
      '@NotOnOrAfter': later(now, VALID_MINUTES),
      AudienceRestriction: { Audience: audience },
    },
    AttributeStatement: {
      Attribute: [...claims].map(([name, value]) => ({ '@Name': name, AttributeValue: value })),
    },
    AuthnStatement: {
      '@AuthnInstant': instant,
      '@SessionIndex': ids.assertion,
      AuthnContext: { AuthnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password' },
    },
  };
}

function subjectOf({
  nameId,
  replyUrl,
  inResponseTo,
  now,
}: Pick<Answer, 'nameId' | 'replyUrl' | 'inResponseTo' | 'now'>) {
  return {
    ...(nameId !== undefined && { NameID: { '@Format': nameId.format, '#text': nameId.value } }),
    SubjectConfirmation: {
      '@Method': BEARER,
      SubjectConfirmationData: {
        ...(inResponseTo !== undefined && { '@InResponseTo': inResponseTo }),
        '@NotOnOrAfter': later(now, HAND_IN_MINUTES),
        '@Recipient': replyUrl,
      },
    },
  };
}

function later(now: Date, minutes: number): string {
  return new Date(now.getTime() + minutes * 60_000).toISOString();
}
