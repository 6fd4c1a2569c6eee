import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { publicPart } from '../../directory/entity-view';
import { badRequest, conflict, notFound, notImplemented } from '../../graph-error';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { findText, textOf } from '../../json';
import type { Entity } from '../../store/store';

const { readProviders, writeProviders } = PERMISSIONS;
const PATH = '/identity/identityProviders';

/** Accounts that the directory keeps itself: sign-up with an e-mail address and a password. */
const LOCAL_ACCOUNTS: Entity = {
  '@odata.type': '#microsoft.graph.builtInIdentityProvider',
  id: 'EmailPassword-OAUTH',
  displayName: 'Email with password',
  identityProviderType: 'EmailPassword',
};

const SOCIAL_TYPES = [
  'Amazon',
  'Facebook',
  'GitHub',
  'Google',
  'LinkedIn',
  'Microsoft',
  'QQ',
  'Twitter',
  'WeChat',
  'Weibo',
];
const WRITABLE = ['displayName', 'clientId', 'clientSecret'];

export function allProviders(directory: Directory): readonly Entity[] {
  return [LOCAL_ACCOUNTS, ...directory.list('identityProviders')];
}

/** @throws GraphError 404 */
export function getProvider(directory: Directory, id: string): Entity {
  const provider = allProviders(directory).find((item) => item.id.toLowerCase() === id.toLowerCase());
  if (provider === undefined) throw notFound(id);
  return provider;
}

export function providerView(provider: Entity): JsonObject {
  return publicPart(provider);
}

function createProvider(directory: Directory, body: JsonObject): Entity {
  const type = findText(body, '@odata.type') ?? '';
  if (!/^#?microsoft\.graph\.socialIdentityProvider$/.test(type))
    throw notImplemented(`identity providers of type '${type}'`);
  const identityProviderType = textOf(body, 'identityProviderType');
  if (!SOCIAL_TYPES.includes(identityProviderType)) throw badRequest("Invalid value for 'identityProviderType'.");
  for (const name of WRITABLE) if (textOf(body, name) === '') throw badRequest(`A value is required for '${name}'.`);
  const id = `${identityProviderType}-OAUTH`;
  if (directory.find('identityProviders', id) !== undefined)
    throw conflict(`The identity provider '${id}' exists already.`);
  return directory.put('identityProviders', {
    '@odata.type': '#microsoft.graph.socialIdentityProvider',
    id,
    displayName: textOf(body, 'displayName'),
    identityProviderType,
    clientId: textOf(body, 'clientId'),
    clientSecret: '******',
  });
}

function updateProvider(directory: Directory, id: string, body: JsonObject): void {
  const provider = directory.get('identityProviders', getProvider(directory, id).id);
  const changed = Object.entries(body).filter(([name]) => !name.startsWith('@'));
  const unknown = changed.find(([name]) => !WRITABLE.includes(name));
  if (unknown !== undefined) throw badRequest(`Property '${unknown[0]}' is read-only or unknown.`);
  const plain = Object.fromEntries(changed.filter(([name]) => name !== 'clientSecret'));
  directory.put('identityProviders', { ...provider, ...plain });
}

export const providerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    permission: readProviders,
    handle: (c) => valuesReply(c, 'identity/identityProviders', allProviders(c.directory).map(providerView)),
  },
  {
    method: 'GET',
    path: `${PATH}/{id}`,
    permission: readProviders,
    handle: (c) =>
      objectReply(c, 'identity/identityProviders/$entity', providerView(getProvider(c.directory, param(c, 'id')))),
  },
  {
    method: 'POST',
    path: PATH,
    permission: writeProviders,
    handle: (c) => {
      const provider = createProvider(c.directory, c.body);
      return { ...objectReply(c, 'identity/identityProviders/$entity', providerView(provider)), status: 201 };
    },
  },
  {
    method: 'PATCH',
    path: `${PATH}/{id}`,
    permission: writeProviders,
    handle: (c) => {
      updateProvider(c.directory, param(c, 'id'), c.body);
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/{id}`,
    permission: writeProviders,
    handle: (c) => {
      c.directory.remove('identityProviders', c.directory.get('identityProviders', param(c, 'id')).id);
      return noContent;
    },
  },
];
