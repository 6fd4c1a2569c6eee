// @peculiar/x509 resolves its parts by decorators, which need this before it is loaded.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { createPrivateKey, createPublicKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import type { CertificatePair } from './server';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SAML_KEY = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;
const DAY = 86_400_000;
/** Days for which a server's certificate is valid. */
export const SERVER_DAYS = 30;
const AUTHORITY_DAYS = 3650;

x509.cryptoProvider.set(webcrypto);

/** A private key for an authority, PEM. */
export async function createKey(): Promise<string> {
  return privatePem((await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])).privateKey);
}

/**
 * A certificate authority for this machine alone, which whoever calls the emulator is told to trust.
 *
 * @param names the only ones that it may sign for; any without them
 * @param key its private key, PEM. @default a new one
 */
export async function createAuthority(now: Date, names?: readonly string[], key?: string): Promise<CertificatePair> {
  const pem = key ?? (await createKey());
  const publicKey = createPublicKey(pem).toCryptoKey(CURVE, true, ['verify']);
  const keys = { privateKey: importKey(pem), publicKey };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Entra emulator (local only)',
    ...validity(now, AUTHORITY_DAYS),
    keys,
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(names === undefined ? [] : [constraintsTo(names)]),
    ],
  });
  return { certificate: certificate.toString('pem'), key: pem };
}

/** RFC 5280, 4.2.1.10: who trusts the authority refuses its certificates for any other name. */
function constraintsTo(names: readonly string[]): x509.Extension {
  const trees = names.map((name) => {
    const base = isAddress(name) ? { iPAddress: `${name}/${name.includes(':') ? 128 : 32}` } : { dNSName: name };
    return new GeneralSubtree({ base: new GeneralName(base) });
  });
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(trees) });
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(constraints));
}

/** Names that an authority may not sign for. */
export function namesOutside(certificate: string, names: readonly string[]): readonly string[] {
  const extension = new x509.X509Certificate(certificate).getExtension(id_ce_nameConstraints);
  if (extension === null) return [];
  const { permittedSubtrees } = AsnConvert.parse(extension.value, NameConstraints);
  const bases = permittedSubtrees?.map(({ base }) => base.dNSName ?? base.iPAddress?.replace(/\/\d+$/, ''));
  const permitted = new Set(bases);
  return names.filter((name) => !permitted.has(name));
}

/** A certificate for a server on this machine, signed by the authority. */
export async function createServerCertificate(
  authority: CertificatePair,
  { now, names }: { readonly now: Date; readonly names: readonly string[] },
): Promise<CertificatePair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: issuer.subject,
    ...validity(now, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey: importKey(authority.key),
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: certificate.toString('pem'), key: privatePem(keys.privateKey) };
}

/** A certificate as Entra makes them to sign SAML: its own issuer, RSA. */
export interface SigningCertificate {
  /** DER in base64. */
  readonly certificate: string;
  /** SHA-1 of it, upper-case hex. */
  readonly thumbprint: string;
  /** SHA-256 of it in base64, which ties the private and the public half together. */
  readonly identifier: string;
  /** PEM. */
  readonly privateKey: string;
}

/** Each has a key of its own. */
export async function createSigningCertificate(name: string, validUntil: Date, now: Date): Promise<SigningCertificate> {
  const keys = await webcrypto.subtle.generateKey(SAML_KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    notBefore: now,
    notAfter: validUntil,
    keys,
    signingAlgorithm: SAML_KEY,
  });
  const thumbprint = Buffer.from(await certificate.getThumbprint('SHA-1'))
    .toString('hex')
    .toUpperCase();
  const identifier = Buffer.from(await certificate.getThumbprint('SHA-256')).toString('base64');
  const privateKey = privatePem(keys.privateKey);
  return { certificate: certificate.toString('base64'), thumbprint, identifier, privateKey };
}

function validity(now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  // An hour back: clocks of containers differ.
  return { notBefore: new Date(now.getTime() - 3_600_000), notAfter: new Date(now.getTime() + days * DAY) };
}

/** Positive, and not longer than the 20 bytes that RFC 5280 allows. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function privatePem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function importKey(pem: string): webcrypto.CryptoKey {
  return createPrivateKey(pem).toCryptoKey(CURVE, false, ['sign']);
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}
