import type {
  Adapter,
  AdapterFactory,
  AdapterPayload,
  Configuration,
  FindAccount,
  KoaContextWithOIDC,
} from 'oidc-provider';
import type { SigningKey } from '../keys';
import type { Parts } from '../parts';
import {
  type Client,
  findClient,
  type Flow,
  type Registrations,
  scopesIn,
  scopesOf,
  shortScope,
} from '../registrations';
import { serviceOf } from '../services/service';
import { type Entries, Payload } from '../store/entries';
import { policyOf } from './policy';
import { findApi, grantedScopes, requestedApi } from './scopes';

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
  const service = serviceOf(registrations);
  return {
    adapter: adapterFactory(entries, registrations, flow),
    jwks: { keys },
    cookies: { keys: [...parts.cookieKeys], names: COOKIE_NAMES },
    routes: ROUTES,
    scopes: [...service.scopes],
    responseTypes: ['code'],
    claims: { openid: [...service.claimNames(registrations, flow)] },
    // Confidential clients may leave it out, as with the service.
    pkce: { required: () => false },
    rotateRefreshToken: parts.rotateRefreshTokens,
    issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
    expiresWithSession: () => false,
    ttl: lifetimes(flow),
    interactions: {
      policy: policyOf(registrations, flow),
      // The path of the cookie, so always in the same case.
      url: (_ctx, { uid }) => `${service.pathOf(registrations, flow)}/interaction/${uid}`,
    },
    findAccount: accountFinder(parts, flow),
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

/** Finds an account, whose tokens differ by the client and by what it asks for. */
function accountFinder({ users, registrations }: Parts, flow: Flow): FindAccount {
  return ({ oidc }, id, token) => {
    const user = users.find(id);
    if (user === undefined) return undefined;
    const { clientId = '' } = oidc.client ?? {};
    const granted = token !== undefined && 'scope' in token ? token.scope : undefined;
    const scopes = scopesIn(granted ?? oidc.params?.['scope']);
    const context = { registrations, flow, clientId, scopes };
    return { accountId: user.id, claims: () => serviceOf(registrations).idTokenClaims(user, context) };
  };
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
 * Consent is the administrator's, so no one is asked. A new grant each time: a code that is used twice revokes the
 * tokens of its own sign-in alone.
 */
async function newGrant({ oidc }: KoaContextWithOIDC, { registrations }: Parts): Promise<OidcGrant | undefined> {
  const { account, client } = oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(serviceOf(registrations).scopes.join(' '));
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
  const { registrations, users } = parts;
  const { scope, client_id, aud, ...rest } = jwt.payload as Readonly<Record<string, unknown>>;
  const user = 'accountId' in token ? users.find(token.accountId) : undefined;
  const context = { registrations, flow, clientId: String(client_id), audience: String(aud), scopes: [] };
  const nonce = oidc.entities.AuthorizationCode?.nonce ?? oidc.entities.RefreshToken?.nonce;
  jwt.header = { typ: 'JWT' };
  jwt.payload = {
    ...rest,
    aud,
    ...(user !== undefined && serviceOf(registrations).accessTokenClaims(user, context)),
    ...(nonce !== undefined && { nonce }),
    // The services give their access tokens no id.
    jti: undefined,
    scp: scopesIn(scope).map(shortScope).join(' '),
  };
}

/** Models that all flows share: one sign-in counts everywhere. Codes and tokens are bound to their flow. */
const SHARED: ReadonlySet<string> = new Set(['Session', 'Grant']);

/** The library's memory; its clients are those that are registered at this moment. */
function adapterFactory(entries: Entries, registrations: Registrations, flow: Flow): AdapterFactory {
  return (model) => {
    if (model === 'Client') return new ClientAdapter(entries, registrations);
    return new EntryAdapter(entries, SHARED.has(model) ? model : `${flow.id.toLowerCase()}:${model}`);
  };
}

class EntryAdapter implements Adapter {
  constructor(
    private readonly entries: Entries,
    private readonly model: string,
  ) {}

  upsert(id: string, payload: AdapterPayload, seconds = 0): Promise<void> {
    this.entries.put({ model: this.model, id }, payload, seconds);
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.entries.find({ model: this.model, id }, Payload));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.entries.findByUid(this.model, uid));
  }

  /** For devices without a browser, which user flows do not have. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  consume(id: string): Promise<void> {
    this.entries.consume({ model: this.model, id });
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.entries.remove({ model: this.model, id });
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    this.entries.removeByGrant(this.model, grantId);
    return Promise.resolve();
  }
}

/** Clients are registered in the directory, never through the library. */
class ClientAdapter extends EntryAdapter {
  constructor(
    entries: Entries,
    private readonly registrations: Registrations,
  ) {
    super(entries, 'Client');
  }

  override find(id: string): Promise<AdapterPayload | undefined> {
    const client = findClient(this.registrations, id);
    return Promise.resolve(client && metadataOf(client));
  }
}

function metadataOf({ clientId, displayName, redirectUris }: Client): AdapterPayload {
  return {
    client_id: clientId,
    client_name: displayName,
    // The library wants one; what is compared are the digests, in `compareClientSecret`.
    client_secret: 'not the secret',
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [...redirectUris],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
}
