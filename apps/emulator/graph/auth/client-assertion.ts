import { X509Certificate } from 'node:crypto';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Directory } from '../directory/directory';
import type { JsonObject } from '../json';
import { objectsOf, textOf, textsOf } from '../json';
import { keyThumbprints } from '../resources/credentials';
import type { Entity } from '../store/store';
import type { IssuerKeys } from './issuer-keys';
import type { OAuthError } from './oauth-error';
import { invalidClient } from './oauth-error';

export interface ClientCheck {
  readonly directory: Directory;
  readonly issuerKeys: IssuerKeys;
  /** Audiences that a statement of the client itself may name: the token endpoint, as it may be written. */
  readonly audiences: readonly string[];
}

/** Algorithms that Entra takes; azuread signs with the first, MSAL with the second. */
const ALGORITHMS = ['RS256', 'PS256'];

/** Clocks differ, and MSAL rounds the time up. */
const CLOCK_TOLERANCE = '5 minutes';

/**
 * Checks a signed statement of who asks: of the application itself, by a certificate that it has registered
 * (https://learn.microsoft.com/entra/identity-platform/certificate-credentials), or of another issuer that it trusts
 * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation). @throws OAuthError
 */
export async function checkAssertion(check: ClientCheck, application: Entity, assertion: string): Promise<void> {
  const claims = claimsOf(assertion);
  if (claims.iss === textOf(application, 'appId')) await checkOwn(check, application, assertion);
  else await checkFederated(check, application, { assertion, claims });
}

function claimsOf(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw invalidClient('AADSTS50027: JWT token is invalid or malformed.');
  }
}

async function checkOwn(check: ClientCheck, application: Entity, assertion: string): Promise<void> {
  const appId = textOf(application, 'appId');
  const credential = certificateOf(application, assertion);
  if (Date.parse(textOf(credential, 'endDateTime')) <= check.directory.clock().getTime()) {
    throw wrongSignature('The key used is expired');
  }
  const { publicKey } = new X509Certificate(Buffer.from(textOf(credential, '_certificate'), 'base64'));
  const expected = { issuer: appId, subject: appId, audience: [...check.audiences], algorithms: ALGORITHMS };
  await verified(() => jwtVerify(assertion, publicKey, { ...expected, ...inTime(check) }));
}

/** The registered certificate that the header names by `x5t` (SHA-1) or `x5t#S256`. */
function certificateOf(application: Entity, assertion: string): JsonObject {
  const { x5t, 'x5t#S256': x5tS256, kid } = decodeProtectedHeader(assertion) as Record<string, unknown>;
  const named = [x5t, x5tS256, kid].filter((name) => typeof name === 'string');
  const credential = objectsOf(application, 'keyCredentials').find((item) =>
    keyThumbprints(item).some((thumbprint) => named.includes(thumbprint)),
  );
  if (credential !== undefined) return credential;
  throw wrongSignature(`The key was not found, thumbprint of the key used by the client: '${named[0] ?? ''}'`);
}

interface Federated {
  readonly assertion: string;
  readonly claims: JWTPayload;
}

async function checkFederated(check: ClientCheck, application: Entity, federated: Federated): Promise<void> {
  const { assertion, claims } = federated;
  // Who issued it, about whom and for whom is compared here; what is left is whether it is genuine and in time.
  const keys = await check.issuerKeys.of(trustedIssuer(application, claims));
  await verified(() => jwtVerify(assertion, keys, inTime(check)));
}

/** Compared as they are written, to the case of a letter. */
function trustedIssuer(application: Entity, { iss = '', sub = '', aud = [] }: JWTPayload): string {
  const audiences = [aud].flat();
  const byIssuer = narrowed(objectsOf(application, '_federatedCredentials'), 'AADSTS700211', {
    what: `issuer '${iss}'`,
    fits: (item) => item['issuer'] === iss,
  });
  const bySubject = narrowed(byIssuer, 'AADSTS700213', {
    what: `subject '${sub}'`,
    fits: (item) => item['subject'] === sub,
  });
  narrowed(bySubject, 'AADSTS700212', {
    what: `audience '${audiences.join(' ')}'`,
    fits: (item) => textsOf(item, 'audiences').some((name) => audiences.includes(name)),
  });
  return iss;
}

interface Criterion {
  readonly what: string;
  readonly fits: (credential: JsonObject) => boolean;
}

function narrowed(all: readonly JsonObject[], code: string, { what, fits }: Criterion): readonly JsonObject[] {
  const found = all.filter(fits);
  if (found.length > 0) return found;
  const problem = `${code}: No matching federated identity record found for presented assertion ${what}.`;
  throw invalidClient(`${problem} Check the federated identity credentials of the application.`);
}

function inTime({ directory }: ClientCheck): JWTVerifyOptions {
  return { currentDate: directory.clock(), clockTolerance: CLOCK_TOLERANCE, requiredClaims: ['exp'] };
}

async function verified(verify: () => Promise<unknown>): Promise<void> {
  try {
    await verify();
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusal(error) : error;
  }
}

function refusal(error: errors.JOSEError): OAuthError {
  const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined;
  if (error instanceof errors.JWTExpired || claim === 'nbf' || claim === 'exp') {
    return invalidClient('AADSTS700024: Client assertion is not within its valid time range.');
  }
  if (claim === 'aud') return invalidClient("AADSTS700023: The audience of the client assertion isn't this tenant's.");
  if (claim === 'sub') {
    return invalidClient("AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter.");
  }
  return wrongSignature(error.message);
}

function wrongSignature(reason: string): OAuthError {
  return invalidClient(`AADSTS700027: The client assertion contains an invalid signature. [Reason - ${reason}.]`);
}
