import type { Request, RequestHandler, Response } from 'express';
import { decodeJwt } from 'jose';
import { setTimeout as delay } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { PageError, textsIn } from '../base/own-pages';
import { errorText, traced } from './errors';
import { type B2cFaults, endpointOf, type FaultRule } from './faults';
import type { FlowProviders } from './oidc/flow-providers';
import { pageHeaders, renderPage, sendPage } from '../pages/render';
import type { Origins, Parts } from './parts';
import { addressesOf, domainOf, findFlow, type Flow, isDirectory } from './registrations';
import { serviceOf } from './services/service';
import { pageOf } from './views';

/** Endpoints of External ID are those of the tenant; which flow people see follows from the application. */
const TENANT: Flow = { id: 'external-id', type: 'signUpOrSignIn', refreshTokenDays: 90 };

/** Finds the tenant that a path names, and in B2C the flow, in any case. @throws PageError 404 */
export function findPlaceInPath({ registrations }: Parts): RequestHandler<{ tenant: string; flow?: string }> {
  return (req, res, next) => {
    const { tenant, flow: name } = req.params;
    const flow = name === undefined ? TENANT : findFlow(registrations, name);
    if (flow === undefined || !isDirectory(registrations, tenant))
      throw new PageError(404, errorText(registrations, 'AADB2C90022', name ?? '', tenant));
    res.locals['flow'] = flow;
    next();
  };
}

/** The flow of a request that came through it. */
export function flowOf(res: Response): Flow {
  return res.locals['flow'] as Flow;
}

/**
 * Behind a proxy every address leads to its origin, and cookies are secure where that is https, whatever the proxy says
 * of itself in `X-Forwarded-*`. Without one these headers count for nothing.
 */
