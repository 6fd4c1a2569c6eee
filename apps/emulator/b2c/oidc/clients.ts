import type { AdapterPayload } from 'oidc-provider';
import Provider, { errors } from 'oidc-provider';
import { z } from 'zod';
import { isLoopbackHost } from '../../../service/loopback';
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

/**
 * An http address on this machine without its port, which a native application gets only when it listens.
 * Source: Microsoft Entra, 'Redirect URI (reply URL) restrictions and limitations', Localhost exceptions.
 */
function withoutPort(uri: string): string | undefined {
  const url = URL.parse(uri);
  if (url?.protocol !== 'http:' || !isLoopbackHost(url.hostname)) return undefined;
  url.port = '';
  return url.href;
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

/** The platform of the token that a request asks for; `web`, which needs a secret, where nothing names another. */
function platformNow(client: Client, options: ClientsOptions): Platform {
  const { ctx } = Provider;
  if (ctx?.oidc.route !== 'token') return 'web';
  const platform = platformOfParams(client, options, ctx.oidc.params) ?? 'web';
  if (platform === 'spa' && ctx.get('origin') === '' && serviceOf(options.registrations).needsOriginOfSpa)
    throw new errors.InvalidRequest(errorText(options.registrations, 'AADSTS9002327'));
  return platform;
}

function platformOfParams(
  client: Client,
  { entries, refreshModel }: ClientsOptions,
  params: Readonly<Record<string, unknown>> = {},
): Platform | undefined {
  const { redirect_uri: uri, refresh_token: token } = params;
  const issued = typeof token === 'string' ? entries.find({ model: refreshModel, id: token }, Issued) : undefined;
  if (issued !== undefined) return platformOfGrant(entries, issued.grantId);
  return typeof uri === 'string' ? platformOf(client, uri) : undefined;
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

/** Origins of the pages that redeem codes themselves; no other page reads an answer of the token endpoint. */
export function isOriginOfSpa(client: Client | undefined, origin: string): boolean {
  return client?.spaRedirectUris?.some((uri) => URL.parse(uri)?.origin === origin) === true;
}
