import { pageTextsOf } from '../../../../src/estate/sections/customers/flow-schema';
import { changed, CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const SEND = '{ id: UxElement/button_send_code, text: Senden }';
const MAIL = '{ id: ClaimType/email/DisplayName, text: Mail }';

/** The section with texts in a flow's languages. */
const withTexts = (texts: string, text = CUSTOMERS): string =>
  changed(
    text,
    '      use: signIn\n',
    `      use: signIn\n      languages: { default: en, shown: [en, de], texts: ${texts} }\n`,
  );
const page = (strings: string, more = 'language: de, page: phonefactor'): string =>
  `{ ${more}, strings: [${strings}] }`;
const messages = (texts: string): readonly string[] =>
  report(planOf(withTexts(`[${texts}]`))).map((line) =>
    line.replace(/ estate\.yaml:\S+/, '').replace('customers.userFlows[0].languages.', ''),
  );

test('texts are read by language, page and name', () => {
  const plan = planOf(withTexts(`[${page(`${SEND}, ${MAIL}`)}, ${page(MAIL, 'language: en, page: selfasserted1_1')}]`));
  expect(report(plan)).toEqual([]);
  const [flow] = plan.estate.customers?.userFlows ?? [];
  expect(flow && pageTextsOf(flow)).toEqual([
    { language: 'de', page: 'phonefactor', elementType: 'UxElement', stringId: 'button_send_code', value: 'Senden' },
    {
      language: 'de',
      page: 'phonefactor',
      elementType: 'ClaimType',
      elementId: 'email',
      stringId: 'DisplayName',
      value: 'Mail',
    },
    {
      language: 'en',
      page: 'selfasserted1_1',
      elementType: 'ClaimType',
      elementId: 'email',
      stringId: 'DisplayName',
      value: 'Mail',
    },
  ]);
});

test.each<[string, string, string]>([
  [
    'a language that is not shown',
    page(SEND, 'language: fr, page: phonefactor'),
    `error flow-text texts[0].language: "fr" is not shown (one of shown: 'en', 'de')`,
  ],
  [
    'a page of another form',
    page(SEND, 'language: de, page: phone factor'),
    'error flow-text texts[0].page: "phone factor" is not the id of a page (letters, digits, ., _ and -: phonefactor, selfasserted1_1)',
  ],
  [
    'a page twice in a language',
    `${page(SEND)}, ${page(MAIL)}`,
    'error flow-text texts[1].page: "phonefactor" has texts in de already (each page once in a language, with all its strings) [see estate.yaml:17:58]',
  ],
  [
    'a text twice',
    page(`${SEND}, ${SEND}`),
    'error flow-text texts[0].strings[1].id: "UxElement/button_send_code" is listed twice (each text once) [see estate.yaml:17:109]',
  ],
  [
    'a name of one part',
    page('{ id: heading, text: Hallo }'),
    'error flow-text texts[0].strings[0].id: "heading" is not the name of a text (type and text, or type, element and text: UxElement/heading, ClaimType/email/DisplayName)',
  ],
  [
    'an unknown type of element',
    page('{ id: UXElement/heading, text: Hallo }'),
    `error flow-text texts[0].strings[0].id: "UXElement/heading" begins with 'UXElement', which is not a type of element (did you mean 'UxElement'?)`,
  ],
  [
    'a claim without its id',
    page('{ id: ClaimType/DisplayName, text: Mail }'),
    `error flow-text texts[0].strings[0].id: "ClaimType/DisplayName" does not say which ClaimType the text belongs to (ClaimType, its id and the text's: ClaimType/email/DisplayName)`,
  ],
  [
    'a text of two lines',
    page('{ id: UxElement/heading, text: "a\\nb" }'),
    'error flow-text texts[0].strings[0].text: contains a control character or a line break (one line of 1 to 20000 characters)',
  ],
  [
    'a text that is too long',
    page(`{ id: UxElement/heading, text: ${'a'.repeat(20_001)} }`),
    'error flow-text texts[0].strings[0].text: is 20001 characters long (one line of 1 to 20000 characters)',
  ],
  [
    'an empty text',
    page("{ id: UxElement/heading, text: '' }"),
    'error invalid-value texts[0].strings[0].text: "" is empty',
  ],
  ['a page without texts', page(''), 'error invalid-value texts[0].strings: is empty'],
  [
    'a key that texts do not have',
    page('{ id: UxElement/heading, text: a, override: true }'),
    "error unknown-key texts[0].strings[0].override: unknown key 'override' (known keys: 'id', 'text')",
  ],
  [
    'a language as a key',
    'de: {}',
    "error unknown-key texts[0].de: unknown key 'de' (known keys: 'language', 'page', 'strings')",
  ],
])('refuses %s', (_, texts, expected) => {
  expect(messages(texts)).toContain(expected);
});

test('a text of 20,000 characters is taken', () => {
  expect(messages(page(`{ id: UxElement/heading, text: ${'a'.repeat(20_000)} }`))).toEqual([]);
});

test('an external tenant has its texts in company branding', () => {
  expect(report(planOf(withTexts(`[${page(SEND)}]`, EXTERNAL))).join()).toContain(
    'customers.userFlows[0].languages: is of B2C user flows',
  );
});
