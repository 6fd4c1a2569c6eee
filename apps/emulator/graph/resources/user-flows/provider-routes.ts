import type { Directory } from '../../directory/directory';
import { publicPart } from '../../directory/entity-view';
import { badRequest, conflict, notFound } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import type { Shared } from '../../http/routes';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { unannotated, without } from '../../json';
import type { Entity } from '../../store/store';
import { checkProvider, isKnownTo, kindOf } from './provider-kinds';
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

function createProvider({ directory, body, version }: Context): Entity {
  const kind = kindOf(body, version);
  const { type, required, secret } = kind;
  for (const name of [...required, secret]) {
    if (body[name] === undefined || body[name] === '') throw badRequest(`A value is required for '${name}'.`);
  }
  checkProvider(kind, body);
  const id = kind.idOf(body, () => directory.newId());
  if (directory.find('identityProviders', id) !== undefined)
    throw conflict(`The identity provider '${id}' already exists.`);
  return directory.put('identityProviders', {
    '@odata.type': `#microsoft.graph.${type}`,
    ...unannotated(without(body, secret)),
    id,
    ...kind.masked,
  });
}

function updateProvider({ directory, body, version }: Context, id: string): Entity {
  const provider = directory.get('identityProviders', getProvider(directory, id).id);
  const kind = kindOf(provider, version);
  const changes = unannotated(body);
  const writable = [...kind.required, kind.secret].filter((name) => !kind.fixed.includes(name));
  const unknown = Object.keys(changes).find((name) => !writable.includes(name));
  if (unknown !== undefined) throw badRequest(`Property '${unknown}' is read-only or unknown.`);
  const changed = { ...provider, ...without(changes, kind.secret) };
  checkProvider(kind, changed);
  return directory.put('identityProviders', changed);
}

/** Graph says nothing of one that is in use: it is not taken out of a flow by itself. */
function removeProvider(directory: Directory, key: string): void {
  const { id } = directory.get('identityProviders', key);
  const user = (['userFlows', 'eventsFlows'] as const)
    .flatMap((collection) => directory.all(collection))
    .find((flow) => directory.links(flow.id, 'identityProviders').includes(id));
  if (user !== undefined) throw badRequest(`The identity provider '${id}' is used by the user flow '${user.id}'.`);
  directory.remove('identityProviders', id);
}

const { get, answer, change } = makersOf();

export const providerRoutes: readonly Route[] = [
  get(PATH, (c) => valuesReply(c, SET, allProviders(c.directory).filter(isKnownTo(c.version)).map(providerView))),
  get(`${PATH}/{id}`, (c) => objectReply(c, `${SET}/$entity`, providerView(getProvider(c.directory, param(c, 'id'))))),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, providerView(createProvider(c)))),
  change('PATCH', `${PATH}/{id}`, (c) => updateProvider(c, param(c, 'id'))),
  change('DELETE', `${PATH}/{id}`, (c) => {
    removeProvider(c.directory, param(c, 'id'));
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
      const linked = c.directory.readLinks(id, 'identityProviders');
      const providers = allProviders(c.directory).filter((provider) => linked.includes(provider.id));
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
