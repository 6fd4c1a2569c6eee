import { type Context, makersOf, noContent, param, type Reply, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notFound } from '../../graph-error';
import { entityReply, madeReply, objectReply, valuesReply } from '../../http/reply';
import {
  findText,
  isList,
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  publicPart,
  textOf,
  textsOf,
  without,
} from '../../json';
import type { Entity } from '../../store/store';
import { containedRoutes, create, entityRoutes, itemsOf } from '../entity-routes';
import { findAttribute } from './attributes';
import { flowProviderRoutes, providersOf } from './providers';

const PREFIX = 'B2C_1_';
/** 3 is recommended; there were versions between whole numbers. */
const VERSIONS = { min: 1, max: 3 };

const ONE = '/identity/b2cUserFlows/{id}';
const ASSIGNMENTS = `${ONE}/userAttributeAssignments`;
const TEXTS = `${ONE}/languages/{tag}`;
const SHARED = { version: 'beta' } as const;
const { get, answer, change } = makersOf(SHARED);

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

/** Attributes whose owner can prove that they are theirs. */
const VERIFIABLE = ['email', 'phonenumber', 'mobilephone'];

const ASSIGNMENT: EntityType = {
  collection: 'userFlows',
  name: 'identityUserFlowAttributeAssignment',
  set: 'identity/b2cUserFlows/userAttributeAssignments',
  initial: { userInputType: 'textBox' },
  kept: (body) => without(body, 'userAttribute'),
  check: checkAssignment,
  expand: { userAttribute: (directory, { id }) => findAttribute(directory, id) ?? null },
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
  answer('PUT', `${ONE}/languages/{tag}`, putLanguage),
  ...containedRoutes({
    ...SHARED,
    type: ASSIGNMENT,
    path: ASSIGNMENTS,
    key: 'assignment',
    property: '_attributes',
    given: ({ directory, body }) => {
      const attributeId = textOf(objectOf(body, 'userAttribute'), 'id');
      const attribute = findAttribute(directory, attributeId);
      if (attribute === undefined) throw badRequest(`The user flow attribute '${attributeId}' does not exist.`);
      return { id: attribute.id, displayName: body['displayName'] ?? textOf(attribute, 'displayName') };
    },
    check: (assignments) => {
      if (new Set(assignments.map(({ id }) => id)).size < assignments.length)
        throw conflict('The user flow attribute is already assigned.');
    },
  }),
  // Functions may be called with or without their parentheses.
  ...['getOrder', 'getOrder()'].map((name) =>
    get(`${ASSIGNMENTS}/${name}`, (c) => {
      const order = itemsOf(c.directory.read('userFlows', param(c, 'id')), '_attributes').map(({ id }) => id);
      return objectReply(c, 'microsoft.graph.assignmentOrder', { order });
    }),
  ),
  change('POST', `${ASSIGNMENTS}/setOrder`, (c) => {
    setOrder(c, c.directory.get('userFlows', param(c, 'id')));
  }),
  // Texts of pages by language: those of Microsoft, and those that stand in their place.
  get(`${TEXTS}/defaultPages`, (c) => {
    const flow = readFlow(c);
    languageIn(c, flow);
    return pageList(c, 'defaultPages', pagesOf(flow));
  }),
  get(`${TEXTS}/defaultPages/{page}/$value`, (c) =>
    content({ LocalizedStrings: defaultTexts(pageIn(c, readFlow(c))) }),
  ),
  get(`${TEXTS}/overridesPages`, (c) => pageList(c, 'overridesPages', Object.keys(overridesOf(c, readFlow(c))))),
  get(`${TEXTS}/overridesPages/{page}/$value`, (c) => {
    const flow = readFlow(c);
    const found = overridesOf(c, flow)[pageIn(c, flow)];
    if (!isObject(found)) throw notFound(param(c, 'page'));
    return content(found);
  }),
  change('PUT', `${TEXTS}/overridesPages/{page}/$value`, (c) => {
    const flow = c.directory.get('userFlows', param(c, 'id'));
    const page = pageIn(c, flow);
    requireLanguages(flow);
    setOverrides(c, flow, { ...overridesOf(c, flow), [page]: overridesIn(c.body, page) });
  }),
  change('DELETE', `${TEXTS}/overridesPages/{page}/$value`, (c) => {
    const flow = c.directory.get('userFlows', param(c, 'id'));
    const [page, overrides] = [pageIn(c, flow), overridesOf(c, flow)];
    if (!(page in overrides)) throw notFound(page);
    setOverrides(c, flow, without(overrides, page));
  }),
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
  requireLanguages(flow);
  if (c.body['id'] !== undefined && c.body['id'] !== tag) throw badRequest("'id' must be the language in the path.");
  const languages = itemsOf(flow, '_languages');
  const before = languages.find(({ id }) => id === tag);
  const language = { ...before, id: tag, isEnabled: c.body['isEnabled'] !== false, displayName: languageName(tag) };
  const others = languages.filter((item) => item !== before);
  c.directory.put('userFlows', { ...flow, _languages: [...others, language] });
  return before === undefined ? madeReply(c, `${LANGUAGE.set}/$entity`, publicPart(language)) : noContent;
}

