import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createHash, createPrivateKey, webcrypto } from 'node:crypto';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

/** A certificate with which an application proves who it is. */
export interface ClientCertificate {
  readonly der: Buffer;
  readonly pem: string;
  /** PKCS #8. */
  readonly key: string;
  /** SHA-1, as `x5t` has it. */
  readonly x5t: string;
}

/** @param years how long it is valid, from a year ago on */
export async function clientCertificate(now: Date, years = 3): Promise<ClientCertificate> {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const [notBefore, notAfter] = [new Date(now), new Date(now)];
  notBefore.setUTCFullYear(now.getUTCFullYear() - 1);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + years);
  const name = 'CN=deploys from the tests';
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: RSA,
  });
  const der = Buffer.from(certificate.rawData);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    der,
    pem: certificate.toString('pem'),
    key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    x5t: createHash('sha1').update(der).digest('base64url'),
  };
}
