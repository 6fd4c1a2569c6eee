import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { objectsOf } from '../../../../apps/emulator/graph/json';
import { errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, useEmulator } from './support/use-emulator';

const { call } = useEmulator({ quirks: CALM });
const FLOWS = '/beta/identity/b2cUserFlows';
let flows = 0;

/** The address of German in a flow that speaks it. */
async function german(userFlowType = 'signUpOrSignIn'): Promise<string> {
  flows += 1;
  const id = idOf(await create(call, FLOWS, { id: `B2C_1_t${flows}`, userFlowType, userFlowTypeVersion: 3 }));
  await call(`PATCH ${FLOWS}/${id}`, { isLanguageCustomizationEnabled: true });
  await call(`PUT ${FLOWS}/${id}/languages/de`, { id: 'de' });
  return `${FLOWS}/${id}/languages/de`;
}

const string = (StringId: string, Value: string, more: JsonObject = {}): JsonObject => ({
  ElementType: 'UxElement',
  ElementId: null,
  StringId,
  Override: true,
  Value,
  ...more,
});
const cancel = string('alert_message', 'Abbrechen?');

test('pages of a flow have texts by default, and nothing in their place', async () => {
  const language = await german();
  const pages = await call(`GET ${language}/defaultPages`);
  const texts = await call(`GET ${language}/defaultPages/phonefactor/$value`);
  const own = await call(`GET ${language}/overridesPages`);
  const none = await call(`GET ${language}/overridesPages/phonefactor/$value`);
  expect(valuesOf(pages, 'id')).toEqual(['idpselections', 'phonefactor', 'selfasserted1_1']);
  expect(objectsOf(texts.body, 'LocalizedStrings')[0]).toMatchObject({ StringId: 'alert_message', Override: false });
  expect([valuesOf(own, 'id'), none.status]).toEqual([[], 404]);
  expect(valuesOf(await call(`GET ${await german('passwordReset')}/defaultPages`), 'id')).toEqual([
    'phonefactor',
    'selfasserted1_1',
  ]);
});

test('a document replaces the one before, and what is not marked to override is ignored', async () => {
  const page = `${await german()}/overridesPages/phonefactor/$value`;
  const made = await call(`PUT ${page}`, { LocalizedStrings: [string('button_verify', 'Anrufen')] });
  const ignored = string('button_send_code', 'Senden', { Override: false });
  const changed = await call(`PUT ${page}`, { LocalizedStrings: [cancel, ignored] });
  const read = await call(`GET ${page}`);
  expect([made.status, changed.status, read.body]).toEqual([204, 204, { LocalizedStrings: [cancel] }]);
});

test('names of attributes of one’s own and lists of choices are taken too', async () => {
  const language = await german();
  const page = `${language}/overridesPages/selfasserted1_1/$value`;
  const plan = string('DisplayName', 'Tarif', { ElementType: 'ClaimType', ElementId: 'extension_Plan' });
  const choices = { ElementType: 'ClaimType', ElementId: 'extension_Plan', Override: true, Items: [] };
  const document = { LocalizedStrings: [plan], LocalizedCollections: [choices] };
  expect((await call(`PUT ${page}`, document)).status).toBe(204);
  expect((await call(`GET ${page}`)).body).toEqual(document);
  expect(valuesOf(await call(`GET ${language}/overridesPages`), 'id')).toEqual(['selfasserted1_1']);
});

test('a deleted document gives way to the texts by default, once', async () => {
  const page = `${await german()}/overridesPages/phonefactor/$value`;
  await call(`PUT ${page}`, { LocalizedStrings: [cancel] });
  const answers = [await call(`DELETE ${page}`), await call(`GET ${page}`), await call(`DELETE ${page}`)];
  expect(answers.map(({ status }) => status)).toEqual([204, 404, 404]);
});

test.each<[string, JsonObject, string]>([
  ['another member', { LocalizedStrings: [], Override: true }, "Invalid property 'Override'."],
  ['no texts', {}, "A value is required for 'LocalizedStrings'."],
  [
    'a member that a text does not have',
    { LocalizedStrings: [{ ...cancel, text: 'a' }] },
    "Invalid property 'text' of a localized string.",
  ],
  [
    'a text without an id',
    { LocalizedStrings: [{ ...cancel, StringId: null }] },
    "A value is required for 'StringId' of a localized string.",
  ],
  [
    'a text that the page does not have',
    { LocalizedStrings: [string('heading', 'Hallo')] },
    '1 Validation errors found in upload overrides for phonefactor. Please ensure that your uploaded resource matches the template: ' +
      'The localized string with ElementType: UxElement, ElementId:  and StringId: heading is not a valid override.',
  ],
])('refuses a document with %s', async (_, document, message) => {
  const refused = await call(`PUT ${await german()}/overridesPages/phonefactor/$value`, document);
  expect([refused.status, errorMessage(refused)]).toEqual([400, message]);
});

test('texts need a page and a language of the flow, and that it speaks languages', async () => {
  const language = await german();
  const document = { LocalizedStrings: [cancel] };
  const page = await call(`PUT ${language}/overridesPages/heading/$value`, document);
  const other = await call(`PUT ${language.replace(/de$/, 'fr')}/overridesPages/phonefactor/$value`, document);
  await call(`PATCH ${language.replace('/languages/de', '')}`, { isLanguageCustomizationEnabled: false });
  const off = await call(`PUT ${language}/overridesPages/phonefactor/$value`, document);
  expect([page, other, off].map(({ status }) => status)).toEqual([404, 404, 400]);
});

test('a language that is deleted takes its texts along', async () => {
  const language = await german();
  await call(`PUT ${language}/overridesPages/phonefactor/$value`, { LocalizedStrings: [cancel] });
  await call(`DELETE ${language}`);
  await call(`PUT ${language}`, { id: 'de' });
  expect((await call(`GET ${language}/overridesPages/phonefactor/$value`)).status).toBe(404);
});
