import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { ErrorCode } from '../errors';
import { errorText } from '../errors';
import type { Api, Client, Registrations } from '../registrations';
import { findClient, scopesIn, scopesOf } from '../registrations';
import { serviceOf } from '../services/service';

/** Scopes that name no API. In B2C `profile` and `email` are accepted and do nothing: a flow decides on the claims. */
const SIGN_IN_SCOPES: readonly string[] = ['openid', 'offline_access', 'profile', 'email'];

const DEFAULT_SIGN_IN_SCOPES: readonly string[] = ['openid', 'offline_access'];

/**
 * The API that a request wants a token for.
 *
 * @returns undefined where it names none: then there is no access token
 * @throws CustomOIDCProviderError, which goes to the application: scopes that are unknown, of two APIs, or not granted
 */
export function requestedApi(
  ctx: KoaContextWithOIDC,
  registrations: Registrations,
  clientId: string,
): string | undefined {
  const asked = scopesIn(ctx.oidc.params?.['scope']);
  const client = findClient(registrations, clientId);
  if (client === undefined) return undefined;
  checkSignInScopes(asked, client, registrations);
  const ofApis = asked.filter((scope) => !SIGN_IN_SCOPES.includes(scope));
  // By their names: what is registered may be read again each time.
  const uris = [...new Set(ofApis.map((scope) => getApi(registrations, scope).identifierUri))];
  if (uris.length > 1) refuse(registrations, 'AADB2C90146', ofApis.join(' '));
  if (!ofApis.every((scope) => client.grantedScopes.includes(scope))) refuse(registrations, 'AADB2C90205');
  return uris[0];
}

/**
 * Lets a refresh name the scopes that do nothing, also where the sign-in did not: MSAL always adds `profile`. The grant
 * does not have them, so that no token does.
 */
export function refreshWithIgnoredScopes({ RefreshToken }: Provider, registrations: Registrations): void {
  const { scopes } = serviceOf(registrations);
  const ignored = SIGN_IN_SCOPES.filter((scope) => !scopes.includes(scope));
  Object.defineProperty(RefreshToken.prototype, 'scopes', {
    get(this: { readonly scope?: string }) {
      return new Set([...scopesIn(this.scope), ...ignored]);
    },
  });
}

/** Full names of what a client may ask of an API. */
export function grantedScopes(registrations: Registrations, clientId: string, api: Api): readonly string[] {
  const client = findClient(registrations, clientId);
  return scopesOf(api).filter((scope) => client?.grantedScopes.includes(scope) === true);
}

export function findApi({ apis }: Registrations, identifierUri: string): Api | undefined {
  return apis.find((api) => api.identifierUri === identifierUri);
}

function checkSignInScopes(
  asked: readonly string[],
  { signInScopes = DEFAULT_SIGN_IN_SCOPES }: Client,
  registrations: Registrations,
): void {
  const isRefused = (scope: string): boolean => DEFAULT_SIGN_IN_SCOPES.includes(scope) && !signInScopes.includes(scope);
  if (asked.some(isRefused)) refuse(registrations, 'AADB2C90205');
}

function getApi(registrations: Registrations, scope: string): Api {
  const api = registrations.apis.find((one) => scopesOf(one).includes(scope));
  return api ?? refuse(registrations, 'AADB2C90117', scope);
}

function refuse(registrations: Registrations, code: ErrorCode, ...values: readonly string[]): never {
  throw new errors.CustomOIDCProviderError('invalid_request', errorText(registrations, code, ...values));
}
