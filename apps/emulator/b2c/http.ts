import type { Request, RequestHandler, Response } from 'express';
import { decodeJwt } from 'jose';
import { setTimeout as delay } from 'node:timers/promises';
import type Provider from 'oidc-provider';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { B2cError, errorText, traced } from './errors';
import { type B2cFaults, endpointOf, type FaultRule } from './faults';
import type { FlowProviders } from './oidc/flow-providers';
import { pageHeaders, renderPage, sendPage } from '../pages/render';
import type { Origins, Parts } from './parts';
import { addressesOf, domainOf, findFlow, type Flow, isDirectory } from './registrations';
import { serviceOf } from './services/service';
import { pageOf } from './views';
import { isLoopbackHost } from '../../service/loopback';

/** Finds the flow that a path names, in any case. @throws B2cError 404 */
export function findFlowInPath({ registrations }: Parts): RequestHandler<{ tenant: string; flow: string }> {
  return (req, res, next) => {
    const { tenant, flow: name } = req.params;
    const flow = isDirectory(registrations, tenant) ? findFlow(registrations, name) : undefined;
    if (flow === undefined) throw new B2cError(404, errorText(registrations, 'AADB2C90022', name, tenant));
    res.locals['flow'] = flow;
    next();
  };
}

/** Endpoints of External ID are those of the tenant; which flow people see follows from the application. */
const TENANT: Flow = { id: 'external-id', type: 'signUpOrSignIn', refreshTokenDays: 90 };

/** Finds the tenant that a path names. @throws B2cError 404 */
export function findTenantInPath({ registrations }: Parts): RequestHandler<{ tenant: string }> {
  return (req, res, next) => {
    const { tenant } = req.params;
    if (!isDirectory(registrations, tenant)) {
      throw new B2cError(404, errorText(registrations, 'AADB2C90022', '', tenant));
    }
    res.locals['flow'] = TENANT;
    next();
  };
}

/** The flow of a request that came through one of these. */
export function flowOf(res: Response): Flow {
  return res.locals['flow'] as Flow;
}

/**
 * Refuses a `Host` that is not ours: a page elsewhere could let its own name lead to this machine and read the inbox
 * (DNS rebinding).
 */
export function ownHostOnly({ browser, applications }: Origins): RequestHandler {
  const own = [browser, applications].map((origin) => new URL(origin).hostname);
  return (req, _res, next) => {
    // A proxy may hand on the name by which it was reached.
    for (const host of [req.headers.host ?? '', ...(req.get('x-forwarded-host')?.split(',') ?? [])]) {
      const hostname = URL.parse(`http://${host.trim()}`)?.hostname ?? '';
      if (!isLoopbackHost(hostname) && !own.includes(hostname))
        throw new B2cError(421, 'This host name is not served here.');
    }
    next();
  };
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

/** A page of another site cannot post our forms. Their addresses are secret too, and their cookie is for them alone. */
export const ownFormsOnly: RequestHandler = (req, _res, next) => {
  const site = req.headers['sec-fetch-site'];
  if (req.method === 'POST' && site !== undefined && site !== 'same-origin') {
    throw new B2cError(403, 'The form was sent from another site.');
  }
  next();
};

/** Lets requests go wrong. Wrong keys are left to the endpoint that publishes them. */
export function injectFaults(faults: B2cFaults): RequestHandler {
  return async (req, res, next) => {
    const fault = faults.next(endpointOf(req.path));
    res.locals['fault'] = fault?.kind;
    if (fault?.kind === 'slow') await delay(fault.delay ?? 1000);
    // Who had no more patience is not there to be answered.
    if (req.socket.destroyed) return;
    if (fault?.kind === 'unavailable') throw new B2cError(503, 'The service is temporarily unavailable.');
    next();
  };
}

/** The kind of the fault that a request met. */
export function faultOf(res: Response): FaultRule['kind'] | undefined {
  return res.locals['fault'] as FaultRule['kind'] | undefined;
}

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
  const params = oidc.params ?? query;
  const [clientId = '', redirectUri = ''] = ['client_id', 'redirect_uri'].map((name) => textIn(params, name));
  if (error instanceof errors.InvalidClient) {
    return errorText(registrations, 'AADB2C90018', clientId, domainOf(registrations));
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return errorText(registrations, 'AADB2C90006', redirectUri, clientId);
  }
  if (error instanceof errors.SessionNotFound) {
    return 'This page has already been used or has expired. Go back to the application and start again.';
  }
  return undefined;
}

function textIn(params: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const { [name]: value } = params;
  return typeof value === 'string' ? value : undefined;
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
    const [hint, uri, state] = ['id_token_hint', 'post_logout_redirect_uri', 'state'].map((name) => given(req, name));
    // Before anything is judged: whoever wants to leave has left, whatever is wrong with the request.
    const frames = await endSession(provider, { parts, req, res });
    const audience = hint === undefined ? undefined : await audienceOf(provider, hint);
    if (flow.requiresIdTokenHint === true && audience === undefined)
      throw new B2cError(400, 'id_token_hint is missing.');
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

function given({ query }: Request, name: string): string | undefined {
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
  const uris = clients.flatMap(addressesOf);
  return isExact ? uris : uris.flatMap((uri) => [uri, new URL(uri).origin]);
}

function checkTarget(uri: string, allowed: readonly string[], isExact: boolean): void {
  // A scheme of its own has no origin: its addresses are compared whole.
  const origin = URL.parse(uri)?.origin;
  const given = isExact || origin === 'null' ? uri : origin;
  if (given !== undefined && allowed.includes(given)) return;
  throw new B2cError(400, `post_logout_redirect_uri '${uri}' is not an address of a registered application.`);
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
