import type { Request, RequestHandler, Response } from 'express';
import { decodeJwt } from 'jose';
import type Provider from 'oidc-provider';
import type { Parts } from '../parts';
import type { FlowProviders } from '../oidc/flow-providers';
import { serviceOf } from '../services/service';
import { B2cError } from '../errors';
import { flowOf } from './flow-of';

/**
 * Ends the session of all flows and leads on at once, as the service does; the library would ask first. The service
 * leads anywhere unless the flow wants an id token; here it leads to a registered application alone, so that a wrong
 * address shows.
 */
export function logoutHandler(parts: Parts, providers: FlowProviders): RequestHandler {
  return async (req, res) => {
    const flow = flowOf(res);
    const { provider } = await providers.get(flow);
    const [hint, uri, state] = ['id_token_hint', 'post_logout_redirect_uri', 'state'].map((name) => textIn(req, name));
    const audience = hint === undefined ? undefined : await audienceOf(provider, hint);
    if (flow.requiresIdTokenHint === true && audience === undefined)
      throw new B2cError(400, 'id_token_hint is missing.');
    const { hasExactLogout } = serviceOf(parts.registrations);
    const isExact = hasExactLogout || flow.requiresIdTokenHint === true;
    if (uri !== undefined) checkTarget(uri, allowedUris(parts, isExact, audience), isExact);
    await endSession(provider, req, res);
    if (uri === undefined) res.redirect('/signed-out');
    // Whether External ID hands on the state is not documented: an application must do without.
    else res.redirect(302, hasExactLogout ? uri : withState(uri, state));
  };
}

function textIn({ query }: Request, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The client that an id token was issued to; it may have expired. @throws B2cError for one that is not ours */
async function audienceOf(provider: Provider, hint: string): Promise<string> {
  try {
    const { aud } = decodeJwt(hint);
    const client = await provider.Client.find(String(aud));
    if (client === undefined) throw new Error(`client '${String(aud)}' is not registered`);
    await provider.IdToken.validate(hint, client);
    return client.clientId;
  } catch (error) {
    throw new B2cError(400, `id_token_hint is not an id token of this directory: ${(error as Error).message}`);
  }
}

function allowedUris({ registrations }: Parts, isExact: boolean, audience?: string): readonly string[] {
  const clients = registrations.clients.filter(({ clientId }) => audience === undefined || clientId === audience);
  const uris = clients.flatMap(({ redirectUris }) => redirectUris);
  return isExact ? uris : uris.map((uri) => new URL(uri).origin);
}

function checkTarget(uri: string, allowed: readonly string[], isExact: boolean): void {
  const given = isExact ? uri : URL.parse(uri)?.origin;
  if (given !== undefined && allowed.includes(given)) return;
  throw new B2cError(400, `post_logout_redirect_uri '${uri}' is not an address of a registered application.`);
}

async function endSession(provider: Provider, req: Request, res: Response): Promise<void> {
  const session = await provider.Session.get(provider.createContext(req, res));
  if (session.accountId !== undefined) await session.destroy();
  const name = provider.cookieName('session');
  for (const cookie of [name, `${name}.sig`]) res.clearCookie(cookie, { path: '/' });
}

function withState(uri: string, state: string | undefined): string {
  const url = new URL(uri);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
