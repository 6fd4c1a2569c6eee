import { saidType } from '../../described/described';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, invalidValue } from '../../graph-error';
import type { Route } from '../../context';
import { isObject, type JsonObject, objectOf, textOf } from '../../json';
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

/** Custom authentication extensions (Microsoft Graph, 'customAuthenticationExtension resource type'). */
export const extensionRoutes: readonly Route[] = entityRoutes({
  version: 'v1.0',
  type: EXTENSION,
  // Graph says nothing of one that a listener calls.
  remove: (directory, { id }) => {
    const user = directory.all('eventListeners').find((listener) => listener['_extension'] === id);
    if (user !== undefined) throw badRequest(`The custom extension '${id}' is used by the listener '${user.id}'.`);
    directory.remove('customExtensions', id);
  },
});

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
