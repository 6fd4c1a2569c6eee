import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { publicPart } from '../../directory/entity-view';
import type { JsonObject } from '../../json';
import { isObject, objectOf, objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { findAttribute } from '../user-flows/attribute-routes';
import { allProviders, providerView } from '../user-flows/provider-routes';

const NAMESPACE = 'microsoft.graph';

export const EVENTS_FLOW_NAME = 'externalUsersSelfServiceSignUpEventsFlow';
export const METHODS_NAME = 'onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp';

/** Below a flow, the path of its identity providers. */
export const PROVIDERS = [
  `${NAMESPACE}.${EVENTS_FLOW_NAME}`,
  'onAuthenticationMethodLoadStart',
  `${NAMESPACE}.${METHODS_NAME}`,
  'identityProviders',
].join('/');

export const EVENTS_FLOW: EntityType = {
  collection: 'eventsFlows',
  name: EVENTS_FLOW_NAME,
  set: 'identity/authenticationEventsFlows',
  defaults: {
    id: '',
    displayName: '',
    description: null,
    priority: 500,
    conditions: null,
    onInteractiveAuthFlowStart: null,
    onAuthenticationMethodLoadStart: null,
    onAttributeCollection: null,
    onAttributeCollectionStart: null,
    onAttributeCollectionSubmit: null,
    onUserCreateStart: null,
  },
  readOnly: ['id'],
  unsupported: ['onAttributeCollectionStart', 'onAttributeCollectionSubmit', 'onUserCreateStart'],
  view,
};

function view(directory: Directory, flow: Entity): JsonObject {
  const linked = directory.readLinks(flow.id, 'identityProviders');
  const providers = allProviders(directory).filter(({ id }) => linked.includes(id));
  return {
    '@odata.type': `#${NAMESPACE}.${EVENTS_FLOW_NAME}`,
    ...publicPart(flow),
    conditions: {
      applications: { includeApplications: applicationsOf(directory, flow.id) },
    },
    onAuthenticationMethodLoadStart: {
      ...objectOf(flow, 'onAuthenticationMethodLoadStart'),
      identityProviders: providers.map(providerView),
    },
    onAttributeCollection: collectionOf(directory, flow),
  };
}

/** The attributes of a flow are those that its page has inputs for. */
function collectionOf(directory: Directory, { onAttributeCollection: collection = null }: Entity): JsonObject | null {
  if (!isObject(collection)) return null;
  const inputs = inputsOf(collection);
  const attributes = inputs.flatMap((input) => findAttribute(directory, textOf(input, 'attribute')) ?? []);
  return { ...collection, attributes };
}

/** Inputs of all views of a page. */
export function inputsOf(collection: JsonObject): readonly JsonObject[] {
  return objectsOf(objectOf(collection, 'attributeCollectionPage'), 'views').flatMap((one) => objectsOf(one, 'inputs'));
}

/** Applications that show the flow, as Graph lists them. */
export function applicationsOf(directory: Directory, flowId: string): readonly JsonObject[] {
  return directory.readLinks(flowId, 'applications').map((appId) => ({ appId }));
}
