import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import Provider, { errors } from 'oidc-provider';
import { z } from 'zod';
import { errorText } from '../errors';
import { addressesOf, type Client, findClient, type Flow, hasSecret, type Registrations } from '../registrations';
import { serviceOf } from '../services/service';
import type { Entries } from '../store/entries';

/** Response types that are offered; all but `code` where the registration lets tokens out without one. */
export const RESPONSE_TYPES = ['code', 'id_token', 'code id_token'] as const;

/** Kind of a registered address, by which an application has a secret or none. */
export type Platform = 'web' | 'spa' | 'native';

/** The platform that an address is registered for; undefined for another address. */
export function platformOf(client: Client, uri: string): Platform | undefined {
  const { redirectUris, spaRedirectUris = [], nativeRedirectUris = [] } = client;
  if (redirectUris.includes(uri)) return 'web';
  if (spaRedirectUris.includes(uri)) return 'spa';
  const onLoopback = withoutPort(uri);
  const isNative = (known: string): boolean =>
    known === uri || (onLoopback !== undefined && withoutPort(known) === onLoopback);
  return nativeRedirectUris.some(isNative) ? 'native' : undefined;
}

const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?(\/\S*)?$/;

/**
 * An http address on this machine without its port, which a native application gets only when it listens. The rest must
 * be the same to the letter.
 * Source: Microsoft Entra, 'Redirect URI (reply URL) restrictions and limitations', Localhost exceptions.
 */
function withoutPort(uri: string): string | undefined {
  const [, origin, path = '/'] = LOOPBACK.exec(uri) ?? [];
  return origin && `${origin}${path}`;
}

const GrantPlatform = z.object({ platform: z.enum(['web', 'spa', 'native']) });
const Issued = z.looseObject({ grantId: z.string() });

/** Keeps the platform of a sign-in, which its refresh tokens do not have. */
export function keepPlatform(entries: Entries, grant: { id: string; platform: Platform; seconds: number }): void {
  entries.put({ model: 'Platform', id: grant.id }, { platform: grant.platform }, grant.seconds);
}

export function platformOfGrant(entries: Entries, grantId: string | undefined): Platform {
  const kept = grantId === undefined ? undefined : entries.find({ model: 'Platform', id: grantId }, GrantPlatform);
  return kept?.platform ?? 'web';
}

export interface ClientsOptions {
  readonly entries: Entries;
  readonly registrations: Registrations;
  readonly flow: Flow;
  /** Model of refresh tokens in the entries. */
  readonly refreshModel: string;
}

/** Registered clients for the library, each as the address of the request has it. */
export function clientFinder(options: ClientsOptions): (id: string) => AdapterPayload | undefined {
  return (id) => {
    const client = findClient(options.registrations, id);
    return client && metadataOf(client, options);
  };
}

function metadataOf(client: Client, options: ClientsOptions): AdapterPayload {
  const { clientId, displayName } = client;
  const { implicitGrantBy } = serviceOf(options.registrations);
  const isImplicit = client.implicitTokens?.includes(implicitGrantBy) === true;
  return {
    client_id: clientId,
    client_name: displayName,
    // The library wants one; what is compared are the digests, in `compareClientSecret`.
    client_secret: 'not the secret',
    token_endpoint_auth_method: platformNow(client, options) === 'web' ? 'client_secret_post' : 'none',
    redirect_uris: [...addressesOf(client)],
    response_types: isImplicit ? [...RESPONSE_TYPES] : ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', ...(isImplicit ? ['implicit'] : [])],
  };
}

function platformNow(client: Client, options: ClientsOptions): Platform {
  const { ctx } = Provider;
  if (ctx?.oidc.route !== 'token') return 'web';
  const platform = platformOfRequest(client, options, ctx);
  if (platform === 'spa' && ctx.get('origin') === '' && serviceOf(options.registrations).needsOriginOfSpa)
    throw new errors.InvalidRequest(errorText(options.registrations, 'AADSTS9002327'));
  return platform;
}

/**
 * The platform of the token that a request asks for, by the parameter of its own grant: any other could be somebody
 * else's. `web`, which needs a secret, where nothing names another.
 */
function platformOfRequest(client: Client, options: ClientsOptions, ctx: KoaContextWithOIDC): Platform {
  const { grant_type: grant, redirect_uri: uri, refresh_token: token } = ctx.oidc.params ?? {};
  if (grant === 'authorization_code' && typeof uri === 'string') return platformOf(client, uri) ?? 'web';
  if (grant !== 'refresh_token' || typeof token !== 'string') return 'web';
  const { entries, refreshModel } = options;
  const issued = entries.find({ model: refreshModel, id: token }, Issued);
  return issued === undefined ? platformOfCaller(client, ctx) : platformOfGrant(entries, issued.grantId);
}

/** A token that is unknown or has expired gets nothing: a public client must hear that alone, and its page read it. */
function platformOfCaller(client: Client, ctx: KoaContextWithOIDC): Platform {
  const isPublic = addressesOf(client).length > client.redirectUris.length;
  if (!isPublic || ctx.oidc.params?.['client_secret'] !== undefined) return 'web';
  return ctx.get('origin') === '' ? 'native' : 'spa';
}

/** Only a page that redeems by its own address reads an answer of the token endpoint. */
export function isOriginAllowed(options: ClientsOptions, ctx: KoaContextWithOIDC, clientId: string): boolean {
  const client = findClient(options.registrations, clientId);
  const { spaRedirectUris = [] } = client ?? {};
  const origin = ctx.get('origin');
  return (
    client !== undefined &&
    platformOfRequest(client, options, ctx) === 'spa' &&
    spaRedirectUris.some((uri) => /^https?:/.test(uri) && URL.parse(uri)?.origin === origin)
  );
}

/** Makes the library judge clients as the service does: by digests of secrets, and addresses by their platform. */
export function judgeClients({ Client: Library }: Provider, registrations: Registrations): void {
  const { prototype } = Library;
  const registered = (id: string): Client | undefined => findClient(registrations, id);
  prototype.compareClientSecret = function compare(given: string) {
    const client = registered(this.clientId);
    return client !== undefined && hasSecret(client, given);
  };
  prototype.redirectUriAllowed = function isAllowed(uri: string) {
    const client = registered(this.clientId);
    return client !== undefined && platformOf(client, uri) !== undefined;
  };
  // The directory decides which addresses can be registered; the library would refuse localhost for id tokens.
  const { Schema } = Library as unknown as { readonly Schema: { readonly prototype: { redirectUris: () => void } } };
  Schema.prototype.redirectUris = () => undefined;
}
