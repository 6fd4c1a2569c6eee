import { createHash } from 'node:crypto';
import { readOrGone } from '../graph/steps';
import type { Context } from '../resource';
import { mappingsIn, type Properties, textOf } from '../values';
import { inSeconds } from './inputs';

/** A service principal as far as signing goes. */
export interface Signer {
  readonly keyCredentials: readonly Properties[];
  readonly passwordCredentials: readonly Properties[];
  /** Thumbprint of the certificate that signs. */
  readonly activeThumbprint: string | undefined;
  readonly mode: string | undefined;
}

/** A certificate of a service principal. Graph keeps it as two keys, to sign and to verify, and a password for the first. */
export interface Certificate {
  /** SHA-1 of the certificate, upper-case hex, as the portal shows it. */
  readonly thumbprint: string;
  /** Identifier that the keys and the password of one certificate share. */
  readonly customKeyIdentifier: string;
  readonly displayName: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** The certificate itself: base64 of DER, public. */
  readonly certificate: string;
}

/** Graph returns the public keys only where they are asked for by name. */
const SELECT = 'id,keyCredentials,passwordCredentials,preferredTokenSigningKeyThumbprint,preferredSingleSignOnMode';

export function servicePrincipalPath(id: string): string {
  return `/v1.0/servicePrincipals/${encodeURIComponent(id)}`;
}

/** Reads a service principal that may be gone. */
export async function findSigner(context: Context, servicePrincipalId: string): Promise<Signer | undefined> {
  const path = servicePrincipalPath(servicePrincipalId);
  const body = await readOrGone(context, () => context.graph.find(path, { $select: SELECT }));
  return body && signerOf(body);
}

/** Reads a service principal that exists. */
export async function getSigner({ graph }: Context, servicePrincipalId: string): Promise<Signer> {
  const path = servicePrincipalPath(servicePrincipalId);
  return signerOf(await graph.send({ method: 'GET', path, query: { $select: SELECT }, missing: 'lags' }));
}

function signerOf(body: Properties): Signer {
  const thumbprint = body['preferredTokenSigningKeyThumbprint'];
  const mode = body['preferredSingleSignOnMode'];
  return {
    keyCredentials: mappingsIn(body['keyCredentials']),
    passwordCredentials: mappingsIn(body['passwordCredentials']),
    activeThumbprint: typeof thumbprint === 'string' && thumbprint !== '' ? thumbprint.toUpperCase() : undefined,
    mode: typeof mode === 'string' ? mode : undefined,
  };
}

/** The same with its credentials in one order, to compare answers. */
export function inOneOrder({ keyCredentials, passwordCredentials, ...signer }: Signer): Signer {
  const byKey = ({ keyId: one }: Properties, { keyId: other }: Properties): number =>
    textOf(one) < textOf(other) ? -1 : 1;
  return {
    ...signer,
    keyCredentials: keyCredentials.toSorted(byKey),
    passwordCredentials: passwordCredentials.toSorted(byKey),
  };
}

/** The signing certificates of a service principal. */
export function certificatesOf({ keyCredentials }: Signer): readonly Certificate[] {
  return keyCredentials.filter(({ usage, key }) => usage === 'Verify' && typeof key === 'string').map(certificateOf);
}

function certificateOf(credential: Properties): Certificate {
  const text = (key: string): string => textOf(credential[key]);
  const der = Buffer.from(text('key'), 'base64');
  return {
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    customKeyIdentifier: text('customKeyIdentifier'),
    displayName: text('displayName'),
    startDateTime: inSeconds(text('startDateTime')),
    endDateTime: inSeconds(text('endDateTime')),
    certificate: text('key'),
  };
}

/** Keys and passwords without those of one certificate: the body that removes it, and nothing else. */
export function withoutCertificate(signer: Signer, { customKeyIdentifier }: Certificate): Properties {
  const isOther = (credential: Properties): boolean => credential['customKeyIdentifier'] !== customKeyIdentifier;
  return {
    keyCredentials: signer.keyCredentials.filter(isOther),
    passwordCredentials: signer.passwordCredentials.filter(isOther),
  };
}
