import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, invalidValue } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { entityReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { objectOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items-service';
import { entityRoutes } from '../entity-routes';

export const USER: EntityType = {
  collection: 'users',
  name: 'user',
  set: 'users',
  defaults: {
    id: '',
    deletedDateTime: null,
    accountEnabled: true,
    businessPhones: [],
    createdDateTime: '',
    displayName: '',
    employeeId: null,
    givenName: null,
    identities: [],
    jobTitle: null,
    mail: null,
    mailNickname: '',
    mobilePhone: null,
    onPremisesImmutableId: null,
    onPremisesSamAccountName: null,
    onPremisesUserPrincipalName: null,
    otherMails: [],
    passwordProfile: null,
    preferredLanguage: null,
    proxyAddresses: [],
    surname: null,
    usageLocation: null,
    userPrincipalName: '',
    userType: 'Member',
  },
  readOnly: ['id', 'deletedDateTime', 'createdDateTime'],
  view: (_directory, entity) => ({ ...entity, passwordProfile: null }),
};

/** Permissions with which a user is read whole; User.ReadBasic.All shows less. */
const WHOLE = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];

/** https://learn.microsoft.com/graph/permissions-reference#userreadbasicall */
const BASIC = ['id', 'displayName', 'givenName', 'mail', 'surname', 'userPrincipalName'];

/** A user as the caller may read it: what takes more has no value. */
function seenBy({ caller }: Context, user: Entity): Entity {
  if (caller.objectId === user.id || caller.permissions.some((one) => WHOLE.includes(one))) return user;
  const hidden = Object.keys(USER.defaults).filter((name) => !BASIC.includes(name));
  return { ...user, ...Object.fromEntries(hidden.map((name) => [name, null])) };
}

export const userRoutes: readonly Route[] = [
  ...entityRoutes({
    type: USER,
    create: (c) => createUser(c.directory, c.body),
    update: updateUser,
    remove: (directory, id) => {
      moveToBin(directory, { collection: 'users', entity: directory.get('users', id) });
    },
    idOf: userId,
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

const REQUIRED = ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'];

export function createUser(directory: Directory, body: JsonObject): Entity {
  const missing = REQUIRED.find((name) => (body[name] ?? null) === null || body[name] === '');
  if (missing !== undefined) throw badRequest(`A value is required for property '${missing}' of resource 'User'.`);
  if (textOf(objectOf(body, 'passwordProfile'), 'password') === '') throw invalidValue('passwordProfile', 'User');
  const user = createEntity(USER, withoutPassword(body), { id: directory.newId(), createdDateTime: directory.now() });
  checkUser(directory, user);
  return directory.put('users', user);
}

function updateUser(directory: Directory, id: string, body: JsonObject): Entity {
  const user = patchEntity(USER, directory.get('users', id), withoutPassword(body));
  checkUser(directory, user);
  return directory.put('users', user);
}

/** By id or user principal name. */
function userId(directory: Directory, key: string): string {
  if (!key.includes('@')) return key;
  const name = key.toLowerCase();
  const user = directory.all('users').find((item) => textOf(item, 'userPrincipalName').toLowerCase() === name);
  return user?.id ?? key;
}

/** No one signs in with it here, so it is not kept. */
function withoutPassword(body: JsonObject): JsonObject {
  return without(body, 'passwordProfile');
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
}
