import type Provider from 'oidc-provider';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { type ErrorCode, errorText } from '../errors';
import { type Api, type Client, findClient, type Registrations, scopesIn, scopesOf } from '../registrations';
import { serviceOf } from '../services/service';

/** Scopes that name no API. In B2C `profile` and `email` are accepted and do nothing: a flow decides on the claims. */
const SIGN_IN_SCOPES: readonly string[] = ['openid', 'offline_access', 'profile', 'email'];

const DEFAULT_SIGN_IN_SCOPES: readonly string[] = ['openid', 'offline_access'];

/** Every scope of an API that was granted. */
const ALL_GRANTED = '/.default';

/** Microsoft Graph, whose scopes are registered by their short names. */
const GRAPH = { uri: 'https://graph.microsoft.com', audience: '00000003-0000-0000-c000-000000000000' };

/** Microsoft's samples ask for it, so it is known where it was not granted. */
const GRAPH_DEFAULT = 'User.Read';

/** An application as the recipient of an access token. */
interface Resource {
  /** The library takes URIs alone. */
  readonly uri: string;
  /** Client id of the recipient. */
  readonly audience: string;
  /** Full names of what the client may ask of it. */
  readonly granted: readonly string[];
}

/** Recipients that a client may have tokens for. */
export function resourcesFor(registrations: Registrations, client: Client): readonly Resource[] {
  const apis = registrations.apis.map((api) => ({
    uri: api.identifierUri,
    audience: api.clientId,
    granted: scopesOf(api).filter((scope) => client.grantedScopes.includes(scope)),
  }));
  const { clientId } = client;
  const { hasClientIdScope, hasGraph } = serviceOf(registrations);
  const graph = { ...GRAPH, granted: client.grantedScopes.filter((scope) => !scope.includes('/')) };
  const own = { uri: `urn:client:${clientId}`, audience: clientId, granted: [clientId] };
  return [...apis, ...(hasClientIdScope ? [own] : []), ...(hasGraph ? [graph] : [])];
}

/** A recipient by its URI, with what a request may ask of it: app roles where the application asks for itself. */
export function resourceOf({ oidc }: KoaContextWithOIDC, registrations: Registrations, uri: string): Resource {
  const client = findClient(registrations, oidc.client?.clientId ?? '');
  const found = client && resourcesFor(registrations, client).find((one) => one.uri === uri);
  if (client === undefined || found === undefined) return { uri, audience: uri, granted: [] };
  return isForItself(oidc) ? { ...found, granted: rolesOf(client, found) } : found;
}

function isForItself({ params }: KoaContextWithOIDC['oidc']): boolean {
  return params?.['grant_type'] === 'client_credentials';
}

function rolesOf({ grantedRoles = [] }: Client, { uri }: Resource): readonly string[] {
  return grantedRoles.filter((role) => role.startsWith(`${uri}/`));
}

/**
 * The API that a request wants a token for. Scopes that stand for several are replaced by those.
 *
 * @returns undefined where it names none: then there is no access token
 * @throws CustomOIDCProviderError, which goes to the application: scopes that are unknown, of two APIs, or not granted
 */
export function requestedApi(
  { oidc }: KoaContextWithOIDC,
  registrations: Registrations,
  clientId: string,
): string | undefined {
  const { params } = oidc;
  const client = findClient(registrations, clientId);
  if (client === undefined || params === undefined) return undefined;
  const asked = scopesIn(params['scope']);
  const ofApis = asked.filter((scope) => !SIGN_IN_SCOPES.includes(scope));
  const [resource, granted] = isForItself(oidc)
    ? rolesAsked(registrations, client, asked)
    : scopesAsked(registrations, client, ofApis);
  if (!isForItself(oidc)) checkSignInScopes(asked, client, registrations);
  if (resource === undefined) return undefined;
  params['scope'] = [...asked.filter((scope) => !ofApis.includes(scope)), ...granted].join(' ');
  return resource.uri;
}

type Asked = readonly [Resource | undefined, readonly string[]];

/** B2C gives what was granted, if anything was; External ID everything or nothing. */
function scopesAsked(registrations: Registrations, client: Client, scopes: readonly string[]): Asked {
  const known = resourcesFor(registrations, client);
  const found = scopes.map((scope) => getResource(registrations, known, scope));
  const [resource] = found;
  if (resource === undefined) return [undefined, []];
  if (found.some(({ uri }) => uri !== resource.uri)) refuse(registrations, 'AADB2C90146', scopes.join(' '));
  if (scopes.some((scope) => scope.endsWith(ALL_GRANTED))) {
    if (scopes.length > 1) refuse(registrations, 'AADB2C90117', scopes.join(' '));
    if (resource.granted.length === 0) refuse(registrations, 'AADB2C90205');
    return [resource, resource.granted];
  }
  const granted = scopes.filter((scope) => resource.granted.includes(scope));
  const lacks = serviceOf(registrations).grantsPartly ? granted.length === 0 : granted.length < scopes.length;
  if (lacks) refuse(registrations, 'AADB2C90205');
  return [resource, granted];
}

