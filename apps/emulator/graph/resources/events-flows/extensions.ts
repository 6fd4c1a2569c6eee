import { makersOf, param, type Route, type Version } from '../../context';
import { saidType } from '../../described/described';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound, requiredValue } from '../../graph-error';
import { valuesReply } from '../../http/reply';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { entityRoutes } from '../entity-routes';

/** 'You can have a maximum of 100 custom extension policies.' */
const MOST = 100;

const EXTENSION: EntityType = {
  collection: 'customExtensions',
  name: 'customAuthenticationExtension',
  set: 'identity/customAuthenticationExtensions',
  // Those that v1.0 creates: Microsoft Graph, 'Create customAuthenticationExtension'. That of Verified ID is not here.
  kinds: [
    'onTokenIssuanceStartCustomExtension',
    'onAttributeCollectionStartCustomExtension',
    'onAttributeCollectionSubmitCustomExtension',
    'onOtpSendCustomExtension',
  ],
  check: checkExtension,
};

/** 'The domain name of resourceId must match that of targetUrl': Microsoft Graph, 'customExtensionAuthenticationConfiguration'. */
function checkExtension(directory: Directory, extension: Entity, before: Entity | undefined): void {
  if (before === undefined && directory.all('customExtensions').length >= MOST)
    throw badRequest(`There are ${MOST} custom extensions already.`);
  const resourceId = textOf(objectOf(extension, 'authenticationConfiguration'), 'resourceId');
  const host = /^api:\/\/(?<host>[^/]+)/.exec(resourceId)?.groups?.['host'];
  if (host === undefined) throw invalidValue('authenticationConfiguration.resourceId', EXTENSION.name);
  const url = textOf(objectOf(extension, 'endpointConfiguration'), 'targetUrl');
  if (!/^https:\/\/\S+$/.test(url) || !URL.canParse(url))
    throw invalidValue('endpointConfiguration.targetUrl', EXTENSION.name);
  if (new URL(url).hostname !== host) throw badRequest('The hosts of resourceId and of targetUrl are not the same.');
  checkClient(extension);
  checkBehavior(extension);
}

function checkBehavior({ behaviorOnError: behavior = null }: JsonObject): void {
  if (behavior === null) return;
  if (!isObject(behavior) || saidType(behavior) !== 'fallbackToMicrosoftProviderOnError')
    throw badRequest("Invalid value for 'behaviorOnError'.");
}

function checkClient({ clientConfiguration: client = null }: JsonObject): void {
  if (!isObject(client)) return;
  const { timeoutInMilliseconds: timeout = null, maximumRetries: retries = null } = client;
  const isWithin = timeout === null || (Number(timeout) >= 200 && Number(timeout) <= 2000);
  if (!isWithin) throw badRequest("Invalid value for 'clientConfiguration.timeoutInMilliseconds'.");
  if (![null, 0, 1].some((one) => one === retries))
    throw badRequest("Invalid value for 'clientConfiguration.maximumRetries'.");
}

/** Listeners with the events of their extensions. */
const EVENTS: Readonly<Record<string, string>> = {
  onTokenIssuanceStartListener: 'onTokenIssuanceStart',
  onAttributeCollectionStartListener: 'onAttributeCollectionStart',
  onAttributeCollectionSubmitListener: 'onAttributeCollectionSubmit',
  onEmailOtpSendListener: 'onOtpSend',
};

const SET = 'identity/authenticationEventListeners';
const APPLICATIONS = 'conditions/applications/includeApplications';

/** Beta's pages want a priority of a new listener and of a change, and have applications as a relation alone. */
const LISTENER: Readonly<Record<Version, EntityType>> = {
  // 'Create authenticationEventListener' of v1.0 names that of tokens, that of beta the others.
  'v1.0': typeOf(['onTokenIssuanceStartListener'], {}),
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

/** Custom authentication extensions, and listeners of events of the sign-in that call them ('authenticationEventListener resource type'). */
export const extensionRoutes: readonly Route[] = [
  ...entityRoutes({
    version: 'v1.0',
    type: EXTENSION,
    // Graph says nothing of one that a listener calls.
    remove: (directory, { id }) => {
      const user = directory.all('eventListeners').find((listener) => listener['_extension'] === id);
      if (user !== undefined) throw badRequest(`The custom extension '${id}' is used by the listener '${user.id}'.`);
      directory.remove('customExtensions', id);
    },
  }),
  ...(['v1.0', 'beta'] as const).flatMap((version) => [
    ...entityRoutes({ version, type: LISTENER[version] }),
    makersOf({ version }).get(`/${SET}/{id}/${APPLICATIONS}`, (c) => {
      const ids = applicationsOf(c.directory.read('eventListeners', param(c, 'id')));
      return valuesReply(
        c,
        `${SET}('${param(c, 'id')}')/${APPLICATIONS}`,
        ids.map((appId) => ({ appId })),
      );
    }),
  ]),
];

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
