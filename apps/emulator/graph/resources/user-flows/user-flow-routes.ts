import { PERMISSIONS } from '../../auth/roles';
import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { entityReply, noContent, objectReply, valuesReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { objectsOf } from '../../json';
import type { Entity } from '../../store/store';
import { referenceIn } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import { getProvider, providerView } from './provider-routes';
import { createUserFlow, deleteUserFlow, updateUserFlow } from './user-flow-service';
import { USER_FLOW } from './user-flow-type';

const { readUserFlows, writeUserFlows } = PERMISSIONS;
const ONE = '/identity/b2cUserFlows/{id}';

const providerLinkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${ONE}/userFlowIdentityProviders`,
    version: 'beta',
    permission: readUserFlows,
    handle: (c) => {
      const { id } = readFlow(c);
      const providers = c.directory
        .links(id, 'identityProviders')
        .map((provider) => getProvider(c.directory, provider));
      return valuesReply(c, 'Collection(microsoft.graph.identityProviderBase)', providers.map(providerView));
    },
  },
  {
    method: 'POST',
    path: `${ONE}/userFlowIdentityProviders/$ref`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      linkProvider(c.directory, param(c, 'id'), referenceIn(c.body));
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${ONE}/userFlowIdentityProviders/{provider}/$ref`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      unlinkProvider(c.directory, param(c, 'id'), param(c, 'provider'));
      return noContent;
    },
  },
];

const languageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${ONE}/languages`,
    version: 'beta',
    permission: readUserFlows,
    handle: (c) => valuesReply(c, 'identity/b2cUserFlows/languages', objectsOf(readFlow(c), '_languages')),
  },
  {
    method: 'GET',
    path: `${ONE}/languages/{tag}`,
    version: 'beta',
    permission: readUserFlows,
    handle: (c) => {
      const language = objectsOf(readFlow(c), '_languages').find((item) => item['id'] === param(c, 'tag'));
      if (language === undefined) throw notFound(param(c, 'tag'));
      return objectReply(c, 'identity/b2cUserFlows/languages/$entity', language);
    },
  },
  {
    method: 'DELETE',
    path: `${ONE}/languages/{tag}`,
    version: 'beta',
    permission: writeUserFlows,
    handle: (c) => {
      const flow = c.directory.get('userFlows', param(c, 'id'));
      const languages = objectsOf(flow, '_languages');
      const kept = languages.filter((item) => item['id'] !== param(c, 'tag'));
      if (kept.length === languages.length) throw notFound(param(c, 'tag'));
      c.directory.put('userFlows', { ...flow, _languages: kept });
      return noContent;
    },
  },
  { method: 'PUT', path: `${ONE}/languages/{tag}`, version: 'beta', permission: writeUserFlows, handle: putLanguage },
];

export const userFlowRoutes: readonly Route[] = [
  ...entityRoutes({
    type: USER_FLOW,
    path: '/identity/b2cUserFlows',
    version: 'beta',
    read: readUserFlows,
    write: writeUserFlows,
    create: (c) => createUserFlow(c.directory, c.body),
    update: updateUserFlow,
    remove: deleteUserFlow,
    updated: (c, flow) => (c.directory.quirks.userFlowPatch === 200 ? entityReply(c, USER_FLOW, flow) : noContent),
  }),
  ...providerLinkRoutes,
  ...languageRoutes,
];

function readFlow(c: Context): Entity {
  return c.directory.read('userFlows', param(c, 'id'));
}

function linkProvider(directory: Directory, flowId: string, providerId: string): void {
  const flow = directory.get('userFlows', flowId);
  const provider = getProvider(directory, providerId);
  const linked = directory.links(flow.id, 'identityProviders');
  if (linked.includes(provider.id))
    throw badRequest(`The identity provider '${provider.id}' is already in the user flow.`);
  directory.setLinks(flow.id, 'identityProviders', [...linked, provider.id]);
}

function unlinkProvider(directory: Directory, flowId: string, providerId: string): void {
  const flow = directory.get('userFlows', flowId);
  const linked = directory.links(flow.id, 'identityProviders');
  const kept = linked.filter((id) => id.toLowerCase() !== providerId.toLowerCase());
  if (kept.length === linked.length) throw notFound(providerId);
  directory.setLinks(flow.id, 'identityProviders', kept);
}

/** 201 for a new language, 204 for one that was there; only once the flow has languages at all. */
function putLanguage(c: Context): Reply {
  const [flow, tag] = [c.directory.get('userFlows', param(c, 'id')), param(c, 'tag')];
  if (flow['isLanguageCustomizationEnabled'] !== true)
    throw badRequest('Language customization is not enabled in the user flow.');
  if (c.body['id'] !== undefined && c.body['id'] !== tag) throw badRequest("'id' must be the language in the path.");
  const displayName = languageName(tag);
  const language: JsonObject = { id: tag, isEnabled: c.body['isEnabled'] !== false, displayName };
  const others = objectsOf(flow, '_languages').filter((item) => item['id'] !== tag);
  const isNew = others.length === objectsOf(flow, '_languages').length;
  c.directory.put('userFlows', { ...flow, _languages: [...others, language] });
  return isNew ? { ...objectReply(c, 'identity/b2cUserFlows/languages/$entity', language), status: 201 } : noContent;
}

/** @throws GraphError 400 for what is no language tag */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    throw badRequest(`'${tag}' is not a language tag (RFC 5646).`);
  }
}
