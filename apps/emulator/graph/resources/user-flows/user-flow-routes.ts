import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound, notImplemented } from '../../graph-error';
import type { Context, Reply, Route } from '../../http/context';
import { param } from '../../http/context';
import { entityReply, madeReply, noContent, objectReply, valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { objectOf, objectsOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { entityRoutes } from '../entity-routes';
import { pageRoutes } from './page-routes';
import { flowProviderRoutes } from './provider-routes';
import { FLOW_TYPES, USER_FLOW } from './user-flow-type';

const PREFIX = 'B2C_1_';
/** 3 is recommended; there were versions between whole numbers. */
const VERSIONS = { min: 1, max: 3 };

const ONE = '/identity/b2cUserFlows/{id}';
const LANGUAGES = 'identity/b2cUserFlows/languages';
const SHARED = { version: 'beta' } as const;

const { get, answer, change } = makersOf(SHARED);

export const userFlowRoutes: readonly Route[] = [
  ...entityRoutes({
    ...SHARED,
    type: USER_FLOW,
    create: (c) => createUserFlow(c.directory, c.body),
    update: updateUserFlow,
    updated: (c, flow) => (c.directory.quirks.userFlowPatch === 200 ? entityReply(c, USER_FLOW, flow) : noContent),
  }),
  ...flowProviderRoutes({
    ...SHARED,
    collection: 'userFlows',
    path: `${ONE}/userFlowIdentityProviders`,
    keepsOne: false,
  }),
  get(`${ONE}/languages`, (c) => valuesReply(c, LANGUAGES, objectsOf(readFlow(c), '_languages'))),
  get(`${ONE}/languages/{tag}`, (c) => {
    const language = objectsOf(readFlow(c), '_languages').find((item) => item['id'] === param(c, 'tag'));
    if (language === undefined) throw notFound(param(c, 'tag'));
    return objectReply(c, `${LANGUAGES}/$entity`, language);
  }),
  change('DELETE', `${ONE}/languages/{tag}`, (c) => {
    const flow = c.directory.get('userFlows', param(c, 'id'));
    const languages = objectsOf(flow, '_languages');
    const kept = languages.filter((item) => item['id'] !== param(c, 'tag'));
    if (kept.length === languages.length) throw notFound(param(c, 'tag'));
    const overrides = without(objectOf(flow, '_overrides'), param(c, 'tag'));
    c.directory.put('userFlows', { ...flow, _languages: kept, _overrides: overrides });
  }),
  answer('PUT', `${ONE}/languages/{tag}`, putLanguage),
  ...pageRoutes,
];

function readFlow(c: Context): Entity {
  return c.directory.read('userFlows', param(c, 'id'));
}

/** @throws GraphError where Graph refuses it */
function createUserFlow(directory: Directory, body: JsonObject): Entity {
  const name = textOf(body, 'id');
  if (!/^[\w-]{1,64}$/.test(name)) throw invalidValue('id', 'B2CIdentityUserFlow');
  if (!FLOW_TYPES.includes(textOf(body, 'userFlowType'))) throw invalidValue('userFlowType', 'B2CIdentityUserFlow');
  checkVersion(Number(body['userFlowTypeVersion']));
  if ('identityProviders' in body)
    throw notImplemented("'identityProviders' in the body of a user flow; add them by $ref");
  const id = name.startsWith(PREFIX) ? name : `${PREFIX}${name}`;
  if (directory.find('userFlows', id) !== undefined) throw conflict(`A user flow with the id '${id}' already exists.`);
  const { known, undocumented } = partsOf(body);
  return directory.put('userFlows', { ...createEntity(USER_FLOW, known, { id }), ...undocumented, id });
}

function updateUserFlow(directory: Directory, id: string, body: JsonObject): Entity {
  const flow = directory.get('userFlows', id);
  const { known, undocumented } = partsOf(body);
  return directory.put('userFlows', { ...patchEntity(USER_FLOW, flow, known), ...undocumented, id: flow.id });
}

/** Parts of a body; what Microsoft's types don't have comes here only where a quirk keeps it. */
function partsOf(body: JsonObject): Readonly<Record<'known' | 'undocumented', JsonObject>> {
  const isKnown = (name: string): boolean =>
    name in USER_FLOW.defaults || name.startsWith('@') || name === 'identityProviders';
  const [known, undocumented] = [true, false].map((wanted) =>
    Object.fromEntries(Object.entries(body).filter(([name]) => isKnown(name) === wanted)),
  ) as [JsonObject, JsonObject];
  return { known, undocumented };
}

function checkVersion(version: number): void {
  const isKnown = version >= VERSIONS.min && version <= VERSIONS.max;
  if (!isKnown) throw invalidValue('userFlowTypeVersion', 'B2CIdentityUserFlow');
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
  return isNew ? madeReply(c, `${LANGUAGES}/$entity`, language) : noContent;
}

/** @throws GraphError 400 for a text that is not a language tag */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    throw badRequest(`'${tag}' is not a language tag (RFC 5646).`);
  }
}
