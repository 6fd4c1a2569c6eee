import type { Directory } from '../../directory/directory';
import { publicPart } from '../../directory/entity-view';
import { badRequest, conflict, notFound, notImplemented } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import type { Version } from '../../http/context';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { isObject, objectOf, objectsOf, textOf, unannotated } from '../../json';
import type { Entity } from '../../store/store';

const SET = 'identity/authenticationEventListeners';
const PATH = `/${SET}`;

/**
 * Listeners with their extensions, and whether v1.0 documents that one is created: 'Create authenticationEventListener' of v1.0 names
 * that of tokens, that of beta those of attributes.
 */
const LISTENERS: Readonly<Record<string, { readonly event: string; readonly isBeta: boolean }>> = {
  onTokenIssuanceStartListener: { event: 'onTokenIssuanceStart', isBeta: false },
  onAttributeCollectionStartListener: { event: 'onAttributeCollectionStart', isBeta: true },
  onAttributeCollectionSubmitListener: { event: 'onAttributeCollectionSubmit', isBeta: true },
  onEmailOtpSendListener: { event: 'onOtpSend', isBeta: true },
};

/** The type that a body must name. @throws GraphError 400, 501 */
function typeOf(body: JsonObject, version: Version): string {
  const type = textOf(body, '@odata.type').replace(/^#?microsoft\.graph\./, '');
  if (type === '') throw badRequest("A value is required for '@odata.type'.");
  const found = LISTENERS[type];
  if (found === undefined || (found.isBeta && version === 'v1.0')) throw notImplemented(`listeners of type '${type}'`);
  return type;
}

/** Beta's pages want it of a new listener and of a change. @throws GraphError 400 */
function checkPriority({ body, version }: Context): void {
  if (version === 'beta' && typeof body['priority'] !== 'number')
    throw badRequest("A value is required for 'priority'.");
}

function createListener(context: Context): Entity {
  const { directory, body, version } = context;
  const type = typeOf(body, version);
  checkPriority(context);
  const id = directory.newId();
  const empty = { '@odata.type': `#microsoft.graph.${type}`, id, priority: 500, authenticationEventsFlowId: null };
  return directory.put('eventListeners', settled(directory, empty, body));
}

function updateListener(context: Context, id: string): Entity {
  const { directory, body, version } = context;
  checkPriority(context);
  const before = directory.get('eventListeners', id);
  if (`#microsoft.graph.${typeOf(body, version)}` !== before['@odata.type'])
    throw badRequest("'@odata.type' is not that of the object.");
  return directory.put('eventListeners', settled(directory, before, body));
}

/** The listener as a body makes it. @throws GraphError 400, 404, 409 */
function settled(directory: Directory, before: Entity, body: JsonObject): Entity {
  const { conditions = null, handler = null, ...others } = unannotated(body);
  const unknown = Object.keys(others).find((name) => name !== 'priority');
  if (unknown !== undefined) throw badRequest(`Property '${unknown}' is read-only or unknown.`);
  const type = textOf(before, '@odata.type').replace('#microsoft.graph.', '');
  const listener: Entity = {
    ...before,
    ...others,
    ...(isObject(conditions) && { conditions: conditionsIn(directory, conditions) }),
    ...(isObject(handler) && handlerIn(directory, LISTENERS[type]?.event ?? '', handler)),
  };
  if (applicationsOf(listener).length === 0) throw badRequest("A value is required for 'conditions.applications'.");
  if (listener['handler'] === undefined) throw badRequest("A value is required for 'handler'.");
  checkOnce(directory, listener);
  return listener;
}

function applicationsOf(listener: JsonObject): readonly string[] {
  const applications = objectOf(objectOf(listener, 'conditions'), 'applications');
  return objectsOf(applications, 'includeApplications').map((one) => textOf(one, 'appId'));
}

function conditionsIn(directory: Directory, conditions: JsonObject): JsonObject {
  const ids = applicationsOf({ conditions });
  const unknown = ids.find((appId) => directory.findVisibleApplication(appId) === undefined);
  if (unknown !== undefined) throw notFound(unknown);
  return { applications: { includeApplications: ids.map((appId) => ({ appId })) } };
}

/** Graph's pages show no extension in the handler of a listener: it is kept apart. */
function handlerIn(directory: Directory, event: string, handler: JsonObject): JsonObject {
  const type = `#microsoft.graph.${event}CustomExtensionHandler`;
  if (handler['@odata.type'] !== type) throw badRequest(`Type of 'handler' must be '${type}'.`);
  const extension = directory.get('customExtensions', textOf(objectOf(handler, 'customExtension'), 'id'));
  if (extension['@odata.type'] !== `#microsoft.graph.${event}CustomExtension`)
    throw badRequest(`The custom extension '${extension.id}' is for another event.`);
  return { handler: { '@odata.type': type, configuration: null }, _extension: extension.id };
}

/** Refuses a second one: Graph's pages do not say which of two would be called. */
function checkOnce(directory: Directory, listener: Entity): void {
  const ids = applicationsOf(listener);
  const other = directory
    .all('eventListeners')
    .filter((one) => one.id !== listener.id && one['@odata.type'] === listener['@odata.type'])
    .find((one) => applicationsOf(one).some((appId) => ids.includes(appId)));
  if (other !== undefined) throw conflict(`The listener '${other.id}' is of the same event and application.`);
}

/** A listener as an answer shows it: beta has its applications as a relation alone. */
function viewOf(version: Version, listener: Entity): JsonObject {
  const shown = publicPart(listener);
  return version === 'v1.0' ? shown : { ...shown, conditions: { applications: { includeAllApplications: false } } };
}

const APPLICATIONS = 'conditions/applications/includeApplications';
const { get, answer, change } = makersOf();

/** Listeners of events of the sign-in (Microsoft Graph, 'authenticationEventListener resource type'). */
export const listenerRoutes: readonly Route[] = [
  get(PATH, (c) =>
    valuesReply(
      c,
      SET,
      c.directory.list('eventListeners').map((one) => viewOf(c.version, one)),
    ),
  ),
  get(`${PATH}/{id}`, (c) =>
    objectReply(c, `${SET}/$entity`, viewOf(c.version, c.directory.read('eventListeners', param(c, 'id')))),
  ),
  get(`${PATH}/{id}/${APPLICATIONS}`, (c) => {
    const ids = applicationsOf(c.directory.read('eventListeners', param(c, 'id')));
    const set = `${SET}('${param(c, 'id')}')/${APPLICATIONS}`;
    return valuesReply(
      c,
      set,
      ids.map((appId) => ({ appId })),
    );
  }),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, viewOf(c.version, createListener(c)))),
  change('PATCH', `${PATH}/{id}`, (c) => updateListener(c, param(c, 'id'))),
  change('DELETE', `${PATH}/{id}`, (c) => {
    c.directory.remove('eventListeners', c.directory.get('eventListeners', param(c, 'id')).id);
  }),
];