/**
 * App roles of an application that asks for itself; B2C puts them into `scp`.
 * Source: Azure AD B2C, 'Set up OAuth 2.0 client credentials flow'.
 */
function rolesAsked(registrations: Registrations, client: Client, asked: readonly string[]): Asked {
  const [scope = '', ...others] = asked;
  const { codeOfOwnScope, hasRolelessTokens } = serviceOf(registrations);
  if (others.length > 0 || !scope.endsWith(ALL_GRANTED)) refuse(registrations, codeOfOwnScope, asked.join(' '));
  const resource = byDefaultScope(resourcesFor(registrations, client), scope);
  if (resource === undefined) return refuse(registrations, 'AADB2C90117', scope);
  const roles = rolesOf(client, resource);
  if (roles.length === 0 && !hasRolelessTokens) refuse(registrations, 'AADB2C90205');
  return [resource, roles];
}

/**
 * Lets a refresh name more than the sign-in did: in B2C the scopes that do nothing, since MSAL always adds `profile`; in
 * External ID everything that was granted, for any API. The grant decides what tokens have.
 */
export function widenRefreshTokens({ RefreshToken }: Provider, registrations: Registrations): void {
  const { scopes, refreshesForAll } = serviceOf(registrations);
  const ignored = SIGN_IN_SCOPES.filter((scope) => !scopes.includes(scope));
  const resources = ({ clientId }: Issued): readonly Resource[] => {
    const client = refreshesForAll ? findClient(registrations, clientId ?? '') : undefined;
    return client === undefined ? [] : resourcesFor(registrations, client);
  };
  Object.defineProperties(RefreshToken.prototype, {
    scopes: {
      get(this: Issued) {
        const more = resources(this).flatMap(({ uri, audience, granted }) => [
          ...granted,
          ...[uri, audience].map((name) => `${name}${ALL_GRANTED}`),
        ]);
        return new Set([...scopesIn(this.scope), ...ignored, ...more]);
      },
    },
    resourceIndicators: {
      get(this: Issued) {
        return new Set([this.resource, ...resources(this).map(({ uri }) => uri)]);
      },
    },
  });
}

/** A token as the library keeps it. */
interface Issued {
  readonly scope?: string;
  readonly resource?: string;
  readonly clientId?: string;
}

/** Aims a refresh at the API that it names. @throws CustomOIDCProviderError if that needs a second factor first */
export function aimRefresh(ctx: KoaContextWithOIDC, registrations: Registrations): void {
  const { params, client, entities } = ctx.oidc;
  if (params === undefined || client === undefined || !serviceOf(registrations).refreshesForAll) return;
  const uri = requestedApi(ctx, registrations, client.clientId);
  if (uri === undefined) return;
  params['resource'] = uri;
  const api = registrations.apis.find(({ identifierUri }) => identifierUri === uri);
  const hasFactor = entities.RefreshToken?.amr?.includes('mfa') === true;
  if (api?.needsFactor === true && !hasFactor) refuse(registrations, 'AADSTS50076', api.clientId);
}

function checkSignInScopes(
  asked: readonly string[],
  { signInScopes = DEFAULT_SIGN_IN_SCOPES }: Client,
  registrations: Registrations,
): void {
  const isRefused = (scope: string): boolean => DEFAULT_SIGN_IN_SCOPES.includes(scope) && !signInScopes.includes(scope);
  if (asked.some(isRefused)) refuse(registrations, 'AADB2C90205');
}

function getResource(registrations: Registrations, known: readonly Resource[], scope: string): Resource {
  const api: Api | undefined = registrations.apis.find((one) => scopesOf(one).includes(scope));
  const found =
    api === undefined
      ? known.find(({ uri, granted }) => granted.includes(scope) || (uri === GRAPH.uri && scope === GRAPH_DEFAULT))
      : known.find(({ uri }) => uri === api.identifierUri);
  const { hasDefaultScope } = serviceOf(registrations);
  return (
    found ?? (hasDefaultScope ? byDefaultScope(known, scope) : undefined) ?? refuse(registrations, 'AADB2C90117', scope)
  );
}

/** A recipient by `<its URI or client id>/.default`. */
function byDefaultScope(known: readonly Resource[], scope: string): Resource | undefined {
  return known.find(({ uri, audience }) => [uri, audience].some((name) => `${name}${ALL_GRANTED}` === scope));
}

/** Names of errors that are not `invalid_request`. */
const ERRORS: Partial<Record<ErrorCode, string>> = {
  AADSTS50076: 'interaction_required',
  AADSTS1002012: 'invalid_scope',
};

function refuse(registrations: Registrations, code: ErrorCode, ...values: readonly string[]): never {
  const error = ERRORS[code] ?? 'invalid_request';
  throw new errors.CustomOIDCProviderError(error, errorText(registrations, code, ...values));
}
