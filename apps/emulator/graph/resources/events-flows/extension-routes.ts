import type { Directory } from '../../directory/directory';
import { publicPart } from '../../directory/entity-view';
import { badRequest, notImplemented } from '../../graph-error';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { madeReply, objectReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { isObject, objectOf, textOf, unannotated } from '../../json';
import type { Entity } from '../../store/store';

const SET = 'identity/customAuthenticationExtensions';
const PATH = `/${SET}`;
/** 'You can have a maximum of 100 custom extension policies.' */
const MOST = 100;

/** Types that v1.0 creates: Microsoft Graph, 'Create customAuthenticationExtension'. That of Verified ID is not here. */
const TYPES = [
  'onTokenIssuanceStartCustomExtension',
  'onAttributeCollectionStartCustomExtension',
  'onAttributeCollectionSubmitCustomExtension',
  'onOtpSendCustomExtension',
];
const WRITABLE = [
  'displayName',
  'description',
  'endpointConfiguration',
  'authenticationConfiguration',
  'clientConfiguration',
  'claimsForTokenConfiguration',
  'behaviorOnError',
];

/** The type that a body must name. @throws GraphError 400, 501 */
function typeOf(body: JsonObject): string {
  const type = textOf(body, '@odata.type');
  if (type === '') throw badRequest("A value is required for '@odata.type'.");
  const found = TYPES.find((name) => type.replace(/^#?microsoft\.graph\./, '') === name);
  if (found === undefined) throw notImplemented(`custom authentication extensions of type '${type}'`);
  return `#microsoft.graph.${found}`;
}

function createExtension({ directory, body }: Context): Entity {
  if (directory.all('customExtensions').length >= MOST)
    throw badRequest(`There are ${MOST} custom extensions already.`);
  const empty = { displayName: null, description: null, clientConfiguration: null, behaviorOnError: null };
  const extension = settled({ ...empty, '@odata.type': typeOf(body) }, body);
  const id = directory.newId();
  return directory.put('customExtensions', { ...extension, id });
}

function updateExtension({ directory, body }: Context, id: string): Entity {
  const before = directory.get('customExtensions', id);
  if (typeOf(body) !== before['@odata.type']) throw badRequest("'@odata.type' is not that of the object.");
  return directory.put('customExtensions', { ...settled(before, body), id: before.id });
}

/** The extension as a body makes it. @throws GraphError 400 */
function settled(before: JsonObject, body: JsonObject): JsonObject {
  const sent = unannotated(body);
  const unknown = Object.keys(sent).find((name) => !WRITABLE.includes(name));
  if (unknown !== undefined) throw badRequest(`Property '${unknown}' is read-only or unknown.`);
  const extension = { ...before, ...sent };
  const resourceId = textOf(objectOf(extension, 'authenticationConfiguration'), 'resourceId');
  if (!resourceId.startsWith('api://')) throw badRequest("Invalid value for 'authenticationConfiguration.resourceId'.");
  const url = textOf(objectOf(extension, 'endpointConfiguration'), 'targetUrl');
  if (!/^https:\/\/\S+$/.test(url)) throw badRequest("Invalid value for 'endpointConfiguration.targetUrl'.");
  checkClient(extension);
  for (const [name, type] of OF_TYPE)
    if (name in sent && before['@odata.type'] !== `#microsoft.graph.${type}`)
      throw badRequest(`Invalid property '${name}'.`);
  checkBehavior(extension);
  return extension;
}

/** Properties that one type has: behaviorOnError is inherited by all, and its one behavior is about codes by e-mail. */
const OF_TYPE = [
  ['claimsForTokenConfiguration', 'onTokenIssuanceStartCustomExtension'],
  ['behaviorOnError', 'onOtpSendCustomExtension'],
] as const;

function checkBehavior({ behaviorOnError: behavior = null }: JsonObject): void {
  if (behavior === null) return;
  const type = isObject(behavior) ? textOf(behavior, '@odata.type') : '';
  if (type !== '#microsoft.graph.fallbackToMicrosoftProviderOnError')
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

/** Graph says nothing of one that a listener calls. */
function removeExtension(directory: Directory, key: string): void {
  const { id } = directory.get('customExtensions', key);
  const user = directory.all('eventListeners').find((listener) => listener['_extension'] === id);
  if (user !== undefined) throw badRequest(`The custom extension '${id}' is used by the listener '${user.id}'.`);
  directory.remove('customExtensions', id);
}

const { get, answer, change } = makersOf({ version: 'v1.0' });

/** Custom authentication extensions (Microsoft Graph, 'customAuthenticationExtension resource type'). */
export const extensionRoutes: readonly Route[] = [
  get(PATH, (c) => valuesReply(c, SET, c.directory.list('customExtensions').map(publicPart))),
  get(`${PATH}/{id}`, (c) =>
    objectReply(c, `${SET}/$entity`, publicPart(c.directory.read('customExtensions', param(c, 'id')))),
  ),
  answer('POST', PATH, (c) => madeReply(c, `${SET}/$entity`, publicPart(createExtension(c)))),
  change('PATCH', `${PATH}/{id}`, (c) => updateExtension(c, param(c, 'id'))),
  change('DELETE', `${PATH}/{id}`, (c) => {
    removeExtension(c.directory, param(c, 'id'));
  }),
];
