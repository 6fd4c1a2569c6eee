import { changed, CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const ID = '0a1b2c3d-1111-2222-3333-444455556666';
const SUBMIT = `name: invitations, event: attributeCollectionSubmit, url: https://api.example.com/in, resourceId: api://api.example.com/${ID}`;
const TOKEN = `name: loyalty, event: tokenIssuanceStart, url: https://api.example.com/loyalty, resourceId: api://api.example.com/${ID}, claims: [loyaltyNumber]`;

const withExtensions = (text: string, ...entries: readonly string[]): string =>
  changed(
    text,
    '  userFlows:\n',
    `  customExtensions:\n${entries.map((entry) => `    - { ${entry} }\n`).join('')}  userFlows:\n`,
  );
const messages = (text: string): readonly string[] =>
  report(planOf(text)).map((line) => line.replace(/ estate\.yaml:\S+/, ''));

test('an external tenant calls an API for each event', () => {
  expect(messages(withExtensions(EXTERNAL, SUBMIT, TOKEN))).toEqual([]);
});

test('hosts are the same in whatever case, and with the port of https', () => {
  const upper = SUBMIT.replace('url: https://api.', 'url: https://API.').replace('api://api.', 'api://Api.');
  expect(messages(withExtensions(EXTERNAL, upper))).toEqual([]);
  expect(messages(withExtensions(EXTERNAL, upper.replace('Api.example.com/', 'Api.example.com:443/')))).toEqual([]);
});

test('codes that an API fails to send may be sent by Microsoft', () => {
  const codes = SUBMIT.replace('attributeCollectionSubmit', 'otpSend');
  const entry = `${codes}, behaviorOnError: fallbackToMicrosoftProviderOnError`;
  expect(messages(withExtensions(EXTERNAL, entry))).toEqual([]);
});

test('a step names the extension as the portal has it', () => {
  const { steps } = planOf(withExtensions(EXTERNAL, `${TOKEN}, displayName: Loyalty levels`));
  expect(steps.find(({ id }) => id === 'loyalty/claims')?.asks).toBe(
    'the custom claims provider Loyalty levels, and from it loyaltyNumber',
  );
});

test('what a person has to do for it is a step', () => {
  const { steps } = planOf(withExtensions(EXTERNAL, SUBMIT, TOKEN));
  expect(steps.map(({ id }) => id).filter((id) => /^(?:invitations|loyalty)/.test(id))).toEqual([
    'invitations/registration',
    'loyalty/registration',
    'loyalty/claims',
  ]);
});

test.each([
  [
    'a name of other letters',
    [SUBMIT.replace('name: invitations', 'name: Invitations')],
    'error custom-extension customers.customExtensions[0].name: "Invitations" is not a valid name of a custom extension (1 to 63 small letters, digits and -, a letter first)',
  ],
  [
    'an event twice',
    [SUBMIT, SUBMIT.replace('name: invitations', 'name: others')],
    'error custom-extension customers.customExtensions[1].event: "attributeCollectionSubmit" is already the event of \'invitations\' (one API for each event)',
  ],
  [
    'an address without https',
    [SUBMIT.replace('https://', 'http://')],
    'error custom-extension customers.customExtensions[0].url: "http://api.example.com/in" is not an address that a directory calls (an https address)',
  ],
  [
    'a registration without a client id',
    [SUBMIT.replace(`/${ID}`, '/api')],
    'error custom-extension customers.customExtensions[0].resourceId: "api://api.example.com/api" is not the application ID URI of an API that is called (api://<host of the API>/<client id of its registration>)',
  ],
  [
    'a registration of another host',
    [SUBMIT.replace('api://api.', 'api://other.')],
    `error custom-extension customers.customExtensions[0].resourceId: "api://other.example.com/${ID}" is of another host than the API (api://api.example.com/…, or a url of that host)`,
  ],
  [
    'claims of an event without a token',
    [`${SUBMIT}, claims: [loyaltyNumber]`],
    'error custom-extension customers.customExtensions[0].claims: does not apply to attributeCollectionSubmit (remove the key; tokenIssuanceStart gives tokens claims)',
  ],
  [
    'a key in the address',
    [SUBMIT.replace('.com/in', '.com/in?code=key-1')],
    'error custom-extension customers.customExtensions[0].url: "https://api.example.com/in?…" has a user name, a query or a fragment, which may be a secret: the address is printed (an https address, without them)',
  ],
  [
    'a claim twice',
    [TOKEN.replace('[loyaltyNumber]', '[a, b, a]')],
    'error custom-extension customers.customExtensions[0].claims[2]: "a" is listed twice (each claim once)',
  ],
  [
    'a way out of an event that sends no code',
    [`${SUBMIT}, behaviorOnError: fallbackToMicrosoftProviderOnError`],
    'error custom-extension customers.customExtensions[0].behaviorOnError: does not apply to attributeCollectionSubmit (remove the key; otpSend sends a code, which Microsoft can send too)',
  ],
])('is refused: %s', (_, entries, expected) => {
  const found = messages(withExtensions(EXTERNAL, ...entries)).map((line) => line.replace(/ \[see .*/, ''));
  expect(found).toEqual([expected]);
});

test('a B2C directory has none', () => {
  expect(messages(withExtensions(CUSTOMERS, SUBMIT))).toEqual([
    'error custom-extension customers.customExtensions: is of External ID; user flows of B2C call customers.apiConnectors (remove the key)',
  ]);
});