export function reachedAt({ browser, isFronted }: Origins): RequestHandler {
  const { protocol, host } = new URL(browser);
  return (req, _res, next) => {
    if (isFronted) Object.assign(req.headers, { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-host': host });
    next();
  };
}

/** Lets requests go wrong. Wrong keys are left to the endpoint that publishes them. */
export function injectFaults(faults: B2cFaults): RequestHandler {
  return async (req, res, next) => {
    const fault = faults.next(endpointOf(req.path));
    res.locals['fault'] = fault?.kind;
    if (fault?.kind === 'slow') await delay(fault.delay ?? 1000);
    // Who had no more patience is not there to be answered.
    if (req.socket.destroyed) return;
    if (fault?.kind === 'unavailable') throw new PageError(503, 'The service is temporarily unavailable.');
    next();
  };
}

/** The kind of the fault that a request met. */
export function faultOf(res: Response): FaultRule['kind'] | undefined {
  return res.locals['fault'] as FaultRule['kind'] | undefined;
}

export const EXPIRED = 'This page has already been used or has expired. Go back to the application and start again.';

type RenderError = NonNullable<Configuration['renderError']>;

/** The page for a request that must not lead back to an application: a wrong client, a wrong redirect URI. */
export function renderLibraryError(parts: Parts): RenderError {
  return (ctx, out, error) => {
    const text = traced(textOf(ctx, parts, error) ?? out.error_description ?? out.error, parts.now());
    for (const [name, value] of Object.entries(pageHeaders())) ctx.set(name, value);
    ctx.type = 'html';
    ctx.body = renderPage('error', {
      title: 'Something went wrong',
      text,
      status: ctx.status,
      ...pageOf(parts.registrations),
    });
  };
}

function textOf({ oidc, query }: KoaContextWithOIDC, { registrations }: Parts, error: Error): string | undefined {
  const { client_id: clientId = '', redirect_uri: redirectUri = '' } = textsIn(oidc.params ?? query);
  if (error instanceof errors.InvalidClient) {
    return errorText(registrations, 'AADB2C90018', clientId, domainOf(registrations));
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return errorText(registrations, 'AADB2C90006', redirectUri, clientId);
  }
  return error instanceof errors.SessionNotFound ? EXPIRED : undefined;
}

/**
 * Ends the session of all flows and leads on at once, as the service does; the library would ask first. The service
 * leads anywhere unless the flow wants an id token; here it leads to a registered application alone, so that a wrong
 * address shows.
 */
export function logoutHandler(parts: Parts, providers: FlowProviders): RequestHandler {
  return async (req, res) => {
    const flow = flowOf(res);
    const { provider } = await providers.get(flow);
    const given = Object.entries(textsIn(req.query)).filter(([, value]) => value !== '');
    const { id_token_hint: hint, post_logout_redirect_uri: uri, state } = Object.fromEntries(given);
    // Before anything is judged: whoever wants to leave has left, whatever is wrong with the request.
    const frames = await endSession(provider, { parts, req, res });
    const audience = hint === undefined ? undefined : await audienceOf(provider, hint);
    if (flow.requiresIdTokenHint === true && audience === undefined)
      throw new PageError(400, 'id_token_hint is missing.');
    const { hasExactLogout } = serviceOf(parts.registrations);
    const isExact = hasExactLogout || flow.requiresIdTokenHint === true;
    if (uri !== undefined) checkTarget(uri, allowedUris(parts, isExact, audience), isExact);
    leadOn(res, { parts, frames, target: uri === undefined ? '/signed-out' : withState(uri, state) });
  };
}

interface Leaving {
  readonly parts: Parts;
  /** Front-channel addresses. */
  readonly frames: readonly string[];
  readonly target: string;
}

/** Browsers count the time of a refresh from when every frame is loaded. */
function leadOn(res: Response, { parts, frames, target }: Leaving): void {
  if (frames.length === 0) {
    res.redirect(302, target);
    return;
  }
  const page = { title: 'Signing out', text: 'You are being signed out of every application.', frames, target };
  res.set('refresh', `0;url=${target}`);
  sendPage(res, { body: renderPage('message', { ...page, ...pageOf(parts.registrations) }), frames });
}

/** The client that an id token was issued to; it may have expired. @throws PageError for one that is not ours */
async function audienceOf(provider: Provider, hint: string): Promise<string> {
  try {
    const { aud } = decodeJwt(hint);
    const client = await provider.Client.find(String(aud));
    if (client === undefined) throw new Error(`client '${String(aud)}' is not registered`);
    await provider.IdToken.validate(hint, client);
    return client.clientId;
  } catch (error) {
    throw new PageError(400, `id_token_hint is not an id token of this directory: ${(error as Error).message}`);
  }
}

function allowedUris({ registrations }: Parts, isExact: boolean, audience?: string): readonly string[] {
  const clients = registrations.clients.filter(({ clientId }) => audience === undefined || clientId === audience);
  const uris = clients.flatMap(addressesOf);
  return isExact ? uris : uris.flatMap((uri) => [uri, new URL(uri).origin]);
}

function checkTarget(uri: string, allowed: readonly string[], isExact: boolean): void {
  // A scheme of its own has no origin: its addresses are compared whole.
  const origin = URL.parse(uri)?.origin;
  const given = isExact || origin === 'null' ? uri : origin;
  if (given !== undefined && allowed.includes(given)) return;
  throw new PageError(400, `post_logout_redirect_uri '${uri}' is not an address of a registered application.`);
}

interface Visit {
  readonly parts: Parts;
  readonly req: Request;
  readonly res: Response;
}

/** Ends the session. @returns the front-channel addresses of the applications that it signed in to */
async function endSession(
  provider: Provider,
  { parts: { registrations }, req, res }: Visit,
): Promise<readonly string[]> {
  const session = await provider.Session.get(provider.createContext(req, res));
  const { uid, authorizations = {} } = session;
  if (session.accountId !== undefined) await session.destroy();
  const name = provider.cookieName('session');
  for (const cookie of [name, `${name}.sig`]) res.clearCookie(cookie, { path: '/' });
  if (!serviceOf(registrations).hasFrontChannel) return [];
  return registrations.clients.flatMap(({ clientId, logoutUrl }) => {
    const url = clientId in authorizations && logoutUrl !== undefined ? URL.parse(logoutUrl) : null;
    // Without `iss`, which the service does not send: github.com/nginxinc/nginx-openid-connect/issues/117.
    url?.searchParams.set('sid', uid);
    return url === null ? [] : [url.href];
  });
}

function withState(uri: string, state: string | undefined): string {
  const url = new URL(uri);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