/** @throws GraphError 400 where the flow has no languages at all */
function requireLanguages(flow: Entity): void {
  if (flow['isLanguageCustomizationEnabled'] !== true)
    throw badRequest('Language customization is not enabled in the user flow.');
}

/** @throws GraphError 400 for a text that is not a language tag */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    throw badRequest(`'${tag}' is not a language tag (RFC 5646).`);
  }
}

function checkAssignment(_directory: Directory, assignment: Entity): void {
  if (textOf(assignment, 'displayName') === '') throw invalidValue('displayName', ASSIGNMENT.name);
  // Only an e-mail address or phone number can be verified.
  if (assignment['requiresVerification'] === true && !VERIFIABLE.includes(assignment.id.toLowerCase()))
    throw invalidValue('requiresVerification', ASSIGNMENT.name);
}

/** Sets the order; it must name each attribute once. @throws GraphError 400 */
function setOrder({ directory, body }: Context, flow: Entity): void {
  const order = textsOf(objectOf(body, 'newAssignmentOrder'), 'order').map((id) => id.toLowerCase());
  const known = itemsOf(flow, '_attributes');
  const positionOf = (item: Entity): number => order.indexOf(textOf(item, 'id').toLowerCase());
  const isWhole = new Set(order).size === order.length && order.length === known.length;
  if (!isWhole || known.some((item) => positionOf(item) < 0)) {
    throw badRequest("'newAssignmentOrder' must name each assigned attribute once.");
  }
  directory.put('userFlows', { ...flow, _attributes: known.toSorted((a, b) => positionOf(a) - positionOf(b)) });
}

function readFlow(c: Context): Entity {
  return c.directory.read('userFlows', param(c, 'id'));
}

function pageList(c: Context, set: string, ids: readonly string[]): Reply {
  const pages = ids.map((id) => ({ id }));
  return valuesReply(c, `identity/b2cUserFlows/languages/${set}`, pages);
}

const content = (body: JsonObject): Reply => ({ status: 200, body });

/** Documents of the pages of a language, by their ids. */
function overridesOf(c: Context, flow: Entity): JsonObject {
  return objectOf(languageIn(c, flow), '_overrides');
}

function setOverrides(c: Context, flow: Entity, _overrides: JsonObject): void {
  const languages = itemsOf(flow, '_languages');
  const _languages = languages.map((item) => (item.id === param(c, 'tag') ? { ...item, _overrides } : item));
  c.directory.put('userFlows', { ...flow, _languages });
}

/** @throws GraphError 404 for a language that the flow does not have */
function languageIn(c: Context, flow: Entity): Entity {
  const language = itemsOf(flow, '_languages').find(({ id }) => id === param(c, 'tag'));
  if (language === undefined) throw notFound(param(c, 'tag'));
  return language;
}

/** @throws GraphError 404 for a language or a page that the flow does not have */
function pageIn(c: Context, flow: Entity): string {
  languageIn(c, flow);
  const page = param(c, 'page');
  if (!pagesOf(flow).includes(page)) throw notFound(page);
  return page;
}

const MEMBERS = ['LocalizedStrings', 'LocalizedCollections'];
const STRING_MEMBERS = ['ElementType', 'ElementId', 'StringId', 'Override', 'Value'];

