import type { AdapterFactory, Configuration, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import type { SigningKey } from '../keys';
import type { Parts } from '../parts';
import { findClient, type Flow, type Registrations, scopesIn } from '../registrations';
import { serviceOf } from '../services/service';
import type { Entries } from '../store/entries';
import { policyOf } from './policy';
import {
  clientFinder,
  type ClientsOptions,
  isOriginAllowed,
  keepPlatform,
  type Platform,
  platformOf,
  platformOfGrant,
  RESPONSE_TYPES,
} from './clients';
import { aimRefresh, requestedApi, resourceOf, resourcesFor } from './scopes';

const INTERACTION_SECONDS = 3600;
const CODE_SECONDS = 300;
/** Refresh tokens of a page in a browser, which no use prolongs: Microsoft, 'Refresh tokens', Token lifetime. */
const SPA_SECONDS = 86_400;

/** Cookies know no ports: names that no application on this machine has. */
const COOKIE_NAMES = { session: 'b2c.session', interaction: 'b2c.interaction', resume: 'b2c.resume' };

const ROUTES = {
  authorization: '/oauth2/v2.0/authorize',
  token: '/oauth2/v2.0/token',
  end_session: '/oauth2/v2.0/logout',
  jwks: '/discovery/v2.0/keys',
};

export interface FlowConfiguration {
  readonly parts: Parts;
  readonly flow: Flow;
  /** The first signs. */
  readonly keys: readonly SigningKey[];
  readonly renderError: NonNullable<Configuration['renderError']>;
}

/** oidc-provider as one flow of the service. */
export function configurationOf({ parts, flow, keys, renderError }: FlowConfiguration): Configuration {
  const { entries, registrations } = parts;
  const service = serviceOf(registrations);
  const clients = { entries, registrations, flow, refreshModel: modelOf(flow, 'RefreshToken') };
  return {
    adapter: adapterFactory(clients),
    jwks: { keys },
    cookies: { keys: [...parts.cookieKeys], names: COOKIE_NAMES },
    routes: ROUTES,
    scopes: [...service.scopes],
    responseTypes: [...RESPONSE_TYPES],
    claims: { openid: [...service.claimNames(registrations, flow)] },
    // All others may leave it out, as with the service.
    pkce: { required: (ctx) => platformAt(ctx, registrations) === 'spa' },
    clientBasedCORS: (ctx, _origin, { clientId }) => isOriginAllowed(clients, ctx, clientId),
    rotateRefreshToken: (ctx) => {
      aimRefresh(ctx, registrations);
      return parts.rotateRefreshTokens;
    },
    issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
    expiresWithSession: () => false,
    ttl: lifetimes(flow, entries),
    interactions: {
      policy: policyOf(registrations, flow),
      // The path of the cookie, so always in the same case.
      url: (_ctx, { uid }) => `${service.pathOf(registrations, flow)}/interaction/${uid}`,
    },
    findAccount: accountFinder(parts, flow),
    loadExistingGrant: (ctx) => newGrant(ctx, parts, flow),
    extraParams: { refreshable: keepOfflineAccess },
    features: featuresOf(parts),
    formats: { customizers: { jwt: customizer(parts, flow) } },
    renderError,
  };
}

/** Finds an account, whose tokens differ by the client and by what it asks for. */
function accountFinder({ users, registrations }: Parts, flow: Flow): FindAccount {
  return ({ oidc }, id, token) => {
    const user = users.find(id);
    if (user === undefined) return undefined;
    const { clientId = '' } = oidc.client ?? {};
    const granted = token !== undefined && 'scope' in token ? token.scope : undefined;
    const scopes = scopesIn(granted ?? oidc.params?.['scope']);
    const context = { registrations, flow, clientId, scopes, sessionId: sessionOf(oidc, token) };
    return { accountId: user.id, claims: () => serviceOf(registrations).idTokenClaims(user, context) };
  };
}

/** Of a code or a refresh token the session that it began in. */
function sessionOf({ session }: KoaContextWithOIDC['oidc'], token: Parameters<FindAccount>[2]): string | undefined {
  const began = token !== undefined && 'sessionUid' in token ? token.sessionUid : undefined;
  return began ?? session?.uid;
}

function lifetimes(flow: Flow, entries: Entries): Configuration['ttl'] {
  const { tokenMinutes = 60, sessionMinutes = 1440 } = flow;
  const refresh = refreshSeconds(flow);
  return {
    AccessToken: () => tokenMinutes * 60,
    AuthorizationCode: () => CODE_SECONDS,
    ClientCredentials: () => tokenMinutes * 60,
    // Saving a grant again does not prolong it: it must outlive its tokens from the start.
    Grant: () => refresh + CODE_SECONDS,
    IdToken: () => tokenMinutes * 60,
    Interaction: () => INTERACTION_SECONDS,
    RefreshToken: (_ctx, { grantId, iiat }) => {
      if (platformOfGrant(entries, grantId) !== 'spa') return refresh;
      const now = Math.floor(Date.now() / 1000);
      return Math.max(1, SPA_SECONDS - (now - (iiat ?? now)));
    },
    Session: () => sessionMinutes * 60,
  };
}

function refreshSeconds({ refreshTokenDays = 14 }: Flow): number {
  return refreshTokenDays * 86_400;
}

function featuresOf({ registrations }: Parts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    // Its pages are replaced: the service redirects at once.
    rpInitiatedLogout: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      defaultResource: (ctx, { clientId }) => requestedApi(ctx, registrations, clientId),
      getResourceServerInfo: (ctx, uri) => {
        const { audience, granted } = resourceOf(ctx, registrations, uri);
        // Full names, so that the answer's scope is what applications ask for again.
        return { scope: granted.join(' '), audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
      },
    },
  };
}

