import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

/** How the issuer goes wrong: answers late, not at all, with 500, with a page, or with keys that nobody signs with. */
export type IssuerFault = 'slow' | 'silent' | 'error' | 'page' | 'empty' | 'wrong-keys';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** An OpenID provider with several user flows and one issuer, as Azure AD B2C is. It signs whatever it is told to. */
export interface FakeIssuer {
  readonly url: string;
  readonly issuer: string;
  readonly tenantId: string;
  readonly metadataUrl: (flow: string) => string;
  /** Signs with the flow's current key. */
  readonly sign: (flow: string, claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly keyOf: (flow: string) => SigningKey;
  /** Publishes a new key beside the old ones, and signs with it. */
  readonly rotate: (flow: string) => Promise<SigningKey>;
  readonly fail: (fault: IssuerFault | undefined) => void;
  /** Requests since the start or the last reset, by path. */
  readonly requests: ReadonlyMap<string, number>;
  readonly resetRequests: () => void;
  readonly requestCount: () => number;
  readonly stop: () => Promise<void>;
}

const SLOW_MS = 400;

/** Starts the issuer on a free port. Each flow has a key of its own. */
export async function startFakeIssuer(flows: readonly string[]): Promise<FakeIssuer> {
  const tenantId = randomUUID();
  const keys = new Map<string, readonly SigningKey[]>();
  for (const flow of flows) keys.set(flow, [await createSigningKey()]);
  const wrong = [await createSigningKey()];
  const requests = new Map<string, number>();
  let fault: IssuerFault | undefined;
  let url = '';

  const currentKey = (flow: string): SigningKey => {
    const key = keys.get(flow)?.[0];
    if (key === undefined) throw new Error(`no flow '${flow}'`);
    return key;
  };
  const documentAt = (path: string): unknown => {
    const [, flow = '', kind] = /^\/([^/]+)\/(v2\.0\/\.well-known\/openid-configuration|keys)$/.exec(path) ?? [];
    if (!keys.has(flow)) return undefined;
    if (kind !== 'keys') return { issuer: `${url}/${tenantId}/v2.0/`, jwks_uri: `${url}/${flow}/keys` };
    const published = fault === 'wrong-keys' ? wrongKeys(wrong, keys.get(flow) ?? []) : (keys.get(flow) ?? []);
    return { keys: fault === 'empty' ? [] : published.map(({ jwk }) => jwk) };
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.set(path, (requests.get(path) ?? 0) + 1);
    answer({ request, response, fault, document: documentAt(path) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    issuer: `${url}/${tenantId}/v2.0/`,
    tenantId,
    metadataUrl: (flow) => `${url}/${flow}/v2.0/.well-known/openid-configuration`,
    sign: (flow, claims) => {
      const { kid, privateKey } = currentKey(flow);
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey);
    },
    keyOf: currentKey,
    rotate: async (flow) => {
      const key = await createSigningKey();
      keys.set(flow, [key, ...(keys.get(flow) ?? [])]);
      return key;
    },
    fail: (next) => {
      fault = next;
    },
    requests,
    resetRequests: () => {
      requests.clear();
    },
    requestCount: () => [...requests.values()].reduce((sum, count) => sum + count, 0),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

/** Other keys under the names of the right ones. */
function wrongKeys(wrong: readonly SigningKey[], right: readonly SigningKey[]): readonly SigningKey[] {
  return right.flatMap(({ kid }) => wrong.map((key) => ({ ...key, kid, jwk: { ...key.jwk, kid } })));
}

interface Answer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: IssuerFault | undefined;
  readonly document: unknown;
}

function answer({ response, fault, document }: Answer): void {
  if (fault === 'silent') return;
  if (fault === 'error' || document === undefined) {
    response.writeHead(fault === 'error' ? 500 : 404).end();
    return;
  }
  if (fault === 'page') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>We are down for maintenance.</html>');
    return;
  }
  const send = (): void => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(document));
  };
  if (fault === 'slow') setTimeout(send, SLOW_MS);
  else send();
}
