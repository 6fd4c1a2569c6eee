import type { Account } from 'oidc-provider';
import type { Flow } from '../registrations';
import type { User } from '../store/users';

/** Names of claims by the id of the user attribute, where they differ. */
const CLAIM_NAMES: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenName: 'given_name',
  surname: 'family_name',
  email: 'emails',
  identityProvider: 'idp',
  objectId: 'oid',
};

/** In every token; the service adds `oid` where the flow returns the user's object id. */
const ALWAYS = ['sub', 'oid', 'tfp', 'ver', 'nbf'];

/** Of an attribute of the directory's own, `extension_<app id>_Plan`, the application's id is left out. */
function claimName(attribute: string): string {
  return CLAIM_NAMES[attribute] ?? attribute.replace(/^extension_[0-9a-f]{32}_/i, 'extension_');
}

/** Claims that tokens of a flow can have, `auth_time` included. */
export function claimNames({ claims = [] }: Flow): readonly string[] {
  return [...new Set([...ALWAYS, 'auth_time', ...claims.map(claimName)])];
}

/** What tokens of a flow say of a user. Attributes that the user has not given are left out. */
export function claimsOf(user: User, { id, claims = [] }: Flow): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = {
    ...user.attributes,
    email: user.emails,
    emails: user.emails,
    identityProvider: 'local',
  };
  const chosen = claims.filter((attribute) => values[attribute] !== undefined);
  return {
    sub: user.id,
    oid: user.id,
    tfp: id,
    ver: '1.0',
    nbf: Math.floor(Date.now() / 1000),
    ...Object.fromEntries(chosen.map((attribute) => [claimName(attribute), values[attribute]])),
  };
}

export function accountOf(user: User, flow: Flow): Account {
  return { accountId: user.id, claims: () => ({ ...claimsOf(user, flow), sub: user.id }) };
}
