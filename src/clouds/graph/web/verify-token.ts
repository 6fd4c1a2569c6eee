import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Directory } from '../directory';
import { fetchJson, fetchKeys } from './fetch-json';

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
const Keys = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });

/** Claims of a token. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/**
 * Claims of a token, once its signature and issuer are found to be those of an authority. A token that has expired is taken: it
 * still says what was put into it.
 *
 * @throws Error that says what is wrong, never with the token
 */
export async function verifyToken(web: Directory['web'], authority: string, token: string): Promise<TokenClaims> {
  const url = `${authority}/v2.0/.well-known/openid-configuration`;
  const metadata = await fetchJson(web, url, Metadata);
  const { keys } = await fetchKeys(web, { url, keysUrl: metadata.jwks_uri }, Keys);
  const currentDate = issuedAt(token);
  try {
    const options = { issuer: metadata.issuer, algorithms: ['RS256'], ...(currentDate && { currentDate }) };
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }), options);
    return payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new Error(`the token is not one of ${authority}: ${error.code}`, { cause: error });
  }
}

/** Claims of a token before anything was verified; undefined for what is not a token. */
export function unverifiedClaims(token: string): TokenClaims | undefined {
  const [, payload = ''] = token.split('.');
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as TokenClaims) : undefined;
  } catch {
    return undefined;
  }
}

function issuedAt(token: string): Date | undefined {
  const iat = unverifiedClaims(token)?.['iat'];
  return typeof iat === 'number' ? new Date(iat * 1000) : undefined;
}
