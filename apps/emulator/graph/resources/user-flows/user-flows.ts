import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import { type Context, param, type Reply, type Route } from '../../context';
import { entityReply, madeReply, noContent } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { publicPart, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { containedRoutes, create, entityRoutes, itemsOf } from '../entity-routes';
import { flowProviderRoutes, providersOf } from './providers';

const PREFIX = 'B2C_1_';
/** 3 is recommended; there were versions between whole numbers. */
const VERSIONS = { min: 1, max: 3 };

const ONE = '/identity/b2cUserFlows/{id}';
const SHARED = { version: 'beta' } as const;

/** Second factor, claims, lifetimes and JavaScript are not properties here, as in Microsoft's types: portal.ts has them. */
const USER_FLOW: EntityType = {
  collection: 'userFlows',
  name: 'b2cIdentityUserFlow',
  set: 'identity/b2cUserFlows',
  initial: { apiConnectorConfiguration: {} },
  required: ['id', 'userFlowType', 'userFlowTypeVersion'],
  fixed: ['userFlowType', 'userFlowTypeVersion'],
  unsupported: ['apiConnectorConfiguration'],
  kept: (body) => without(body, 'id'),
  expand: {
    userAttributeAssignments: (_directory, flow) => itemsOf(flow, '_attributes'),
    userFlowIdentityProviders: (directory, { id }) => providersOf(directory, id),
    languages: (_directory, flow) => itemsOf(flow, '_languages'),
  },
};

const LANGUAGE: EntityType = {
  collection: 'userFlows',
  name: 'userFlowLanguageConfiguration',
  set: 'identity/b2cUserFlows/languages',
};

export const userFlowRoutes: readonly Route[] = [
  ...entityRoutes({
    ...SHARED,
    type: USER_FLOW,
    create: createUserFlow,
    updated: (c, flow) => (c.directory.quirks.userFlowPatch === 200 ? entityReply(c, USER_FLOW, flow) : noContent),
  }),
  ...flowProviderRoutes({
    ...SHARED,
    collection: 'userFlows',
    path: `${ONE}/userFlowIdentityProviders`,
    keepsOne: false,
  }),
  ...containedRoutes({
    ...SHARED,
    type: LANGUAGE,
    path: `${ONE}/languages`,
    key: 'tag',
    property: '_languages',
    actions: ['list', 'read', 'delete'],
  }),
  makersOf(SHARED).answer('PUT', `${ONE}/languages/{tag}`, putLanguage),
];

/** @throws GraphError where Graph refuses it */
function createUserFlow({ directory, body }: Context): Entity {
  const name = textOf(body, 'id');
  const version = Number(body['userFlowTypeVersion']);
  if (!/^[\w-]{1,64}$/.test(name)) throw invalidValue('id', USER_FLOW.name);
  if (version < VERSIONS.min || version > VERSIONS.max) throw invalidValue('userFlowTypeVersion', USER_FLOW.name);
  const id = name.startsWith(PREFIX) ? name : `${PREFIX}${name}`;
  if (directory.find('userFlows', id) !== undefined) throw conflict(`A user flow with the id '${id}' already exists.`);
  return create(directory, USER_FLOW, { body, given: { id } });
}

/** 201 for a new language, 204 for one that was there; only once the flow has languages at all. */
function putLanguage(c: Context): Reply {
  const [flow, tag] = [c.directory.get('userFlows', param(c, 'id')), param(c, 'tag')];
  if (flow['isLanguageCustomizationEnabled'] !== true)
    throw badRequest('Language customization is not enabled in the user flow.');
  if (c.body['id'] !== undefined && c.body['id'] !== tag) throw badRequest("'id' must be the language in the path.");
  const languages = itemsOf(flow, '_languages');
  const before = languages.find(({ id }) => id === tag);
  const language = { ...before, id: tag, isEnabled: c.body['isEnabled'] !== false, displayName: languageName(tag) };
  const others = languages.filter((item) => item !== before);
  c.directory.put('userFlows', { ...flow, _languages: [...others, language] });
  return before === undefined ? madeReply(c, `${LANGUAGE.set}/$entity`, publicPart(language)) : noContent;
}

/** @throws GraphError 400 for a text that is not a language tag */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    throw badRequest(`'${tag}' is not a language tag (RFC 5646).`);
  }
}
