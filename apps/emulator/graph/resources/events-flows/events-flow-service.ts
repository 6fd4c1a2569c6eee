import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, objectOf, objectsOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { findAttribute } from '../user-flows/attribute-routes';
import { getProvider } from '../user-flows/provider-routes';
import { EVENTS_FLOW, EVENTS_FLOW_NAME, inputsOf } from './events-flow-type';

const START_TYPE = '#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp';

/** @throws GraphError where Graph refuses it (Microsoft Graph, 'Create authenticationEventsFlow') */
export function createEventsFlow(directory: Directory, body: JsonObject): Entity {
  checkType(body);
  const displayName = textOf(body, 'displayName');
  if (displayName === '') throw invalidValue('displayName', EVENTS_FLOW_NAME);
  checkName(directory, displayName);
  const providers = objectsOf(objectOf(body, 'onAuthenticationMethodLoadStart'), 'identityProviders');
  const ids = providers.map((provider) => getProvider(directory, textOf(provider, 'id')).id);
  if (ids.length === 0) throw badRequest('A user flow needs an identity provider.');
  const flow = createEntity(EVENTS_FLOW, storedPart(directory, body), { id: directory.newId() });
  directory.setLinks(flow.id, 'identityProviders', ids);
  const applications = objectsOf(objectOf(objectOf(body, 'conditions'), 'applications'), 'includeApplications');
  directory.put('eventsFlows', flow);
  for (const application of applications) attachApplication(directory, flow.id, textOf(application, 'appId'));
  return flow;
}

/** @throws GraphError where Graph refuses it (Microsoft Graph, 'Update authenticationEventsFlow') */
export function updateEventsFlow(directory: Directory, id: string, body: JsonObject): Entity {
  checkType(body);
  const before = directory.get('eventsFlows', id);
  const displayName = findText(body, 'displayName');
  if (displayName !== undefined && displayName !== before['displayName']) checkName(directory, displayName);
  if ('onAttributeCollection' in body && before['onAttributeCollection'] === null) {
    throw badRequest("'onAttributeCollection' was not configured when the user flow was created.");
  }
  return directory.put('eventsFlows', patchEntity(EVENTS_FLOW, before, storedPart(directory, body)));
}

/** Into one flow alone (Microsoft Graph, 'Add includeApplication (to a user flow)'). */
export function attachApplication(directory: Directory, flowId: string, appId: string): void {
  const flow = directory.get('eventsFlows', flowId);
  if (directory.findVisibleApplication(appId) === undefined) throw notFound(appId);
  const holder = directory
    .all('eventsFlows')
    .find((other) => directory.links(other.id, 'applications').includes(appId));
  if (holder !== undefined) throw badRequest(`The application '${appId}' is already in the user flow '${holder.id}'.`);
  directory.addLink(flow.id, 'applications', appId);
}

function checkType(body: JsonObject): void {
  // Graph's own documentation has the name in two spellings.
  const given = textOf(body, '@odata.type').toLowerCase();
  if (given !== `#microsoft.graph.${EVENTS_FLOW_NAME}`.toLowerCase())
    throw badRequest(`A value is required for '@odata.type': '#microsoft.graph.${EVENTS_FLOW_NAME}'.`);
}

function checkName(directory: Directory, displayName: string): void {
  const isTaken = directory.all('eventsFlows').some((flow) => flow['displayName'] === displayName);
  if (isTaken) throw conflict(`A user flow with the display name '${displayName}' already exists.`);
}

/** Links are kept apart; the page of a flow is replaced as a whole. */
function storedPart(directory: Directory, whole: JsonObject): JsonObject {
  const body = without(whole, 'conditions');
  const methods = objectOf(body, 'onAuthenticationMethodLoadStart');
  const start = objectOf(body, 'onInteractiveAuthFlowStart');
  checkPage(directory, objectOf(body, 'onAttributeCollection'));
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

function checkPage(directory: Directory, collection: JsonObject): void {
  for (const input of inputsOf(collection)) {
    const id = textOf(input, 'attribute');
    if (findAttribute(directory, id) === undefined) throw badRequest(`The user flow attribute '${id}' does not exist.`);
  }
}
