import type { JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet, errors } from 'jose';
import { isLoopback } from '../../base/options';
import { findText, parseObject } from '../json';
import { OAuthError } from './oauth-error';

/** Milliseconds in which an issuer must answer. */
const ANSWER_WITHIN = 5000;

/**
 * Signing keys of the issuers that applications trust, found as OpenID Connect says:
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
 */
export class IssuerKeys {
  private readonly known = new Map<string, JWTVerifyGetKey>();

  /** The keys of an issuer. @throws OAuthError where it does not say where they are */
  async of(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.known.get(issuer);
    if (known !== undefined) return known;
    const remote = createRemoteJWKSet(await this.discover(issuer), { timeoutDuration: ANSWER_WITHIN });
    const keys: JWTVerifyGetKey = async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        throw error instanceof errors.JWKSNoMatchingKey ? error : unreachable(issuer, reasonOf(error));
      }
    };
    this.known.set(issuer, keys);
    return keys;
  }

  private async discover(issuer: string): Promise<URL> {
    if (!isTrustworthy(issuer)) throw unreachable(issuer, 'an issuer must be an https URL, or http on this machine');
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN) }).catch(
      (error: unknown) => {
        throw unreachable(issuer, reasonOf(error));
      },
    );
    const uri = findText(parseObject(await response.text()) ?? {}, 'jwks_uri');
    if (response.ok && uri !== undefined && isTrustworthy(uri)) return new URL(uri);
    throw unreachable(issuer, `${url} names no jwks_uri (status ${response.status})`);
  }
}

/** Keys that come over a network must not be changed on the way. */
function isTrustworthy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Node says why a fetch failed in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function unreachable(issuer: string, problem: string): OAuthError {
  return new OAuthError(400, 'invalid_request', `AADSTS50166: Request to the issuer '${issuer}' failed: ${problem}.`);
}
