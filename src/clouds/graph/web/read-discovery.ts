import { z } from 'zod';
import type { Directory } from '../directory';
import type { Discovery } from '../../facts/customers-facts';
import { fetchJson, fetchKeys } from './fetch-json';

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.url(),
  id_token_signing_alg_values_supported: z.array(z.string()).default([]),
  claims_supported: z.array(z.string()).default([]),
});

const Keys = z.object({
  keys: z.array(z.object({ kid: z.string().default(''), kty: z.string(), n: z.string().default('') })),
});

/** Fetches the discovery document of an authority and its keys, as the applications do. @throws Error that says what is wrong */
export async function readDiscovery({ web }: Directory, authority: string): Promise<Discovery> {
  const url = `${authority}/v2.0/.well-known/openid-configuration`;
  const metadata = await fetchJson(web, url, Metadata);
  const { keys } = await fetchKeys(web, { url, keysUrl: metadata.jwks_uri }, Keys);
  return {
    url,
    issuer: metadata.issuer,
    endpoints: [metadata.authorization_endpoint, metadata.token_endpoint],
    algorithms: metadata.id_token_signing_alg_values_supported,
    claims: metadata.claims_supported,
    keys: keys.map(({ kid, kty, n }) => ({ kid, type: kty, bits: Buffer.from(n, 'base64url').length * 8 })),
  };
}
