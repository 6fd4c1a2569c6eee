import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { findText, type JsonObject, parseObject, textsOf } from './json';
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

/** Tokens whose signature was checked before; one of them is sent with each request of a run. */
const REMEMBERED_TOKENS = 100;

/**
 * Signs and checks access tokens. ES256, where Entra uses RS256: an access token of Graph is opaque to its clients, and
 * a key for it is made in a millisecond.
 */
export class TokenSigner {
  private readonly publicKey: KeyObject;
  private readonly checked = new Map<string, JsonObject>();

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
  check(token: string, expected: TokenExpectations): Caller {
    const claims = this.verified(token);
    if (!expected.audiences.includes(findText(claims, 'aud') ?? '')) {
      throw unauthenticated('Access token validation failure. Invalid audience.');
    }
    if (findText(claims, 'tid') !== expected.tenantId) throw unauthenticated('Access token is of another tenant.');
    if (!(Number(claims['exp']) > expected.now && Number(claims['nbf']) <= expected.now)) {
      throw unauthenticated('Lifetime validation failed, the token is expired.');
    }
    return {
      ...permissionsIn(claims),
      appId: findText(claims, 'appid') ?? '',
      objectId: findText(claims, 'oid') ?? '',
    };
  }

  private verified(token: string): JsonObject {
    const known = this.checked.get(token);
    if (known !== undefined) return known;
    const { head, claims, signed, signature } = parseToken(token);
    if (head['alg'] !== 'ES256' || !this.isSigned(signed, signature)) {
      throw unauthenticated('Access token validation failure. Signature is invalid.');
    }
    if (this.checked.size >= REMEMBERED_TOKENS) this.checked.clear();
    this.checked.set(token, claims);
    return claims;
  }

  private isSigned(text: string, signature: string): boolean {
    const key = { key: this.publicKey, dsaEncoding: 'ieee-p1363' as const };
    return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  }
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

interface ParsedToken {
  readonly head: JsonObject;
  readonly claims: JsonObject;
  /** The part that is signed. */
  readonly signed: string;
  readonly signature: string;
}

function parseToken(token: string): ParsedToken {
  const parts = token.split('.');
  const [header = '', payload = '', signature = ''] = parts;
  const [head, claims] = [decode(header), decode(payload)];
  if (parts.length === 3 && head !== undefined && claims !== undefined) {
    return { head, claims, signed: `${header}.${payload}`, signature };
  }
  throw unauthenticated('CompactToken parsing failed with error code: 80049217.');
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): JsonObject | undefined {
  return parseObject(Buffer.from(part, 'base64url').toString());
}
