import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'no prefix',
    from: 'id: B2C_1_in',
    to: 'id: signin',
    expected:
      'error flow-id estate.yaml:14:11 customers.userFlows[0].id: "signin" lacks the prefix B2C_1_ (did you mean \'B2C_1_signin\'?)',
  },
  {
    what: 'the prefix in small letters',
    from: 'id: B2C_1_in',
    to: 'id: b2c_1_in',
    expected:
      'error flow-id estate.yaml:14:11 customers.userFlows[0].id: "b2c_1_in" lacks the prefix B2C_1_ (did you mean \'B2C_1_in\'?)',
  },
  {
    what: 'the prefix alone',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_',
    expected:
      'error flow-id estate.yaml:14:11 customers.userFlows[0].id: "B2C_1_" is not a valid user flow name (B2C_1_, then letters, digits, _ and -)',
  },
  {
    what: 'a letter beyond ASCII',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_ü',
    expected:
      'error flow-id estate.yaml:14:11 customers.userFlows[0].id: "B2C_1_ü" is not a valid user flow name (B2C_1_, then letters, digits, _ and -)',
  },
  {
    what: '65 characters',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    expected:
      'error flow-id estate.yaml:14:11 customers.userFlows[0].id: "B2C_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is 65 characters long (at most 64)',
  },
  {
    what: 'two of one name',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_mfa',
    expected:
      'error duplicate-flow estate.yaml:20:11 customers.userFlows[1].id: "B2C_1_mfa" is the name of two flows (each name once, in whatever case) [see estate.yaml:14:11]',
  },
  {
    what: 'two names that differ in case',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_MFA',
    expected:
      'error duplicate-flow estate.yaml:20:11 customers.userFlows[1].id: "B2C_1_mfa" differs from \'B2C_1_MFA\' only in case (each name once, in whatever case) [see estate.yaml:14:11]',
  },
  {
    what: 'a type that signs nobody in',
    from: 'type: signUpOrSignIn',
    to: 'type: signUp',
    expected:
      "error flow-type estate.yaml:15:13 customers.userFlows[0].type: \"signUp\" can't be the type of a flow for signIn (type 'signUpOrSignIn' or 'signIn')",
  },
  {
    what: 'a second factor that is asked for at times',
    from: 'state: on',
    to: 'state: conditional',
    expected:
      'error step-up-factor estate.yaml:23:29 customers.userFlows[1].multifactor.state: "conditional" lets people step up without a second factor (state: on)',
  },
  {
    what: 'no second factor for the step up',
    from: '      multifactor: { state: on }\n',
    to: '',
    expected:
      'error step-up-factor estate.yaml:20:7 customers.userFlows[1].multifactor.state: "off" lets people step up without a second factor (state: on)',
  },
  {
    what: 'a method of a factor that is off',
    from: 'use: signIn',
    to: 'use: signIn\n      multifactor: { state: off, method: phoneSms }',
    expected:
      'warning flow-multifactor estate.yaml:17:42 customers.userFlows[0].multifactor.method: "phoneSms" is never asked for, since the second factor is off (state on or conditional, or no method)',
  },
])('a flow has a finding: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['64 characters', 'id: B2C_1_in', 'id: B2C_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['sign-in without sign-up', 'type: signUpOrSignIn', 'type: signIn'],
  [
    'a factor as Conditional Access says',
    'use: signIn',
    'use: signIn\n      multifactor: { state: conditional, method: email }',
  ],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test.each([
  {
    what: 'a misspelt attribute',
    from: 'id: givenName',
    to: 'id: given_name',
    expected:
      'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: "given_name" is not an attribute that a flow can ask for (did you mean \'givenName\'?)',
  },
  {
    what: 'one in another case',
    from: 'id: givenName',
    to: 'id: givenname',
    expected:
      'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: "givenname" is not an attribute that a flow can ask for (did you mean \'givenName\'?)',
  },
  {
    what: 'one that only tokens have',
    from: 'id: givenName',
    to: 'id: emails',
    expected:
      'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: "emails" is not an attribute that a flow can ask for (did you mean \'email\'?)',
  },
  {
    what: 'one that nothing is near to',
    from: 'id: givenName',
    to: 'id: zzzzzzzz',
    expected:
      "error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: \"zzzzzzzz\" is not an attribute that a flow can ask for (attributes of the directory: 'city', 'country', 'displayName', 'email', 'givenName', 'jobTitle', 'postalCode', 'state', 'streetAddress', 'surname')",
  },
  {
    what: 'an extension without its application',
    from: 'id: givenName',
    to: 'id: extension_Plan',
    expected:
      "error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: \"extension_Plan\" is not an attribute that a flow can ask for (attributes of the directory: 'city', 'country', 'displayName', 'email', 'givenName', 'jobTitle', 'postalCode', 'state', 'streetAddress', 'surname')",
  },
  {
    what: 'a prototype',
    from: 'id: givenName',
    to: 'id: __proto__',
    expected:
      "error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: \"__proto__\" is not an attribute that a flow can ask for (attributes of the directory: 'city', 'country', 'displayName', 'email', 'givenName', 'jobTitle', 'postalCode', 'state', 'streetAddress', 'surname')",
  },
  {
    what: 'one twice',
    from: 'id: givenName',
    to: 'id: email',
    expected:
      'error duplicate-flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id: "email" is asked for twice (each attribute once) [see estate.yaml:17:26]',
  },
  {
    what: 'a name proved by a code',
    from: 'id: givenName',
    to: 'id: givenName, requiresVerification: true',
    expected:
      "error flow-verification estate.yaml:17:102 customers.userFlows[0].attributes[1].requiresVerification: 'givenName' can't be verified with a code (only 'email')",
  },
  {
    what: 'a claim that only flows ask for',
    from: '[emails',
    to: '[email',
    expected:
      'error flow-claim estate.yaml:18:16 customers.userFlows[0].claims[0]: "email" is not an attribute that tokens can carry (did you mean \'emails\'?)',
  },
  {
    what: 'a claim twice',
    from: '[emails',
    to: '[objectId',
    expected:
      'error duplicate-flow-claim estate.yaml:18:26 customers.userFlows[0].claims[1]: "objectId" is listed twice (each once) [see estate.yaml:18:16]',
  },
  {
    what: 'no identity provider',
    from: '[EmailPassword-OAUTH]',
    to: '[]',
    expected:
      'error flow-identity-provider estate.yaml:19:26 customers.userFlows[0].identityProviders: no one can use a flow without an identity provider (at least one; EmailPassword-OAUTH are accounts of the directory itself)',
  },
  {
    what: 'a provider twice',
    from: '[EmailPassword-OAUTH]',
    to: '[Google-OAUTH, google-oauth]',
    expected:
      'error duplicate-identity-provider estate.yaml:19:41 customers.userFlows[0].identityProviders[1]: "google-oauth" is listed twice (each once) [see estate.yaml:19:27]',
  },
])('what a flow asks for is refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['an extension', 'id: givenName', 'id: extension_0123456789abcdef0123456789abcdef_Plan'],
  ['a claim that is an extension', '[emails', '[extension_0123456789abcdef0123456789abcdef_Plan'],
  ['another provider', '[EmailPassword-OAUTH]', '[Google-OAUTH]'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test('one flow for each use', () => {
  expect(report(planOf(changed(CUSTOMERS, 'use: stepUp', 'use: signIn')))).toEqual([
    'error duplicate-flow-use estate.yaml:22:12 customers.userFlows[1].use: "signIn" is already the use of \'B2C_1_in\' (one flow for each use) [see estate.yaml:16:12]',
  ]);
});

test('a flow without a use of its own leaves nobody to sign in', () => {
  const reset = changed(
    CUSTOMERS,
    'type: signUpOrSignIn\n      use: signIn',
    'type: passwordReset\n      use: passwordReset',
  );
  expect(report(planOf(reset))).toEqual([
    'error missing-sign-in-flow estate.yaml:14:5 customers.userFlows: no flow signs people in (one flow with use: signIn)',
  ]);
});

test('a flow that could not be read may be the one that signs people in', () => {
  const codes = planOf(changed(CUSTOMERS, 'claims: [emails, objectId]', 'claims: emails')).findings.map(
    ({ code }) => code,
  );
  expect(codes).toEqual(['invalid-value']);
});
