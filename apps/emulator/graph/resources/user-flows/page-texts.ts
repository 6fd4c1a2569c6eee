import { type Context, param, type Reply, type Route } from '../../context';
import { badRequest, notFound } from '../../graph-error';
import { valuesReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { findText, isList, isObject, type JsonObject, objectOf, objectsOf, textOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { itemsOf } from '../entity-routes';

const ONE = '/identity/b2cUserFlows/{id}/languages/{tag}';

const { get, change } = makersOf({ version: 'beta' });

/** Texts of pages by language: those of Microsoft, and those that stand in their place. */
export const pageRoutes: readonly Route[] = [
  get(`${ONE}/defaultPages`, (c) => {
    const flow = readFlow(c);
    languageIn(c, flow);
    return pageList(c, 'defaultPages', pagesOf(textOf(flow, 'userFlowType')));
  }),
  get(`${ONE}/defaultPages/{page}/$value`, (c) => content({ LocalizedStrings: defaultTexts(pageIn(c, readFlow(c))) })),
  get(`${ONE}/overridesPages`, (c) => pageList(c, 'overridesPages', Object.keys(overridesOf(c, readFlow(c))))),
  get(`${ONE}/overridesPages/{page}/$value`, (c) => {
    const flow = readFlow(c);
    const found = overridesOf(c, flow)[pageIn(c, flow)];
    if (!isObject(found)) throw notFound(param(c, 'page'));
    return content(found);
  }),
  change('PUT', `${ONE}/overridesPages/{page}/$value`, (c) => {
    const flow = c.directory.get('userFlows', param(c, 'id'));
    const page = pageIn(c, flow);
    if (flow['isLanguageCustomizationEnabled'] !== true)
      throw badRequest('Language customization is not enabled in the user flow.');
    setOverrides(c, flow, { ...overridesOf(c, flow), [page]: overridesIn(c.body, page) });
  }),
  change('DELETE', `${ONE}/overridesPages/{page}/$value`, (c) => {
    const flow = c.directory.get('userFlows', param(c, 'id'));
    const [page, overrides] = [pageIn(c, flow), overridesOf(c, flow)];
    if (!(page in overrides)) throw notFound(page);
    setOverrides(c, flow, without(overrides, page));
  }),
];

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
  if (!pagesOf(textOf(flow, 'userFlowType')).includes(page)) throw notFound(page);
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

const SIGN_IN = ['idpselections', 'phonefactor', 'selfasserted1_1'];

const PAGES_OF_TYPES: Readonly<Record<string, readonly string[]>> = {
  signUp: SIGN_IN,
  signIn: SIGN_IN,
  signUpOrSignIn: SIGN_IN,
  profileUpdate: SIGN_IN,
  passwordReset: ['phonefactor', 'selfasserted1_1'],
};

/** Ids of the pages of a flow of this type. */
function pagesOf(userFlowType: string): readonly string[] {
  return PAGES_OF_TYPES[userFlowType] ?? [];
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
