import { hashPassword } from '../../../base/passwords';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, invalidValue, requiredValue } from '../../graph-error';
import { type Context, makersOf, type Route } from '../../context';
import { entityReply } from '../../http/reply';
import { type JsonObject, objectOf, textOf, without, objectsOf } from '../../json';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items';
import { change, create, entityRoutes } from '../entity-routes';

const USER: EntityType = {
  collection: 'users',
  name: 'user',
  set: 'users',
  initial: { accountEnabled: true, userType: 'Member' },
  required: ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'],
  // Customers alone sign in with it, by `_password`.
  kept: (body) => without(body, 'passwordProfile'),
  check: checkUser,
};

/** Somebody who signs in by identities of their own: the service gives the principal name. */
const CUSTOMER: EntityType = { ...USER, required: ['displayName'] };

/** Permissions with which a user is read whole; User.ReadBasic.All shows less. */
const WHOLE = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];

/** https://learn.microsoft.com/graph/permissions-reference#userreadbasicall */
const BASIC = ['id', 'displayName', 'givenName', 'mail', 'surname', 'userPrincipalName'];

/** A user as the caller may read it: what takes more has no value. */
function seenBy({ caller }: Context, user: Entity): Entity {
  if (caller.objectId === user.id || caller.permissions.some((one) => WHOLE.includes(one))) return user;
  const hidden = Object.keys(user).filter((name) => !BASIC.includes(name));
  return { ...user, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}

export const userRoutes: readonly Route[] = [
  ...entityRoutes({
    type: USER,
    create: (c) => createUser(c.directory, c.body),
    update: (directory, asked) => keepPassword(directory, change(directory, USER, asked), asked.body),
    remove: (directory, user) => {
      moveToBin(directory, 'users', user);
    },
    seen: seenBy,
  }),
  makersOf().get(
    '/me',
    (c) => {
      if (c.caller.kind === 'delegated') return entityReply(c, USER, c.directory.read('users', c.caller.objectId));
      throw badRequest('/me request is only valid with delegated authentication flow.', 'BadRequest');
    },
    'entity',
  ),
];

/** Three of four kinds of characters, and 8 to 256 of them: 'Password policies and restrictions in Microsoft Entra ID'. */
const KINDS = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/];

/** @throws GraphError where Graph refuses it */
export function createUser(directory: Directory, body: JsonObject): Entity {
  const password = textOf(objectOf(body, 'passwordProfile'), 'password');
  const isWeak = password.length < 8 || password.length > 256 || KINDS.filter((kind) => kind.test(password)).length < 3;
  const id = directory.newId();
  const type = isCustomer(body) ? CUSTOMER : USER;
  const user = create(directory, type, { body, given: { id, ...givenTo(directory, id, body) } });
  checkLocalAccount(body);
  const needsNone = type === CUSTOMER && body['passwordProfile'] === undefined;
  if (needsNone || !isWeak) return keepPassword(directory, user, body);
  throw badRequest(
    'The specified password does not comply with password complexity requirements. Please provide a different password.',
  );
}

/** Keeps what a customer signs in with at the emulator of the sign-in. */
function keepPassword(directory: Directory, user: Entity, body: JsonObject): Entity {
  const password = textOf(objectOf(body, 'passwordProfile'), 'password');
  if (password === '' || textOf(user, 'creationType') !== 'LocalAccount') return user;
  return directory.put('users', { ...user, _password: hashPassword(password) });
}

function checkUser(directory: Directory, user: Entity): void {
  const name = textOf(user, 'userPrincipalName');
  const domain = /^[^@\s]+@(?<domain>[^@\s]+)$/.exec(name)?.groups?.['domain'];
  if (domain === undefined || !directory.tenant.verifiedDomains.includes(domain.toLowerCase())) {
    throw badRequest(
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    );
  }
  const isTaken = directory
    .all('users')
    .some((other) => other.id !== user.id && textOf(other, 'userPrincipalName').toLowerCase() === name.toLowerCase());
  if (isTaken) throw badRequest('Another object with the same value for property userPrincipalName already exists.');
  checkIdentities(directory, user);
}

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
function isCustomer(body: JsonObject): boolean {
  return objectsOf(body, 'identities').length > 0;
}

/** What the service adds to a customer without a principal name, and to everybody's identities. */
function givenTo({ tenant }: Directory, id: string, body: JsonObject): JsonObject {
  const given = textOf(body, PRINCIPAL_NAME);
  const name = given === '' && isCustomer(body) ? `${id}@${tenant.domain}` : given;
  const others = objectsOf(body, 'identities').filter((one) => textOf(one, 'signInType') !== PRINCIPAL_NAME);
  const own = { signInType: PRINCIPAL_NAME, issuer: tenant.domain, issuerAssignedId: name };
  const creationType = others.some(isLocal) ? 'LocalAccount' : null;
  return { [PRINCIPAL_NAME]: name, identities: [...others, own], creationType };
}

/** @throws GraphError for a local account whose password would end, or that has none */
function checkLocalAccount(body: JsonObject): void {
  if (!objectsOf(body, 'identities').some(isLocal)) return;
  const profile = objectOf(body, 'passwordProfile');
  if (textOf(profile, 'password') === '') throw requiredValue('passwordProfile', 'user');
  const isKept = textOf(body, 'passwordPolicies').split(/,\s*/).includes('DisablePasswordExpiration');
  if (!isKept) throw invalidValue('passwordPolicies', 'user');
  if (profile['forceChangePasswordNextSignIn'] === true) throw invalidValue('forceChangePasswordNextSignIn', 'user');
}

/** @throws GraphError for an identity that the service refuses, or that somebody else has */
function checkIdentities(directory: Directory, user: Entity): void {
  const identities = objectsOf(user, 'identities');
  for (const identity of identities) if (!isValid(directory, identity)) throw invalidValue('identities', 'user');
  const own = new Set(identities.map(keyOf));
  const others = directory.all('users').filter(({ id }) => id !== user.id);
  const isTaken = others.some((other) => objectsOf(other, 'identities').some((one) => own.has(keyOf(one))));
  if (isTaken || own.size < identities.length)
    throw badRequest('Another object with the same value for property identities already exists.');
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
