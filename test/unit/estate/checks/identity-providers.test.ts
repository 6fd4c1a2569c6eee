import { changed, CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const GOOGLE = 'name: google, type: google, clientId: a, secret: { config: googleSecret, version: v1 }';
const OPEN_ID =
  'name: partner, type: openIdConnect, clientId: a, metadataUrl: https://idp.example.com/.well-known/openid-configuration, secret: { config: partnerSecret, version: v1 }';

/** The section with identity providers or attributes in front of its flows. */
const withEntries = (text: string, key: string, ...entries: readonly string[]): string =>
  changed(
    text,
    '  userFlows:\n',
    `  ${key}:\n${entries.map((entry) => `    - { ${entry} }\n`).join('')}  userFlows:\n`,
  );
const messages = (text: string): readonly string[] =>
  report(planOf(text)).map((line) => line.replace(/ estate\.yaml:\S+/, ''));

test.each([
  ['google', CUSTOMERS, GOOGLE],
  ['openIdConnect in B2C', CUSTOMERS, OPEN_ID],
  ['openIdConnect in External ID', EXTERNAL, `${OPEN_ID}, issuer: https://idp.example.com`],
  [
    'apple',
    EXTERNAL,
    'name: apple, type: apple, developerId: a, serviceId: b, keyId: c, secret: { config: appleKey, version: v1 }',
  ],
])('a flow offers what is declared: %s', (_, text, entry) => {
  const name = /name: (\w+)/.exec(entry)?.[1] ?? '';
  const offered = changed(
    withEntries(text, 'identityProviders', entry),
    '[EmailPassword-OAUTH]',
    `[EmailPassword-OAUTH, ${name}]`,
  );
  expect(report(planOf(offered))).toEqual([]);
});

test.each([
  [
    'a name that ids have',
    [GOOGLE.replace('name: google', 'name: Google-OAUTH')],
    'error identity-provider customers.identityProviders[0].name: "Google-OAUTH" is not a valid name of an identity provider (1 to 63 small letters, digits and -, a letter first)',
  ],
  [
    'a name twice',
    [GOOGLE, OPEN_ID.replace('name: partner', 'name: google')],
    'error identity-provider customers.identityProviders[1].name: "google" is listed twice (each name once) [see estate.yaml:14:15]',
  ],
  [
    'a social type twice',
    [GOOGLE, GOOGLE.replace('name: google', 'name: google2')],
    'error identity-provider customers.identityProviders[1].type: "google" is already the type of \'google\' (one provider of each social type and of apple: a directory has one) [see estate.yaml:14:29]',
  ],
  [
    'a missing client id',
    [GOOGLE.replace(' clientId: a,', '')],
    "error identity-provider-keys customers.identityProviders[0].clientId: 'clientId' is missing (type: google takes clientId)",
  ],
  [
    'the keys of another type',
    [`${GOOGLE}, keyId: k`],
    'error identity-provider-keys customers.identityProviders[0].keyId: does not apply to google (remove the key; type: google takes clientId)',
  ],
  [
    'metadata without https',
    [OPEN_ID.replace('https://', 'http://')],
    'error identity-provider customers.identityProviders[0].metadataUrl: "http://idp.example.com/.well-known/openid-configuration" is not the address of OpenID Connect metadata (an https address that ends in /.well-known/openid-configuration)',
  ],
  [
    'metadata with a password',
    [OPEN_ID.replace('https://', 'https://user:pw@')],
    'error identity-provider customers.identityProviders[0].metadataUrl: "https://…@idp.example.com/.well-known/openid-configuration" has a user name, a query or a fragment, which may be a secret: the address is printed (an https address that ends in /.well-known/openid-configuration, without them)',
  ],
  [
    'another page than the metadata',
    [OPEN_ID.replace('openid-configuration', 'keys')],
    'error identity-provider customers.identityProviders[0].metadataUrl: "https://idp.example.com/.well-known/keys" is not the address of OpenID Connect metadata (an https address that ends in /.well-known/openid-configuration)',
  ],
  [
    'the secret of provisioning',
    [GOOGLE.replace('googleSecret', 'scimToken')],
    'error secret-reference customers.identityProviders[0].secret.config: is not a valid key of the stack configuration for a secret (letters and digits, a letter first, such as googleSecret; the secret itself is never written here)',
  ],
])('is refused: %s', (_, entries, expected) => {
  expect(messages(withEntries(CUSTOMERS, 'identityProviders', ...entries))).toEqual([expected]);
});

test('a secret that stands in the place of its key is not repeated', () => {
  const [message] = messages(
    withEntries(CUSTOMERS, 'identityProviders', GOOGLE.replace('googleSecret', 'GOCSPX-s3cret')),
  );
  expect(message).toContain('secret-reference');
  expect(message).not.toContain('s3cret');
});

test('External ID has some types alone, and needs the issuer of others', () => {
  const text = withEntries(EXTERNAL, 'identityProviders', GOOGLE.replace('type: google', 'type: gitHub'), OPEN_ID);
  expect(messages(text)).toEqual([
    "error external-id-provider customers.identityProviders[0].type: \"gitHub\" is not a type of identity provider in External ID ('apple', 'facebook', 'google', 'openIdConnect'; others by openIdConnect)",
    "error identity-provider-keys customers.identityProviders[1].issuer: 'issuer' is missing (type: openIdConnect takes clientId, metadataUrl, issuer)",
  ]);
});

test('a flow that offers what is not declared is refused, unless the provider could not be read', () => {
  const offers = (text: string): string => changed(text, '[EmailPassword-OAUTH]', '[EmailPassword-OAUTH, gogle]');
  expect(messages(offers(withEntries(CUSTOMERS, 'identityProviders', GOOGLE)))).toEqual([
    'error unknown-identity-provider customers.userFlows[0].identityProviders[1]: "gogle" is not an identity provider of customers.identityProviders (did you mean \'google\'?)',
  ]);
  const unread = withEntries(CUSTOMERS, 'identityProviders', GOOGLE.replace('type: google', 'type: yahoo'));
  expect(messages(offers(unread)).map((line) => line.split(' ')[1])).toEqual(['invalid-value']);
});

test.each([
  ['LoyaltyNumber', undefined],
  ['loyalty-number', 'is not a valid name of an attribute (1 to 64 letters and digits, a letter first)'],
  ['City', 'is an attribute that every directory has (another name; flows may ask for that one as it is)'],
])('an attribute of the name %s', (name, problem) => {
  const expected =
    problem === undefined ? [] : [`error custom-attribute customers.attributes[0].name: "${name}" ${problem}`];
  expect(messages(withEntries(CUSTOMERS, 'attributes', `name: ${name}`))).toEqual(expected);
});

test('an attribute of the estate can be asked for, and tokens can carry it; twice it is refused', () => {
  const asked = changed(changed(CUSTOMERS, 'id: givenName', 'id: LoyaltyNumber'), '[emails', '[LoyaltyNumber, emails');
  expect(messages(withEntries(asked, 'attributes', 'name: LoyaltyNumber'))).toEqual([]);
  expect(messages(withEntries(CUSTOMERS, 'attributes', 'name: Plan', 'name: plan'))).toEqual([
    'error custom-attribute customers.attributes[1].name: "plan" is listed twice (each name once, in whatever case) [see estate.yaml:14:15]',
  ]);
});

test.each([
  [
    'input: dropdownSingleSelect',
    'error flow-choices customers.userFlows[0].attributes[1].input: "dropdownSingleSelect" \'givenName\' has a field of choices and none to choose (choices, each with label and value)',
  ],
  [
    'choices: [{ label: Yes, value: y }]',
    "error flow-choices customers.userFlows[0].attributes[1].choices: are not shown by the field of 'givenName' (input: radioSingleSelect, dropdownSingleSelect, checkboxMultiSelect, or no choices)",
  ],
])('a field and its choices belong together: %s', (more, expected) => {
  expect(messages(changed(CUSTOMERS, 'id: givenName', `id: givenName, ${more}`))).toEqual([expected]);
});

test.each([
  ['{ default: en, shown: [en, de] }', []],
  [
    '{ default: fr, shown: [en] }',
    ['error flow-language customers.userFlows[0].languages.default: "fr" is not shown (one of shown: \'en\')'],
  ],
  [
    '{ default: en, shown: [en, German] }',
    [
      'error flow-language customers.userFlows[0].languages.shown[1]: "German" is not a language tag (de, pt-BR, zh-Hans (RFC 5646))',
    ],
  ],
])('languages %s', (languages, expected) => {
  expect(
    messages(changed(CUSTOMERS, '      use: signIn\n', `      use: signIn\n      languages: ${languages}\n`)),
  ).toEqual(expected);
});

test('External ID has labels, but neither languages nor kinds of fields', () => {
  const labelled = changed(EXTERNAL, 'id: givenName', "id: givenName, label: 'First name'");
  expect(messages(labelled)).toEqual([]);
  const more = changed(
    labelled,
    '      use: signIn\n',
    '      use: signIn\n      languages: { default: en, shown: [en] }\n',
  );
  expect(messages(changed(more, 'id: givenName,', 'id: givenName, input: textBox,'))).toEqual([
    'error external-id-page customers.userFlows[0].languages: is of B2C user flows; in External ID company branding has the languages (remove the key)',
    'error external-id-page customers.userFlows[0].attributes[1].input: is of B2C user flows; in External ID the flow asks for it with a text field (remove the key)',
  ]);
});