/** The library drops it without `prompt=consent`. This runs after that, for every request. */
function keepOfflineAccess(ctx: KoaContextWithOIDC): void {
  const { params, body } = ctx.oidc;
  const asked = scopesIn(ctx.method === 'POST' ? body?.['scope'] : ctx.query['scope']);
  const kept = scopesIn(params?.['scope']);
  if (params === undefined || !asked.includes('offline_access') || kept.includes('offline_access')) return;
  params['scope'] = [...kept, 'offline_access'].join(' ');
}

/**
 * Consent is the administrator's, so no one is asked. A new grant each time: a code that is used twice revokes the
 * tokens of its own sign-in alone.
 */
async function newGrant(ctx: KoaContextWithOIDC, parts: Parts, flow: Flow): Promise<OidcGrant | undefined> {
  const { oidc } = ctx;
  const { registrations, entries } = parts;
  const { account, client } = oidc;
  const registered = client && findClient(registrations, client.clientId);
  if (account === undefined || registered === undefined) return undefined;
  const { clientId } = registered;
  const { scopes, refreshesForAll } = serviceOf(registrations);
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId });
  grant.addOIDCScope(scopes.join(' '));
  for (const { uri, granted } of resourcesFor(registrations, registered))
    if (refreshesForAll || uri in (oidc.resourceServers ?? {})) grant.addResourceScope(uri, granted.join(' '));
  const platform = platformAt(ctx, registrations) ?? 'web';
  keepPlatform(entries, { id: await grant.save(), platform, seconds: refreshSeconds(flow) + CODE_SECONDS });
  return grant;
}

/** The platform of the address that a sign-in returns to. */
function platformAt({ oidc }: KoaContextWithOIDC, registrations: Registrations): Platform | undefined {
  const client = findClient(registrations, oidc.client?.clientId ?? '');
  return client && platformOf(client, String(oidc.params?.['redirect_uri']));
}

type OidcGrant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']>;

type Customizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

/** Gives an access token the claims and the header of the service's. */
function customizer({ registrations, users }: Parts, flow: Flow): Customizer {
  return ({ oidc }, token, jwt) => {
    const { scope, client_id, aud, ...rest } = jwt.payload as Readonly<Record<string, unknown>>;
    const user = 'accountId' in token ? users.find(token.accountId) : undefined;
    const clientId = String(client_id);
    const hasSecret = oidc.client?.clientAuthMethod !== 'none';
    const context = { registrations, flow, clientId, audience: String(aud), scopes: scopesIn(scope), hasSecret };
    const nonce = oidc.entities.AuthorizationCode?.nonce ?? oidc.entities.RefreshToken?.nonce;
    const service = serviceOf(registrations);
    jwt.header = { typ: 'JWT' };
    jwt.payload = {
      ...rest,
      aud,
      ...(user === undefined ? service.ownTokenClaims(context) : service.accessTokenClaims(user, context)),
      ...(nonce !== undefined && { nonce }),
      // The services give their access tokens no id.
      jti: undefined,
    };
  };
}

/** Models that all flows share: one sign-in counts everywhere. Codes and tokens are bound to their flow. */
const SHARED: ReadonlySet<string> = new Set(['Session', 'Grant']);

function modelOf(flow: Flow, model: string): string {
  return SHARED.has(model) ? model : `${flow.id.toLowerCase()}:${model}`;
}

/** The library's memory. Clients are those that are registered in the directory at this moment. */
function adapterFactory(options: ClientsOptions): AdapterFactory {
  const find = clientFinder(options);
  return (model) => {
    const adapter = options.entries.adapter(modelOf(options.flow, model));
    return model === 'Client' ? { ...adapter, find: (id) => Promise.resolve().then(() => find(id)) } : adapter;
  };
}
