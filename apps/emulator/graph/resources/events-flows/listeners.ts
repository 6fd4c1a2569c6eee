import { saidType } from '../../described/described';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, notFound, requiredValue } from '../../graph-error';
import { param, type Route, type Version } from '../../context';
import { valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { entityRoutes } from '../entity-routes';

/** Listeners with the events of their extensions. */
const EVENTS: Readonly<Record<string, string>> = {
  onTokenIssuanceStartListener: 'onTokenIssuanceStart',
  onAttributeCollectionStartListener: 'onAttributeCollectionStart',
  onAttributeCollectionSubmitListener: 'onAttributeCollectionSubmit',
  onEmailOtpSendListener: 'onOtpSend',
};

/** 'Create authenticationEventListener' of v1.0 names that of tokens, that of beta the others. */
const OF_V1 = 'onTokenIssuanceStartListener';

const SET = 'identity/authenticationEventListeners';
const APPLICATIONS = 'conditions/applications/includeApplications';

/** Beta's pages want a priority of a new listener and of a change, and have applications as a relation alone. */
const LISTENER: Readonly<Record<Version, EntityType>> = {
  'v1.0': typeOf([OF_V1], {}),
  beta: typeOf(Object.keys(EVENTS), {
    kept: (body) => {
      if (typeof body['priority'] !== 'number') throw requiredValue('priority', 'authenticationEventListener');
      return storedPart(body);
    },
    view: (_directory, listener) => ({
      ...listener,
      conditions: { applications: { includeAllApplications: false } },
    }),
  }),
};

function typeOf(kinds: readonly string[], special: Partial<EntityType>): EntityType {
  return {
    collection: 'eventListeners',
    name: 'authenticationEventListener',
    set: SET,
    kinds,
    initial: { priority: 500 },
    readOnly: ['authenticationEventsFlowId'],
    kept: storedPart,
    check: checkListener,
    ...special,
  };
}

/** Listeners of events of the sign-in (Microsoft Graph, 'authenticationEventListener resource type'). */
export const listenerRoutes: readonly Route[] = (['v1.0', 'beta'] as const).flatMap((version) => [
  ...entityRoutes({ version, type: LISTENER[version] }),
  makersOf({ version }).get(`/${SET}/{id}/${APPLICATIONS}`, (c) => {
    const ids = applicationsOf(c.directory.read('eventListeners', param(c, 'id')));
    return valuesReply(
      c,
      `${SET}('${param(c, 'id')}')/${APPLICATIONS}`,
      ids.map((appId) => ({ appId })),
    );
  }),
]);

/** Graph's pages show no extension in the handler of a listener: it is kept apart. */
function storedPart({ conditions, handler, ...body }: JsonObject): JsonObject {
  const ids = isObject(conditions) ? applicationsOf({ conditions }) : [];
  return {
    ...body,
    ...(isObject(conditions) && {
      conditions: { applications: { includeApplications: ids.map((appId) => ({ appId })) } },
    }),
    ...(isObject(handler) && {
      handler: { '@odata.type': textOf(handler, '@odata.type'), configuration: null },
      _extension: textOf(objectOf(handler, 'customExtension'), 'id'),
    }),
  };
}

function checkListener(directory: Directory, listener: Entity): void {
  const ids = applicationsOf(listener);
  if (ids.length === 0) throw requiredValue('conditions.applications', 'authenticationEventListener');
  const unknown = ids.find((appId) => directory.findVisibleApplication(appId) === undefined);
  if (unknown !== undefined) throw notFound(unknown);
  const event = EVENTS[saidType(listener)] ?? '';
  const type = `#microsoft.graph.${event}CustomExtensionHandler`;
  const handler = objectOf(listener, 'handler');
  if (handler['@odata.type'] !== type) throw badRequest(`Type of 'handler' must be '${type}'.`);
  const extension = directory.get('customExtensions', textOf(listener, '_extension'));
  if (extension['@odata.type'] !== `#microsoft.graph.${event}CustomExtension`)
    throw badRequest(`The custom extension '${extension.id}' is for another event.`);
  checkOnce(directory, listener);
}

function applicationsOf(listener: JsonObject): readonly string[] {
  const applications = objectOf(objectOf(listener, 'conditions'), 'applications');
  return objectsOf(applications, 'includeApplications').map((one) => textOf(one, 'appId'));
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
