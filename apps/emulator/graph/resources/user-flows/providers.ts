import type { Directory, EntityType } from '../../directory/directory';
import { getObject, kindIn, listObjects } from '../../directory/objects';
import { badRequest, conflict, invalidValue, notImplemented, requiredValue } from '../../graph-error';
import { type Context, makersOf, param, type Route, type Shared } from '../../context';
import { valuesReply } from '../../http/reply';
import { type Json, type JsonObject, objectOf, own, publicPart, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { referenceIn } from '../directory/directory-objects';
import { create, entityRoutes } from '../entity-routes';

/** A type of identity provider: 'Create identityProvider' and 'Update identityProvider' of Microsoft Graph. */
interface ProviderKind {
  /** Properties that it must have, besides the secret. */
  readonly required: readonly string[];
  /** Of those, one that never changes. */
  readonly fixed?: string;
  /** The property that is written and never told. */
  readonly secret: string;
  /** Value that answers show in its place. */
  readonly mask: Json;
  readonly idOf: (body: JsonObject, draw: () => string) => string;
  /** @throws GraphError 400 */
  readonly check?: (provider: JsonObject) => void;
}

const SOCIAL = /^(?:Amazon|Facebook|GitHub|Google|LinkedIn|Microsoft|QQ|Twitter|WeChat|Weibo)$/;
const METADATA = /^https:\/\/\S+\/\.well-known\/openid-configuration$/;

const KINDS: Readonly<Record<string, ProviderKind>> = {
  socialIdentityProvider: {
    required: ['displayName', 'clientId', 'identityProviderType'],
    fixed: 'identityProviderType',
    secret: 'clientSecret',
    mask: '******',
    idOf: (body) => `${textOf(body, 'identityProviderType')}-OAUTH`,
    check: (provider) => {
      if (!SOCIAL.test(textOf(provider, 'identityProviderType')))
        throw invalidValue('identityProviderType', 'socialIdentityProvider');
    },
  },
  appleManagedIdentityProvider: {
    required: ['displayName', 'developerId', 'serviceId', 'keyId'],
    secret: 'certificateData',
    mask: '******',
    idOf: () => 'Apple-Managed-OIDC',
  },
  openIdConnectIdentityProvider: {
    required: ['displayName', 'clientId', 'metadataUrl', 'scope', 'responseType', 'responseMode', 'claimsMapping'],
    secret: 'clientSecret',
    mask: '******',
    idOf: (body, draw) => `OIDC-V1-${textOf(body, 'displayName').replaceAll(' ', '_')}-${draw()}`,
    check: (provider) => {
      checkOpenId(provider, 'metadataUrl');
      const mapping = objectOf(provider, 'claimsMapping');
      for (const name of ['userId', 'displayName'])
        if (textOf(mapping, name) === '') throw requiredValue(`claimsMapping/${name}`, 'openIdConnectIdentityProvider');
    },
  },
  oidcIdentityProvider: {
    required: [
      'displayName',
      'clientId',
      'issuer',
      'wellKnownEndpoint',
      'scope',
      'responseType',
      'inboundClaimMapping',
    ],
    secret: 'clientAuthentication',
    mask: { '@odata.type': '#microsoft.graph.oidcClientSecretAuthentication' },
    idOf: (_, draw) => draw(),
    check: (provider) => {
      checkOpenId(provider, 'wellKnownEndpoint');
      if (textOf(provider, 'issuer').includes('microsoftonline.com'))
        throw invalidValue('issuer', 'oidcIdentityProvider');
    },
  },
};

function checkOpenId(provider: JsonObject, metadata: string): void {
  if (!METADATA.test(textOf(provider, metadata))) throw invalidValue(metadata, 'identityProviderBase');
  if (!textOf(provider, 'scope').split(' ').includes('openid')) throw invalidValue('scope', 'identityProviderBase');
  // External ID takes codes alone, and B2C needs no secret for the others.
  if (textOf(provider, 'responseType') !== 'code') throw notImplemented("'responseType' other than code");
}

function kindOf(provider: JsonObject): ProviderKind | undefined {
  return own(KINDS, kindIn(PROVIDER, provider));
}

const PROVIDER: EntityType = {
  collection: 'identityProviders',
  name: 'identityProviderBase',
  set: 'identity/identityProviders',
  kinds: Object.keys(KINDS),
  // Accounts that the directory keeps itself: sign-up with an e-mail address and a password.
  builtIn: [
    {
      '@odata.type': '#microsoft.graph.builtInIdentityProvider',
      id: 'EmailPassword-OAUTH',
      displayName: 'Email with password',
      identityProviderType: 'EmailPassword',
    },
  ],
  kept: (body) => {
    const { secret = '', mask = null } = kindOf(body) ?? {};
    return { ...without(body, secret), ...((body[secret] ?? '') !== '' && { [secret]: mask }) };
  },
  check: (_directory, provider, before) => {
    const { required = [], secret = '', fixed = '', check } = kindOf(provider) ?? {};
    const missing = [...required, secret].find((name) => (provider[name] ?? '') === '');
    if (missing !== undefined) throw requiredValue(missing, PROVIDER.name);
    if (before !== undefined && provider[fixed] !== before[fixed])
      throw badRequest(`Property '${fixed}' is read-only.`);
    check?.(provider);
  },
};

export const providerRoutes: readonly Route[] = entityRoutes({
  type: PROVIDER,
  create: createProvider,
  // Graph says nothing of one that is in use: it is not taken out of a flow by itself.
  remove: (directory, { id }) => {
    const user = (['userFlows', 'eventsFlows'] as const)
      .flatMap((collection) => directory.all(collection))
      .find((flow) => directory.links(flow.id, 'identityProviders').includes(id));
    if (user !== undefined) throw badRequest(`The identity provider '${id}' is used by the user flow '${user.id}'.`);
    directory.remove('identityProviders', id);
  },
});

function createProvider({ directory, body }: Context): Entity {
  const id = kindOf(body)?.idOf(body, () => directory.newId()) ?? directory.newId();
  if (directory.find('identityProviders', id) !== undefined)
    throw conflict(`The identity provider '${id}' already exists.`);
  return create(directory, PROVIDER, { body, given: { id } });
}

/** @throws GraphError 404 */
export function getProvider(directory: Directory, id: string): Entity {
  return getObject(directory, PROVIDER, id);
}

/** Identity providers of a user flow as a reader sees them. */
export function providersOf(directory: Directory, flowId: string): readonly JsonObject[] {
  const linked = directory.readLinks(flowId, 'identityProviders');
  return listObjects(directory, PROVIDER)
    .filter(({ id }) => linked.includes(id))
    .map(publicPart);
}

export interface FlowProviders extends Shared {
  readonly collection: 'userFlows' | 'eventsFlows';
  /** Path of the providers of one flow. */
  readonly path: string;
  /** The last one can't be taken away. */
  readonly keepsOne: boolean;
}

/** Identity providers of a user flow of either product. */
export function flowProviderRoutes({ collection, path, keepsOne, ...shared }: FlowProviders): readonly Route[] {
  const { get, change } = makersOf(shared);
  return [
    get(path, (c) => {
      const { id } = c.directory.read(collection, param(c, 'id'));
      return valuesReply(c, 'Collection(microsoft.graph.identityProviderBase)', providersOf(c.directory, id));
    }),
    change('POST', `${path}/$ref`, (c) => {
      const flow = c.directory.get(collection, param(c, 'id'));
      const { id } = getProvider(c.directory, referenceIn(c.body));
      if (c.directory.links(flow.id, 'identityProviders').includes(id))
        throw badRequest(`The identity provider '${id}' is already in the user flow.`);
      c.directory.addLink(flow.id, 'identityProviders', id);
    }),
    change('DELETE', `${path}/{provider}/$ref`, (c) => {
      const flow = c.directory.get(collection, param(c, 'id'));
      c.directory.removeLink(flow.id, 'identityProviders', param(c, 'provider'));
      if (keepsOne && c.directory.links(flow.id, 'identityProviders').length === 0)
        throw badRequest('A user flow needs an identity provider.');
    }),
  ];
}
