import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { KeptKey } from './key-ring';

/** Minutes in which a program may ask for a token with it; Entra ID sets no limit, and a person may think over a plan. */
const MINUTES = 60;

/**
 * Statement of an application that it is itself, signed by its certificate, which Entra ID exchanges for a token:
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 *
 * @param login origin of the sign-in, `https://login.microsoftonline.com`
 */
export async function signAssertion(key: KeptKey, login: string, now: Date): Promise<string> {
  const thumbprint = createHash('sha256').update(Buffer.from(key.certificate, 'base64')).digest('base64url');
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(key.clientId)
    .setSubject(key.clientId)
    .setAudience(`${login}/${key.place.tenantId}/oauth2/v2.0/token`)
    .setJti(randomUUID())
    .setNotBefore(seconds)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + MINUTES * 60)
    .sign(createPrivateKey(key.privateKey));
}
