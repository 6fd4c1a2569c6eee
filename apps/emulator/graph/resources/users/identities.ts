import type { Directory } from '../../directory/directory';
import { badRequest, type GraphError, invalidValue, requiredValue } from '../../graph-error';
import type { JsonObject } from '../../json';
import { objectOf, objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';

// Microsoft Graph, 'objectIdentity resource type' and 'Create user'.

const LONGEST = 512;
const USER_NAME = /^[a-z\d][\w-]{0,63}$/i;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s.]+$/;

const PRINCIPAL_NAME = 'userPrincipalName';

/** Says that somebody signs in at the directory itself, by a name or an address: the kind of account that customers have. */
function isLocal(identity: JsonObject): boolean {
  return !['federated', PRINCIPAL_NAME].includes(textOf(identity, 'signInType'));
}

/** Says that a request makes a customer, who needs no principal name. */
export function isCustomer(body: JsonObject): boolean {
  return objectsOf(body, 'identities').length > 0;
}

/** What the service adds to a customer without a principal name, and to everybody's identities. */
export function givenTo({ tenant }: Directory, id: string, body: JsonObject): JsonObject {
  const given = textOf(body, PRINCIPAL_NAME);
  const name = given === '' && isCustomer(body) ? `${id}@${tenant.domain}` : given;
  const others = objectsOf(body, 'identities').filter((one) => textOf(one, 'signInType') !== PRINCIPAL_NAME);
  const own = { signInType: PRINCIPAL_NAME, issuer: tenant.domain, issuerAssignedId: name };
  const creationType = others.some(isLocal) ? 'LocalAccount' : null;
  return { [PRINCIPAL_NAME]: name, identities: [...others, own], creationType };
}

/** @throws GraphError for a local account whose password would end, or that has none */
export function checkLocalAccount(body: JsonObject): void {
  if (!objectsOf(body, 'identities').some(isLocal)) return;
  const profile = objectOf(body, 'passwordProfile');
  if (textOf(profile, 'password') === '') throw requiredValue('passwordProfile', 'user');
  const isKept = textOf(body, 'passwordPolicies').split(/,\s*/).includes('DisablePasswordExpiration');
  if (!isKept) throw invalidValue('passwordPolicies', 'user');
  if (profile['forceChangePasswordNextSignIn'] === true) throw invalidValue('forceChangePasswordNextSignIn', 'user');
}

/** @throws GraphError for an identity that the service refuses, or that somebody else has */
export function checkIdentities(directory: Directory, user: Entity): void {
  const identities = objectsOf(user, 'identities');
  for (const identity of identities) if (!isValid(directory, identity)) throw invalidValue('identities', 'user');
  const own = new Set(identities.map(keyOf));
  if (own.size < identities.length) throw taken();
  const others = directory.all('users').filter(({ id }) => id !== user.id);
  if (others.some((other) => objectsOf(other, 'identities').some((one) => own.has(keyOf(one))))) throw taken();
}

function taken(): GraphError {
  return badRequest('Another object with the same value for property identities already exists.');
}

function isValid({ tenant }: Directory, identity: JsonObject): boolean {
  const [issuer, assigned] = [textOf(identity, 'issuer'), textOf(identity, 'issuerAssignedId')];
  const isWhole = issuer !== '' && assigned !== '' && textOf(identity, 'signInType') !== '';
  if (!isWhole || issuer.length > LONGEST) return false;
  if (!isLocal(identity)) return true;
  // Only directories of customers have accounts of their own.
  const isOwn = tenant.kind !== 'AAD' && issuer.toLowerCase() === tenant.domain.toLowerCase();
  return isOwn && isName(textOf(identity, 'signInType'), assigned);
}

function isName(signInType: string, assigned: string): boolean {
  if (signInType === 'userName') return USER_NAME.test(assigned);
  return !signInType.startsWith('emailAddress') || EMAIL.test(assigned);
}

function keyOf(identity: JsonObject): string {
  return `${textOf(identity, 'issuer')} ${textOf(identity, 'issuerAssignedId')}`.toLowerCase();
}
