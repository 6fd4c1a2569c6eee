import { z } from 'zod';
import { parseQuietly } from '../../../estate/source/json-source';
import type { Directory } from '../directory';
import type { Discovery } from '../../facts/customers-facts';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';

/** Fetches JSON of a shape. @throws Error that says what is wrong, with the code of Microsoft's error where there is one */
async function fetchJson<Shape extends z.ZodType>(
  web: Directory['web'],
  url: string,
  shape: Shape,
): Promise<z.output<Shape>> {
  const { status, body } = await web.send({ method: 'GET', url });
  if (status !== 200) throw new Error(`GET ${url}: ${status} ${/AAD(?:B2C|STS)\d+/.exec(body)?.[0] ?? ''}`);
  const { success, data, error } = shape.safeParse(parseQuietly(body));
  if (success) return data;
  throw new Error(`GET ${url}: the answer has another form: ${error.issues[0]?.path.join('.') ?? ''}`);
}

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).default([]),
  claims_supported: z.array(z.string()).default([]),
});

const Keys = z.object({
  keys: z.array(z.looseObject({ kid: z.string().default(''), kty: z.string(), n: z.string().default('') })),
});

/** Fetches the discovery document of an authority and its keys. Keys from another origin would be anybody's. */
async function fetchDiscovery(web: Directory['web'], authority: string) {
  const url = `${authority}/v2.0/.well-known/openid-configuration`;
  const metadata = await fetchJson(web, url, Metadata);
  const keysUrl = metadata.jwks_uri;
  if (new URL(keysUrl).origin !== new URL(url).origin) throw new Error(`${url}: its keys are elsewhere: ${keysUrl}`);
  return { url, metadata, ...(await fetchJson(web, keysUrl, Keys)) };
}

/** Discovery document and keys of an authority, as the applications get them. @throws Error that says what is wrong */
export async function readDiscovery({ web }: Pick<Directory, 'web'>, authority: string): Promise<Discovery> {
  const { url, metadata, keys } = await fetchDiscovery(web, authority);
  return {
    url,
    issuer: metadata.issuer,
    endpoints: [metadata.authorization_endpoint, metadata.token_endpoint],
    algorithms: metadata.id_token_signing_alg_values_supported,
    claims: metadata.claims_supported,
    keys: keys.map(({ kid, kty, n }) => ({ kid, type: kty, bits: Buffer.from(n, 'base64url').length * 8 })),
  };
}

/** Claims of a token. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/**
 * Claims of a token, once its signature and issuer are found to be those of an authority. A token that has expired is taken: it
 * still says what was put into it.
 *
 * @throws Error that says what is wrong, never with the token
 */
export async function verifyToken(web: Directory['web'], authority: string, token: string): Promise<TokenClaims> {
  const { metadata, keys } = await fetchDiscovery(web, authority);
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
  return z.looseObject({}).safeParse(parseQuietly(Buffer.from(payload, 'base64url').toString())).data;
}

function issuedAt(token: string): Date | undefined {
  const iat = unverifiedClaims(token)?.['iat'];
  return typeof iat === 'number' ? new Date(iat * 1000) : undefined;
}
