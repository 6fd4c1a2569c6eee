import { hashPassword } from '../../../base/passwords';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest } from '../../graph-error';
import type { Context, Route } from '../../context';
import { entityReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { objectOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items';
import { change, create, entityRoutes } from '../entity-routes';
import { checkIdentities, checkLocalAccount, givenTo, isCustomer } from './identities';

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
