import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, conflict, notFound } from '../../graph-error';
import { type Context, makersOf, param, type Route } from '../../context';
import { madeReply, valuesReply } from '../../http/reply';
import { isObject, type JsonObject, objectOf, objectsOf, publicPart, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { type Change, change as changed, create, entityRoutes } from '../entity-routes';
import { findAttribute } from '../user-flows/attributes';
import { flowProviderRoutes, getProvider, providersOf } from '../user-flows/providers';

const EVENTS_FLOW_NAME = 'externalUsersSelfServiceSignUpEventsFlow';
const METHODS_NAME = 'onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp';
const START_TYPE = '#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp';

/** Below a flow, the path of its identity providers. */
export const PROVIDERS = [
  `microsoft.graph.${EVENTS_FLOW_NAME}`,
  'onAuthenticationMethodLoadStart',
  `microsoft.graph.${METHODS_NAME}`,
  'identityProviders',
].join('/');

const EVENTS_FLOW: EntityType = {
  collection: 'eventsFlows',
  name: 'authenticationEventsFlow',
  set: 'identity/authenticationEventsFlows',
  kinds: [EVENTS_FLOW_NAME],
  initial: { priority: 500 },
  required: ['displayName'],
  unsupported: ['onAttributeCollectionStart', 'onAttributeCollectionSubmit', 'onUserCreateStart'],
  kept: storedPart,
  check: checkFlow,
  view,
};

const PATH = `/${EVENTS_FLOW.set}`;
const APPLICATIONS = `${PATH}/{id}/conditions/applications/includeApplications`;

const { get, answer, change } = makersOf();

/** User flows of an external tenant (Microsoft Graph, 'authenticationEventsFlow resource type'). */
export const eventsFlowRoutes: readonly Route[] = [
  ...entityRoutes({ type: EVENTS_FLOW, create: createEventsFlow, update: updateEventsFlow }),
  ...flowProviderRoutes({ collection: 'eventsFlows', path: `${PATH}/{id}/${PROVIDERS}`, keepsOne: true }),
  get(APPLICATIONS, (c) => {
    const { id } = c.directory.read('eventsFlows', param(c, 'id'));
    return valuesReply(c, applicationSet(c), applicationsOf(c.directory, id));
  }),
  answer('POST', APPLICATIONS, (c) => {
    const appId = textOf(c.body, 'appId');
    attachApplication(c.directory, param(c, 'id'), appId);
    return madeReply(c, `${applicationSet(c)}/$entity`, { appId });
  }),
  change('DELETE', `${APPLICATIONS}/{appId}`, (c) => {
    const { id } = c.directory.get('eventsFlows', param(c, 'id'));
    c.directory.removeLink(id, 'applications', param(c, 'appId'));
  }),
];

function applicationSet(c: Context): string {
  return `identity/authenticationEventsFlows('${param(c, 'id')}')/conditions/applications/includeApplications`;
}

/** @throws GraphError where Graph refuses it (Microsoft Graph, 'Create authenticationEventsFlow') */
function createEventsFlow({ directory, body }: Context): Entity {
  const providers = objectsOf(objectOf(body, 'onAuthenticationMethodLoadStart'), 'identityProviders');
  const ids = providers.map((provider) => getProvider(directory, textOf(provider, 'id')).id);
  if (ids.length === 0) throw badRequest('A user flow needs an identity provider.');
  const flow = create(directory, EVENTS_FLOW, { body });
  directory.setLinks(flow.id, 'identityProviders', ids);
  const applications = objectsOf(objectOf(objectOf(body, 'conditions'), 'applications'), 'includeApplications');
  for (const application of applications) attachApplication(directory, flow.id, textOf(application, 'appId'));
  return flow;
}

/** @throws GraphError where Graph refuses it (Microsoft Graph, 'Update authenticationEventsFlow') */
function updateEventsFlow(directory: Directory, asked: Change): Entity {
  const { id, body } = asked;
  if ('onAttributeCollection' in body && directory.get('eventsFlows', id)['onAttributeCollection'] === null)
    throw badRequest("'onAttributeCollection' was not configured when the user flow was created.");
  return changed(directory, EVENTS_FLOW, asked);
}

/** Into one flow alone (Microsoft Graph, 'Add includeApplication (to a user flow)'). */
function attachApplication(directory: Directory, flowId: string, appId: string): void {
  const flow = directory.get('eventsFlows', flowId);
  if (directory.findVisibleApplication(appId) === undefined) throw notFound(appId);
  const holder = directory
    .all('eventsFlows')
    .find((other) => directory.links(other.id, 'applications').includes(appId));
  if (holder !== undefined) throw badRequest(`The application '${appId}' is already in the user flow '${holder.id}'.`);
  directory.addLink(flow.id, 'applications', appId);
}

/** Names are unique, and inputs of the page are of attributes that exist. */
function checkFlow(directory: Directory, flow: Entity): void {
  const [id, displayName] = [flow.id, textOf(flow, 'displayName')];
  const isTaken = directory.all('eventsFlows').some((other) => other.id !== id && other['displayName'] === displayName);
  if (isTaken) throw conflict(`A user flow with the display name '${displayName}' already exists.`);
  const attributes = inputsOf(objectOf(flow, 'onAttributeCollection')).map((input) => textOf(input, 'attribute'));
  const unknown = attributes.find((attribute) => findAttribute(directory, attribute) === undefined);
  if (unknown !== undefined) throw badRequest(`The user flow attribute '${unknown}' does not exist.`);
}

/** Links are kept apart; the page of a flow is replaced as a whole. */
function storedPart(whole: JsonObject): JsonObject {
  const body = without(whole, 'conditions');
  const methods = objectOf(body, 'onAuthenticationMethodLoadStart');
  const start = objectOf(body, 'onInteractiveAuthFlowStart');
  return {
    ...body,
    ...('onAuthenticationMethodLoadStart' in body && {
      onAuthenticationMethodLoadStart: { '@odata.type': methods['@odata.type'] ?? null },
    }),
    ...('onInteractiveAuthFlowStart' in body && {
      onInteractiveAuthFlowStart: { '@odata.type': START_TYPE, isSignUpAllowed: start['isSignUpAllowed'] === true },
    }),
  };
}

function view(directory: Directory, flow: Entity): JsonObject {
  return {
    ...publicPart(flow),
    conditions: {
      applications: { includeApplications: applicationsOf(directory, flow.id) },
    },
    onAuthenticationMethodLoadStart: {
      ...objectOf(flow, 'onAuthenticationMethodLoadStart'),
      identityProviders: providersOf(directory, flow.id),
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
function applicationsOf(directory: Directory, flowId: string): readonly JsonObject[] {
  return directory.readLinks(flowId, 'applications').map((appId) => ({ appId }));
}
