import type { JSONWebKeySet } from 'jose';
import * as z from 'zod';

/** Publication of an OpenID provider: its name and its signing keys. */
export interface Issuer {
  readonly issuer: string;
  readonly keys: JSONWebKeySet;
}

export interface FetchIssuerOptions {
  readonly metadataUrl: URL;
  /** Tenant that the issuer must name. @default any */
  readonly tenantId?: string | undefined;
  /** For both documents together. */
  readonly timeoutMs: number;
}

const MAX_DOCUMENT_LENGTH = 512 * 1024;

const Metadata = z.object({ issuer: z.url(), jwks_uri: z.url() });
// Keys of other kinds may stand beside; private members and further fields are dropped.
const SigningKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  n: z.string().min(342, 'must be RSA of 2048 bits or more'),
  e: z.string(),
});
const KeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/**
 * Fetches the metadata and the keys that it names (OpenID Connect Discovery 1.0, section 4). Redirects are not
 * followed, and the keys must be at the metadata's own origin.
 * @throws Error if a document can't be had, is not what it should be, or the issuer is another tenant's
 */
export async function fetchIssuer({ metadataUrl, tenantId, timeoutMs }: FetchIssuerOptions): Promise<Issuer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { issuer, jwks_uri } = Metadata.parse(await fetchJson(metadataUrl, signal));
  if (tenantId !== undefined && !issuer.toLowerCase().includes(`/${tenantId.toLowerCase()}/`)) {
    throw new Error(`the issuer at ${metadataUrl.href} is not the one of tenant ${tenantId}`);
  }
  const keysUrl = new URL(jwks_uri);
  if (keysUrl.origin !== metadataUrl.origin) throw new Error(`${metadataUrl.href} names keys at ${keysUrl.origin}`);
  return { issuer, keys: { keys: signingKeys(await fetchJson(keysUrl, signal)) } };
}

function signingKeys(document: unknown): z.output<typeof SigningKey>[] {
  const keys = KeySet.parse(document).keys.flatMap((key) => {
    const { use = 'sig', alg = 'RS256' } = key;
    const parsed = SigningKey.safeParse(key);
    return parsed.success && use === 'sig' && alg === 'RS256' ? [parsed.data] : [];
  });
  if (keys.length === 0) throw new Error('there is no RSA signing key of 2048 bits or more among the keys');
  return keys;
}

async function fetchJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
  return JSON.parse(await boundedText(response)) as unknown;
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_LENGTH) throw new Error(`${response.url} is longer than ${MAX_DOCUMENT_LENGTH} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
