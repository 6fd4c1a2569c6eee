// @peculiar/x509 resolves its parts by decorators, which need this before it is loaded.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createPrivateKey, randomUUID, webcrypto } from 'node:crypto';

/** Days for which a laptop's certificate is good. */
const LIFE_DAYS = 180;
/** Days before its end from which on another run makes the next one. */
export const RENEWAL_DAYS = 30;
const DAY_MS = 86_400_000;

const KEY = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

/** A certificate of its own issuer, with its private key. */
export interface LaptopKey {
  /** Id of the certificate at the application. */
  readonly keyId: string;
  /** PKCS #8. */
  readonly privateKey: string;
  /** DER in base64. */
  readonly certificate: string;
  readonly expires: Date;
}

/** Makes a key for a laptop. Nothing of it is written or sent here. */
export async function createLaptopKey(name: string, now: Date): Promise<LaptopKey> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  // A certificate knows whole seconds, and Graph takes no end that is later.
  const expires = new Date(Math.floor((now.getTime() + LIFE_DAYS * DAY_MS) / 1000) * 1000);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    // Clocks differ.
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter: expires,
    keys,
    signingAlgorithm: KEY,
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    keyId: randomUUID(),
    privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    certificate: certificate.toString('base64'),
    expires,
  };
}
