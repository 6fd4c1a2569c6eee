import type { KoaContextWithOIDC } from 'oidc-provider';
import { domainOf, type Flow, shortScope } from '../registrations';
import type { User } from '../store/users';
import type { Service, TokenContext, Values } from './service-type';

/** Names of claims by the id of the user attribute, where they differ. */
const CLAIM_NAMES: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenName: 'given_name',
  surname: 'family_name',
  email: 'emails',
  identityProvider: 'idp',
  objectId: 'oid',
};

/** In every token. `sub` is the object id, which a flow returns as `oid` too only where it is set to. */
const ALWAYS = ['sub', 'tfp', 'ver', 'nbf'];

/** Azure AD B2C: endpoints and claims for each flow. */
export const b2c: Service = {
  name: 'Azure AD B2C',
  scopes: ['openid', 'offline_access'],
  publishedScopes: ['openid'],
  // One issuer for all flows; the slash at its end is the service's.
  issuerOf: (origin, tenantId) => `${origin}/${tenantId}/v2.0/`,
  // In lower case, however the flow is written.
  pathOf: (registrations, { id }) => `/${domainOf(registrations)}/${id.toLowerCase()}`,
  flowFor: (_registrations, flow) => flow,
  claimNames: (_registrations, flow) => claimNames(flow),
  idTokenClaims: (user, { flow }) => claimsOf(user, flow),
  accessTokenClaims: (user, context) => ({ ...claimsOf(user, context.flow), ...callerOf(context) }),
  ownTokenClaims: (context) => ({
    ...ownClaims(context.flow),
    ...callerOf(context),
    // In Azure the object id of its service principal.
    sub: context.clientId,
  }),
  accountNameOf: (accountId, { id }) => `${accountId}-${id.toLowerCase()}`,
  // Asked in every run of the flow, also where the session has an earlier one's.
  needsFactor: ({ oidc }, _registrations, flow) => flow.multifactor === 'on' && oidc.result?.['mfa'] === undefined,
  hasExactLogout: false,
  // Azure AD B2C, 'Azure AD B2C session', Single sign-out: for custom policies alone.
  hasFrontChannel: false,
  // The box 'ID tokens' alone is not enough, and not needed either: azure-docs#116510, #109393, #79995.
  implicitGrantBy: 'token',
  needsOriginOfSpa: false,
  hasClientIdScope: true,
  hasGraph: false,
  hasDefaultScope: false,
  grantsPartly: true,
  refreshesForAll: false,
  hasRolelessTokens: false,
  codeOfOwnScope: 'AADB2C90117',
  tokenResponse,
};

/** Of an attribute of the directory's own, `extension_<app id>_Plan`, the application's id is left out. */
function claimName(attribute: string): string {
  return CLAIM_NAMES[attribute] ?? attribute.replace(/^extension_[0-9a-f]{32}_/i, 'extension_');
}

function claimNames({ claims = [] }: Flow): readonly string[] {
  return [...new Set([...ALWAYS, 'auth_time', ...claims.map(claimName)])];
}

/** Claims of a flow's tokens about a user. Attributes that the user has not given are left out. */
function claimsOf(user: User, flow: Flow): Values & { readonly sub: string } {
  const { claims = [] } = flow;
  const values: Values = {
    ...user.attributes,
    objectId: user.id,
    email: user.emails,
    emails: user.emails,
    identityProvider: 'local',
  };
  const chosen = claims.filter((attribute) => values[attribute] !== undefined);
  return {
    ...ownClaims(flow),
    ...Object.fromEntries(chosen.map((attribute) => [claimName(attribute), values[attribute]])),
    sub: user.id,
  };
}

function ownClaims({ id }: Flow): Values {
  return { tfp: id, ver: '1.0', nbf: Math.floor(Date.now() / 1000) };
}

/** A token for the client itself has no scopes. */
function callerOf({ clientId, scopes }: TokenContext): Values {
  const named = scopes.filter((scope) => scope !== clientId);
  return { azp: clientId, ...(named.length > 0 && { scp: named.map(shortScope).join(' ') }) };
}

/** Without an API there is no access token; times are told in every way that the service does. */
function tokenResponse(body: Values, oidc: KoaContextWithOIDC['oidc'], { tokenMinutes = 60 }: Flow): Values {
  const { access_token, expires_in, ...rest } = body;
  const { AccessToken, ClientCredentials, RefreshToken } = oidc.entities;
  const issuedAt = Math.floor(Date.now() / 1000);
  const seconds = tokenMinutes * 60;
  const resource = (AccessToken ?? ClientCredentials)?.aud;
  const access = { access_token, expires_in, expires_on: issuedAt + seconds, resource };
  return {
    ...rest,
    not_before: issuedAt,
    ...(resource !== undefined && access),
    ...('id_token' in rest && { id_token_expires_in: seconds, profile_info: profileInfo(oidc) }),
    ...('refresh_token' in rest && { refresh_token_expires_in: RefreshToken?.remainingTTL }),
  };
}

function profileInfo({ account }: KoaContextWithOIDC['oidc']): string {
  const info = { ver: '1.0', sub: account?.accountId, name: null, preferred_username: null, idp: null };
  return Buffer.from(JSON.stringify(info)).toString('base64url');
}