/** The part of a document that counts: an entry without `Override: true` is ignored. @throws GraphError 400 */
function overridesIn(body: JsonObject, page: string): JsonObject {
  const unknown = Object.keys(body).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}'.`);
  if (!isList(body['LocalizedStrings'])) throw badRequest("A value is required for 'LocalizedStrings'.");
  const strings = objectsOf(body, 'LocalizedStrings');
  strings.forEach(checkShape);
  const overridden = strings.filter(({ Override }) => Override === true);
  const faults = overridden.filter((one) => !isValid(one, page)).map(faultOf);
  // The words of the portal, as issue 100692 of MicrosoftDocs/azure-docs has them.
  if (faults.length > 0) {
    const count = `${faults.length} Validation errors found in upload overrides for ${page}`;
    throw badRequest(`${count}. Please ensure that your uploaded resource matches the template: ${faults.join(' ')}`);
  }
  const collections = objectsOf(body, 'LocalizedCollections').filter(({ Override }) => Override === true);
  return { LocalizedStrings: overridden, ...(collections.length > 0 && { LocalizedCollections: collections }) };
}

function checkShape(entry: JsonObject): void {
  const unknown = Object.keys(entry).find((name) => !STRING_MEMBERS.includes(name));
  if (unknown !== undefined) throw badRequest(`Invalid property '${unknown}' of a localized string.`);
  const missing = ['ElementType', 'StringId', 'Value'].find((name) => findText(entry, name) === undefined);
  if (missing !== undefined) throw badRequest(`A value is required for '${missing}' of a localized string.`);
}

/** Texts of the page, and names of attributes of one's own: Azure AD B2C, 'Language customization'. */
function isValid(entry: JsonObject, page: string): boolean {
  const isOwn = entry['ElementType'] === 'ClaimType' && textOf(entry, 'ElementId').startsWith('extension_');
  return isOwn || defaultTexts(page).some((text) => nameOf(text) === nameOf(entry));
}

const nameOf = ({ ElementType = null, ElementId = null, StringId = null }: JsonObject): string =>
  JSON.stringify([ElementType, ElementId, StringId]);

function faultOf(entry: JsonObject): string {
  const [type, id, text] = ['ElementType', 'ElementId', 'StringId'].map((name) => textOf(entry, name));
  return `The localized string with ElementType: ${type}, ElementId: ${id} and StringId: ${text} is not a valid override.`;
}

/**
 * Pages of user flows and the texts that they have by default. Ids of pages and the providers' names are those of Microsoft's
 * examples ('List defaultPages', 'Get userFlowLanguagePage', 'Update userFlowLanguagePage'), ids of other texts those of Azure AD
 * B2C, 'Localization string IDs'. Which of them a page has, and every text, is made up; they are in English in each language.
 */
const PAGES: Readonly<Record<string, readonly JsonObject[]>> = {
  idpselections: [text('ClaimsProvider/AmazonExchange', 'Amazon'), text('ClaimsProvider/FacebookExchange', 'Facebook')],
  phonefactor: [
    text('UxElement/alert_message', 'Are you sure that you want to cancel entering your information?'),
    text('UxElement/button_verify', 'Call Me'),
    text('UxElement/button_send_code', 'Send Code'),
  ],
  selfasserted1_1: [
    text('ClaimType/email/DisplayName', 'Email Address'),
    text('ClaimType/givenName/DisplayName', 'Given Name'),
    text('UxElement/button_continue', 'Create'),
    text('UxElement/button_cancel', 'Cancel'),
    text('ErrorMessage/ServiceThrottled', 'There are too many requests at this moment.'),
  ],
};

/** Types of flows that have other pages than these. */
const PAGES_OF_TYPES: Readonly<Record<string, readonly string[]>> = {
  passwordReset: ['phonefactor', 'selfasserted1_1'],
  resourceOwner: [],
};

function pagesOf(flow: Entity): readonly string[] {
  return PAGES_OF_TYPES[textOf(flow, 'userFlowType')] ?? Object.keys(PAGES);
}

/** Texts of a page, each with `Override: false`. */
function defaultTexts(page: string): readonly JsonObject[] {
  return PAGES[page] ?? [];
}

/** @param name `UxElement/intro`, `ClaimType/email/DisplayName` */
function text(name: string, Value: string): JsonObject {
  const [ElementType = '', ...rest] = name.split('/');
  const [StringId = '', ElementId = null] = rest.toReversed();
  return { ElementType, ElementId, StringId, Override: false, Value };
}
