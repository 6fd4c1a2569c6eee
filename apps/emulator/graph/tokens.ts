import { errors, jwtVerify } from 'jose';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { findText, type JsonObject, textOf, textsOf } from './json';
import { GraphError } from './graph-error';
import type { TokenKind } from './permissions/needs';

/** The sender of a request, from its token. */
export interface Caller {
  readonly kind: TokenKind;
  readonly appId: string;
  /** Object id of its service principal, or of the person who is signed in to it. */
  readonly objectId: string;
  /** Roles of the application, or scopes that it was granted for the person. */
  readonly permissions: readonly string[];
}

export interface TokenRequest extends Caller {
  readonly tenantId: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
}

/** Claims that Graph wants of a token. */
export interface TokenExpectations {
  readonly tenantId: string;
  readonly audiences: readonly string[];
  readonly now: number;
}

export const TOKEN_SECONDS = 3599;

/**
 * Signs and checks access tokens. ES256, where Entra uses RS256: an access token of Graph is opaque to its clients, and
 * a key for it is made in a millisecond.
 */
export class TokenSigner {
  private readonly publicKey: KeyObject;

  constructor(private readonly privateKey: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) {
    this.publicKey = createPublicKey(privateKey);
  }

  /** The public key as a JSON Web Key Set holds it. */
  get jwk(): JsonObject {
    return { ...(this.publicKey.export({ format: 'jwk' }) as JsonObject), kid: 'graph', use: 'sig', alg: 'ES256' };
  }

  get pem(): string {
    return this.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  issue(request: TokenRequest): string {
    return this.sign({
      aud: request.audience,
      iss: request.issuer,
      iat: request.issuedAt,
      nbf: request.issuedAt,
      exp: request.issuedAt + TOKEN_SECONDS,
      appid: request.appId,
      idtyp: request.kind === 'application' ? 'app' : 'user',
      oid: request.objectId,
      sub: request.objectId,
      tid: request.tenantId,
      ...(request.kind === 'application' ? { roles: request.permissions } : { scp: request.permissions.join(' ') }),
      ver: '1.0',
    });
  }

  /** A token with these claims. */
  sign(claims: JsonObject): string {
    const header = encode({ typ: 'JWT', alg: 'ES256', kid: 'graph' });
    const payload = encode(claims);
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: this.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${header}.${payload}.${signature.toString('base64url')}`;
  }

  /** The caller that a token names. @throws GraphError 401 with what is wrong with it */
  async check(token: string, { tenantId, audiences, now }: TokenExpectations): Promise<Caller> {
    const options = { algorithms: ['ES256'], audience: [...audiences], requiredClaims: ['exp', 'nbf'] };
    const currentDate = new Date(now * 1000);
    const { payload } = await jwtVerify(token, this.publicKey, { ...options, currentDate }).catch((error: unknown) => {
      throw unauthenticated(problemOf(error));
    });
    const claims = payload as JsonObject;
    if (claims['tid'] !== tenantId) throw unauthenticated('Access token is of another tenant.');
    return { ...permissionsIn(claims), appId: textOf(claims, 'appid'), objectId: textOf(claims, 'oid') };
  }
}

/** @throws what is no fault of a token */
function problemOf(error: unknown): string {
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
    return 'Access token validation failure. Signature is invalid.';
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
    return 'Access token validation failure. Invalid audience.';
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return 'Lifetime validation failed, the token is expired.';
  if (error instanceof errors.JOSEError) return 'CompactToken parsing failed with error code: 80049217.';
  throw error;
}

/** A token has scopes for a person, or roles for the application itself. */
function permissionsIn(claims: JsonObject): Pick<Caller, 'kind' | 'permissions'> {
  const scopes = findText(claims, 'scp');
  return scopes === undefined
    ? { kind: 'application', permissions: textsOf(claims, 'roles') }
    : { kind: 'delegated', permissions: scopes.split(' ') };
}

/** The token of `Authorization: Bearer …`. @throws GraphError 401 without one */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer +(?<token>\S+)$/i.exec(header ?? '')?.groups?.['token'];
  if (token === undefined) throw unauthenticated('Access token is empty.');
  return token;
}

function unauthenticated(message: string): GraphError {
  const error = new GraphError(401, 'InvalidAuthenticationToken', message);
  return error.with({
    headers: { 'www-authenticate': 'Bearer realm="", authorization_uri="/common/oauth2/authorize"' },
  });
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
