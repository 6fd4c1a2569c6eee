import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { parseQuietly } from '../../estate/source/json-source';
import type { Directory } from '../../clouds/graph/directory';
import { readDiscovery, type TokenClaims, verifyToken } from '../../clouds/graph/web/discovery';

/** A client of a directory, and how a person comes back to this machine. */
export interface FlowSignIn {
  readonly web: Directory['web'];
  /** `https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_signupsignin1`. */
  readonly authority: string;
  readonly clientId: string;
  /** @default the client is a public one */
  readonly clientSecret: string | undefined;
  /** A redirect URI of the client with the host `localhost` and a port of its own. */
  readonly redirect: URL;
  /** True to have the directory ask again whoever is signed in. */
  readonly asksAgain: boolean;
  readonly openBrowser: (url: string) => Promise<void>;
}

/** A sign-in of a person. */
export interface SignedIn {
  /** Claims of the ID token, whose signature, issuer, audience and nonce hold. */
  readonly claims: TokenClaims;
  /** Seconds from the browser's page to the way back. */
  readonly seconds: number;
}

const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Has a person sign in to a user flow in a browser, by an authorization code with PKCE that comes back to a loopback address
 * (RFC 8252, 7.3; RFC 7636). No program fills in the pages.
 *
 * @throws Error that says what the directory refused, never with a token
 */
export async function signInToFlow(sign: FlowSignIn): Promise<SignedIn> {
  const { endpoints } = await readDiscovery(sign, sign.authority);
  const [authorize, token] = endpoints;
  const secrets = { state: random(), nonce: random(), verifier: random() };
  const back = await waitForReturn(sign.redirect, secrets.state);
  const began = performance.now();
  try {
    await sign.openBrowser(requestOf(authorize, sign, secrets));
    const code = await back.code;
    const seconds = Math.round((performance.now() - began) / 1000);
    const idToken = await redeem(token, sign, { code, verifier: secrets.verifier });
    const claims = await verifyToken(sign.web, sign.authority, idToken);
    if (claims['nonce'] !== secrets.nonce || claims['aud'] !== sign.clientId)
      throw new Error('the token answers another sign-in than the one that was begun');
    return { claims, seconds };
  } finally {
    back.server.closeAllConnections();
    back.server.close();
  }
}

const random = (): string => randomBytes(32).toString('base64url');

interface Secrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

function requestOf(
  authorize: string,
  { clientId, redirect, asksAgain }: FlowSignIn,
  { state, nonce, verifier }: Secrets,
): string {
  const url = new URL(authorize);
  const query = {
    ...{ client_id: clientId, redirect_uri: redirect.href, response_type: 'code', scope: 'openid', state, nonce },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(asksAgain && { prompt: 'login' }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

interface Return {
  readonly server: Server;
  readonly code: Promise<string>;
}

/** Listens at the redirect URI. An answer with another state is nobody's, and is not taken. */
async function waitForReturn(redirect: URL, state: string): Promise<Return> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // A sign-in that could not begin is told by itself.
  code.catch(() => undefined);
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, redirect);
    const isIt = pathname === redirect.pathname && searchParams.get('state') === state;
    response.writeHead(isIt ? 200 : 404, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    response.end(isIt ? 'You may close this page.\n' : 'Not found\n');
    if (!isIt) return;
    const given = searchParams.get('code');
    if (given !== null) resolve(given);
    else
      reject(
        new Error(
          `the sign-in failed: ${searchParams.get('error_description') ?? searchParams.get('error') ?? 'no code'}`,
        ),
      );
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(Number(redirect.port || 80), 'localhost', listening);
  });
  return { server, code };
}

const Tokens = z.object({ id_token: z.string() });
const Refusal = z.object({ error_description: z.string() });

async function redeem(
  address: string,
  { clientId, clientSecret, redirect }: FlowSignIn,
  { code, verifier }: { readonly code: string; readonly verifier: string },
): Promise<string> {
  const body = new URLSearchParams({
    ...{
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirect.href,
      code,
      code_verifier: verifier,
    },
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
  });
  const response = await fetch(address, { method: 'POST', body, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  const answer = parseQuietly(await response.text());
  const { data } = Tokens.safeParse(answer);
  if (data !== undefined) return data.id_token;
  const why = Refusal.safeParse(answer).data?.error_description.split(/\r?\n/)[0];
  throw new Error(`the directory gives no token: ${why ?? `status ${response.status}`}`);
}
