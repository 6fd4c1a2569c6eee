import type { Directory } from '../../directory/directory';
import { publicPart } from '../../directory/entity-view';
import { badRequest, conflict, notFound, notImplemented } from '../../graph-error';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import type { Shared } from '../../http/routes';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { findText, textOf, unannotated, without } from '../../json';
import type { Entity } from '../../store/store';
import { referenceIn } from '../directory/directory-objects';

const SET = 'identity/identityProviders';
const PATH = `/${SET}`;

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
    throw conflict(`The identity provider '${id}' already exists.`);
  return directory.put('identityProviders', {
    '@odata.type': '#microsoft.graph.socialIdentityProvider',
    id,
    displayName: textOf(body, 'displayName'),
    identityProviderType,
    clientId: textOf(body, 'clientId'),
    clientSecret: '******',
  });
}

function updateProvider(directory: Directory, id: string, body: JsonObject): Entity {
  const provider = directory.get('identityProviders', getProvider(directory, id).id);
  const changes = unannotated(body);
  const unknown = Object.keys(changes).find((name) => !WRITABLE.includes(name));
  if (unknown !== undefined) throw badRequest(`Property '${unknown}' is read-only or unknown.`);
  return directory.put('identityProviders', { ...provider, ...without(changes, 'clientSecret') });
}

const { get, answer, change } = makersOf();

export const providerRoutes: readonly Route[] = [
  get(PATH, (c) => valuesReply(c, SET, allProviders(c.directory).map(providerView))),
  get(`${PATH}/{id}`, (c) => objectReply(c, `${SET}/$entity`, providerView(getProvider(c.directory, param(c, 'id'))))),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, providerView(createProvider(c.directory, c.body)))),
  change('PATCH', `${PATH}/{id}`, (c) => updateProvider(c.directory, param(c, 'id'), c.body)),
  change('DELETE', `${PATH}/{id}`, (c) => {
    c.directory.remove('identityProviders', c.directory.get('identityProviders', param(c, 'id')).id);
  }),
];

export interface FlowProviders extends Shared {
  readonly collection: 'userFlows' | 'eventsFlows';
  /** Path of the providers of one flow. */
  readonly path: string;
  /** The last one can't be taken away. */
  readonly keepsOne: boolean;
}

/** Identity providers of a user flow of either product. */
export function flowProviderRoutes({ collection, path, keepsOne, ...shared }: FlowProviders): readonly Route[] {
  const makers = makersOf(shared);
  return [
    makers.get(path, (c) => {
      const { id } = c.directory.read(collection, param(c, 'id'));
      const providers = c.directory.links(id, 'identityProviders').map((linked) => getProvider(c.directory, linked));
      return valuesReply(c, 'Collection(microsoft.graph.identityProviderBase)', providers.map(providerView));
    }),
    makers.change('POST', `${path}/$ref`, (c) => {
      const flow = c.directory.get(collection, param(c, 'id'));
      const { id } = getProvider(c.directory, referenceIn(c.body));
      if (c.directory.links(flow.id, 'identityProviders').includes(id))
        throw badRequest(`The identity provider '${id}' is already in the user flow.`);
      c.directory.addLink(flow.id, 'identityProviders', id);
    }),
    makers.change('DELETE', `${path}/{provider}/$ref`, (c) => {
      const flow = c.directory.get(collection, param(c, 'id'));
      c.directory.removeLink(flow.id, 'identityProviders', param(c, 'provider'));
      if (keepsOne && c.directory.links(flow.id, 'identityProviders').length === 0)
        throw badRequest('A user flow needs an identity provider.');
    }),
  ];
}
