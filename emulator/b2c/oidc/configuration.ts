import type { Account, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { SigningKey } from '../keys';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import { domainOf, scopesOf } from '../registrations';
import { adapterFactory } from './adapter';
import { accountOf, claimNames, claimsOf } from './claims';
import { policyOf } from './policy';
import { findApi, grantedScopes, requestedApi, scopesIn, shortScope } from './scopes';

const INTERACTION_SECONDS = 3600;
const CODE_SECONDS = 300;

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
  return {
    adapter: adapterFactory(entries, registrations, flow),
    jwks: { keys },
    cookies: { keys: [...parts.cookieKeys], names: COOKIE_NAMES },
    routes: ROUTES,
    scopes: ['openid', 'offline_access'],
    responseTypes: ['code'],
    claims: { openid: [...claimNames(flow)] },
    // Confidential clients may leave it out, as with the service.
    pkce: { required: () => false },
    rotateRefreshToken: parts.rotateRefreshTokens,
    issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
    expiresWithSession: () => false,
    ttl: lifetimes(flow),
    interactions: {
      policy: policyOf(flow),
      // The path of the cookie, so always in the same case.
      url: (_ctx, { uid }) => `/${domainOf(registrations)}/${flow.id}/interaction/${uid}`,
    },
    findAccount: (_ctx, id) => findAccount(parts, flow, id),
    loadExistingGrant: (ctx) => newGrant(ctx, parts),
    extraParams: { refreshable: keepOfflineAccess },
    features: featuresOf(parts),
    formats: {
      customizers: {
        jwt: (ctx, token, jwt) => {
          customize(ctx, { parts, flow, token, jwt });
        },
      },
    },
    renderError,
  };
}

function findAccount({ users }: Parts, flow: Flow, id: string): Account | undefined {
  const user = users.find(id);
  return user && accountOf(user, flow);
}

function lifetimes({ tokenMinutes = 60, refreshTokenDays = 14, sessionMinutes = 1440 }: Flow): Configuration['ttl'] {
  const refresh = refreshTokenDays * 86_400;
  return {
    AccessToken: () => tokenMinutes * 60,
    AuthorizationCode: () => CODE_SECONDS,
    // Saving a grant again does not prolong it: it must outlive its tokens from the start.
    Grant: () => refresh + CODE_SECONDS,
    IdToken: () => tokenMinutes * 60,
    Interaction: () => INTERACTION_SECONDS,
    RefreshToken: () => refresh,
    Session: () => sessionMinutes * 60,
  };
}

function featuresOf({ registrations }: Parts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    // Its pages are replaced: the service redirects at once.
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      defaultResource: (ctx, { clientId }) => requestedApi(ctx, registrations, clientId),
      getResourceServerInfo: (_ctx, uri) => {
        const api = findApi(registrations, uri);
        return {
          // Full names, so that the answer's scope is what applications ask for again.
          scope: api === undefined ? '' : scopesOf(api).join(' '),
          audience: api?.clientId ?? uri,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        };
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
 * Consent is the administrator's, so nobody is asked. A new grant each time: a code that is used twice revokes the
 * tokens of its own sign-in alone.
 */
async function newGrant({ oidc }: KoaContextWithOIDC, { registrations }: Parts): Promise<OidcGrant | undefined> {
  const { account, client } = oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid offline_access');
  for (const uri of Object.keys(oidc.resourceServers ?? {})) {
    const api = findApi(registrations, uri);
    if (api !== undefined) grant.addResourceScope(uri, grantedScopes(registrations, client.clientId, api).join(' '));
  }
  await grant.save();
  return grant;
}

type OidcGrant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']>;

type Customizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>;

interface AccessTokenParts {
  readonly parts: Parts;
  readonly flow: Flow;
  readonly token: Parameters<Customizer>[1];
  readonly jwt: Parameters<Customizer>[2];
}

/** Gives an access token the claims and the header of the service's. */
function customize({ oidc }: KoaContextWithOIDC, { parts, flow, token, jwt }: AccessTokenParts): void {
  const { scope, client_id, ...rest } = jwt.payload as Readonly<Record<string, unknown>>;
  const user = 'accountId' in token ? parts.users.find(token.accountId) : undefined;
  const nonce = oidc.entities.AuthorizationCode?.nonce ?? oidc.entities.RefreshToken?.nonce;
  jwt.header = { typ: 'JWT' };
  jwt.payload = {
    ...rest,
    ...(user !== undefined && claimsOf(user, flow)),
    ...(nonce !== undefined && { nonce }),
    azp: client_id,
    // The service gives its access tokens no id.
    jti: undefined,
    scp: scopesIn(scope).map(shortScope).join(' '),
  };
}
