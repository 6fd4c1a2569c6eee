import { changed, CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const BASIC =
  'name: invitations, url: https://api.example.com/in, username: claims, secret: { config: password, version: v1 }';
const CERTIFICATE =
  'name: loyalty, url: https://api.example.com/loyalty, authentication: certificate, secret: { config: pfx, version: v1 }, passphrase: { config: pass }';

const withConnectors = (text: string, ...entries: readonly string[]): string =>
  changed(
    text,
    '  userFlows:\n',
    `  apiConnectors:\n${entries.map((entry) => `    - { ${entry} }\n`).join('')}  userFlows:\n`,
  );
const calling = (text: string, calls: string): string =>
  changed(text, '      use: signIn\n', `      use: signIn\n      apiConnectors: { ${calls} }\n`);
const messages = (text: string): readonly string[] =>
  report(planOf(text)).map((line) => line.replace(/ estate\.yaml:\S+/, ''));

test('a flow calls what is declared', () => {
  const text = withConnectors(CUSTOMERS, BASIC, CERTIFICATE);
  expect(messages(calling(text, 'postAttributeCollection: invitations, preTokenIssuance: loyalty'))).toEqual([]);
});

test.each([
  [
    'a name of other letters',
    [BASIC.replace('name: invitations', 'name: Invitations')],
    'error api-connector customers.apiConnectors[0].name: "Invitations" is not a valid name of an API connector (1 to 63 small letters, digits and -, a letter first)',
  ],
  [
    'a name in the portal twice',
    [BASIC, `${CERTIFICATE}, displayName: invitations`],
    'error api-connector customers.apiConnectors[1].displayName: "invitations" is the name of two API connectors in the portal (each once: it is found again by it) [see estate.yaml:14:15]',
  ],
  [
    'an address without https',
    [BASIC.replace('https://', 'http://user:pw@')],
    'error api-connector customers.apiConnectors[0].url: "http://…@api.example.com/in" is not an address that a directory calls (an https address)',
  ],
  [
    'a name in the portal that is the name of another',
    [CERTIFICATE.replace('name: loyalty', 'name: first, displayName: invitations'), BASIC],
    'error api-connector customers.apiConnectors[1].name: "invitations" is the name of two API connectors in the portal (each once: it is found again by it) [see estate.yaml:14:35]',
  ],
  [
    'an address with a password',
    [BASIC.replace('https://', 'https://user:pw@')],
    'error api-connector customers.apiConnectors[0].url: "https://…@api.example.com/in" has a user name, a query or a fragment, which may be a secret: the address is printed (an https address, without them)',
  ],
  [
    'an address with a key',
    [BASIC.replace('.com/in', '.com/in?code=key-1')],
    'error api-connector customers.apiConnectors[0].url: "https://api.example.com/in?…" has a user name, a query or a fragment, which may be a secret: the address is printed (an https address, without them)',
  ],
  [
    'no user name',
    [BASIC.replace(' username: claims,', '')],
    "error api-connector-keys customers.apiConnectors[0].username: 'username' is missing (authentication: basic takes username and secret)",
  ],
  [
    'a user name with a certificate',
    [`${CERTIFICATE}, username: claims`],
    'error api-connector-keys customers.apiConnectors[0].username: does not apply to certificate (remove the key; authentication: certificate takes secret and passphrase)',
  ],
  [
    'a passphrase of a password',
    [`${BASIC}, passphrase: { config: pass }`],
    'error api-connector-keys customers.apiConnectors[0].passphrase: does not apply to basic (remove the key; authentication: basic takes username and secret)',
  ],
  [
    'the secret of provisioning',
    [CERTIFICATE.replace('config: pass', 'config: scimToken')],
    'error secret-reference customers.apiConnectors[0].passphrase.config: is not a valid key of the stack configuration for a secret (letters and digits, a letter first, such as googleSecret; the secret itself is never written here)',
  ],
])('is refused: %s', (_, entries, expected) => {
  expect(messages(withConnectors(CUSTOMERS, ...entries))).toEqual([expected]);
});

test('a flow that calls what is not declared is refused, unless the connector could not be read', () => {
  const text = calling(withConnectors(CUSTOMERS, BASIC), 'preTokenIssuance: invitation');
  expect(messages(text)).toEqual([
    'error unknown-api-connector customers.userFlows[0].apiConnectors.preTokenIssuance: "invitation" is not an API connector of customers.apiConnectors (did you mean \'invitations\'?)',
  ]);
  const unread = text.replace('username: claims', 'authentication: token');
  expect(messages(unread).map((line) => line.split(' ')[1])).toEqual(['invalid-value']);
});

test.each([
  ['signUpOrSignIn', 'postAttributeCollection', true],
  ['signIn', 'preTokenIssuance', true],
  ['signIn', 'postFederationSignup', false],
  ['profileUpdate', 'preTokenIssuance', false],
  ['passwordReset', 'postAttributeCollection', false],
] as const)('a flow calls an API only at a step that it has: %s, %s', (type, step, isThere) => {
  const text = withConnectors(CUSTOMERS, BASIC).replace(
    'type: signUpOrSignIn\n      use: signIn\n',
    `type: ${type}\n      use: signIn\n      apiConnectors: { ${step}: invitations }\n`,
  );
  const refused = messages(text).filter((line) => line.includes(step));
  expect(refused.map((line) => line.replace(/ \(.*/, ''))).toEqual(
    isThere
      ? []
      : [
          `error api-connector customers.userFlows[0].apiConnectors.${step}: is not a step of a flow of type ${type}, so that the API is never called`,
        ],
  );
});

test('External ID has none', () => {
  const text = calling(withConnectors(EXTERNAL, BASIC), 'preTokenIssuance: invitations');
  expect(messages(text).map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'error api-connector customers.apiConnectors: is of B2C user flows; External ID calls APIs by customers.customExtensions',
    'error api-connector customers.userFlows[0].apiConnectors: is of B2C user flows; in External ID customers.customExtensions call APIs',
  ]);
});
