import { createHash } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { findClient, type Flow, type Registrations, scopesIn, scopesOf, shortScope } from '../registrations';
import type { User } from '../store/users';
import type { Service, TokenContext, Values } from './service-type';

/** People of an application that no user flow is attached to can only sign in. */
const NO_FLOW: Flow = { id: 'none', type: 'signIn', multifactorMethod: 'email' };

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/**
 * Microsoft Entra External ID in an external tenant: endpoints and keys for the whole tenant, the flow by the application, a
 * second factor by Conditional Access.
 *
 * Sources: Microsoft Entra, 'ID token claims reference', 'Access token claims reference', 'Optional claims reference', and
 * 'Scopes and permissions in the Microsoft identity platform'.
 */
export const externalId: Service = {
  name: 'Microsoft Entra External ID',
  scopes: SCOPES,
  publishedScopes: SCOPES,
  // Azure has the tenant's id in the host too: `https://<tenant id>.ciamlogin.com/<tenant id>/v2.0`.
  issuerOf: (origin, tenantId) => `${origin}/${tenantId}/v2.0`,
  pathOf: ({ tenantId }) => `/${tenantId}`,
  flowFor: ({ flows }, _place, clientId) =>
    flows.find(({ applications = [] }) => applications.includes(clientId)) ?? NO_FLOW,
  claimNames,
  idTokenClaims,
  accessTokenClaims,
  ownTokenClaims: ({ registrations, clientId, scopes }) => ({
    // In Azure the object id of its service principal.
    ...ownClaims(clientId, registrations),
    sub: clientId,
    ...callerOf(clientId, true),
    ...(scopes.length > 0 && { roles: scopes.map(shortScope) }),
  }),
  accountNameOf: (accountId) => accountId,
  needsFactor,
  hasExactLogout: true,
  hasFrontChannel: true,
  implicitGrantBy: 'id_token',
  needsOriginOfSpa: true,
  hasClientIdScope: false,
  hasGraph: true,
  hasDefaultScope: true,
  grantsPartly: false,
  refreshesForAll: true,
  hasRolelessTokens: true,
  codeOfOwnScope: 'AADSTS1002012',
  tokenResponse: (body, { entities }) => {
    const { expires_in } = body;
    return entities.AccessToken === undefined ? body : { ...body, ext_expires_in: expires_in };
  },
};

/** Optional claims are those that an application of the tenant asks for. */
function claimNames({ clients }: Registrations): readonly string[] {
  const optional = clients.flatMap(({ optionalClaims = [] }) => optionalClaims);
  return [...new Set(['sub', 'oid', 'tid', 'ver', 'nbf', 'name', 'preferred_username', ...optional])];
}

function idTokenClaims(user: User, context: TokenContext): Values & { readonly sub: string } {
  const { registrations, clientId, scopes, sessionId: sid } = context;
  const { displayName: name = 'unknown' } = user.attributes;
  const { optionalClaims = [] } = findClient(registrations, clientId) ?? {};
  return {
    ...ownClaims(user.id, registrations),
    ...(scopes.includes('profile') && { name, preferred_username: user.emails[0] }),
    ...optionalValues(user, optionalClaims, { sid }),
    // In Azure another one for each application, as in access tokens; the library's id tokens have the account's own.
    sub: user.id,
  };
}

function accessTokenClaims(user: User, context: TokenContext): Values {
  const { registrations, clientId, audience = '', scopes, hasSecret = true } = context;
  const { optionalClaims = [] } = registrations.apis.find((api) => api.clientId === audience) ?? {};
  return {
    ...ownClaims(user.id, registrations),
    ...optionalValues(user, optionalClaims),
    ...callerOf(clientId, hasSecret),
    sub: subjectOf(user, audience),
    scp: scopes.map(shortScope).join(' '),
  };
}

/** `azpacr`: 1 where the application has shown a secret. */
function callerOf(clientId: string, hasSecret: boolean): Values {
  return { azp: clientId, azpacr: hasSecret ? '1' : '0' };
}

function ownClaims(oid: string, { tenantId }: Registrations): Values {
  return { oid, tid: tenantId, ver: '2.0', nbf: Math.floor(Date.now() / 1000) };
}

/** `auth_time` is the library's. */
function optionalValues({ emails, attributes }: User, names: readonly string[], more: Values = {}): Values {
  const values: Values = {
    ...more,
    email: emails[0],
    given_name: attributes['givenName'],
    family_name: attributes['surname'],
  };
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

/** Another one for each application, so that two of them can't compare their people. */
function subjectOf({ id }: User, application: string): string {
  return createHash('sha256').update(`${application} ${id}`).digest('base64url');
}

/** A policy covers the application whose scopes are asked for; a second factor of this session is enough. */
function needsFactor({ oidc }: KoaContextWithOIDC, { apis }: Registrations): boolean {
  const asked = scopesIn(oidc.params?.['scope']);
  const isCovered = apis.some((api) => api.needsFactor === true && scopesOf(api).some((name) => asked.includes(name)));
  return isCovered && !oidc.amr.includes('mfa');
}
