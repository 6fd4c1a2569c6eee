import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'no prefix',
    from: 'id: B2C_1_in',
    to: 'id: signin',
    expected: 'error flow-id estate.yaml:14:11 customers.userFlows[0].id',
  },
  {
    what: 'the prefix in small letters',
    from: 'id: B2C_1_in',
    to: 'id: b2c_1_in',
    expected: 'error flow-id estate.yaml:14:11 customers.userFlows[0].id',
  },
  {
    what: 'the prefix alone',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_',
    expected: 'error flow-id estate.yaml:14:11 customers.userFlows[0].id',
  },
  {
    what: 'a letter beyond ASCII',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_ü',
    expected: 'error flow-id estate.yaml:14:11 customers.userFlows[0].id',
  },
  {
    what: '65 characters',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    expected: 'error flow-id estate.yaml:14:11 customers.userFlows[0].id',
  },
  {
    what: 'two of one name',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_mfa',
    expected: 'error duplicate-flow estate.yaml:20:11 customers.userFlows[1].id [see estate.yaml:14:11]',
  },
  {
    what: 'two names that differ in case',
    from: 'id: B2C_1_in',
    to: 'id: B2C_1_MFA',
    expected: 'error duplicate-flow estate.yaml:20:11 customers.userFlows[1].id [see estate.yaml:14:11]',
  },
  {
    what: 'a name that another flow had before',
    from: 'use: signIn',
    to: 'use: signIn\n      previousNames: [B2C_1_mfa]',
    expected: 'error duplicate-flow estate.yaml:17:23 customers.userFlows[0].previousNames[0] [see estate.yaml:21:11]',
  },
  {
    what: 'a previous name without prefix',
    from: 'use: signIn',
    to: 'use: signIn\n      previousNames: [signin]',
    expected: 'error flow-id estate.yaml:17:23 customers.userFlows[0].previousNames[0]',
  },
  {
    what: 'a type that signs nobody in',
    from: 'type: signUpOrSignIn',
    to: 'type: signUp',
    expected: 'error flow-type estate.yaml:15:13 customers.userFlows[0].type',
  },
  {
    what: 'a second factor that is asked for at times',
    from: 'state: on',
    to: 'state: conditional',
    expected: 'error step-up-factor estate.yaml:23:29 customers.userFlows[1].multifactor.state',
  },
  {
    what: 'no second factor for the step up',
    from: '      multifactor: { state: on }\n',
    to: '',
    expected: 'error step-up-factor estate.yaml:20:7 customers.userFlows[1].multifactor.state',
  },
  {
    what: 'a method of a factor that is off',
    from: 'use: signIn',
    to: 'use: signIn\n      multifactor: { state: off, method: phoneSms }',
    expected: 'warning flow-multifactor estate.yaml:17:42 customers.userFlows[0].multifactor.method',
  },
])('a flow has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
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
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test.each([
  {
    what: 'a misspelt attribute',
    from: 'id: givenName',
    to: 'id: given_name',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'one in another case',
    from: 'id: givenName',
    to: 'id: givenname',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'one that only tokens have',
    from: 'id: givenName',
    to: 'id: emails',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'one that nothing is near to',
    from: 'id: givenName',
    to: 'id: zzzzzzzz',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'an extension without its application',
    from: 'id: givenName',
    to: 'id: extension_Plan',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'a prototype',
    from: 'id: givenName',
    to: 'id: __proto__',
    expected: 'error flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id',
  },
  {
    what: 'one twice',
    from: 'id: givenName',
    to: 'id: email',
    expected:
      'error duplicate-flow-attribute estate.yaml:17:69 customers.userFlows[0].attributes[1].id [see estate.yaml:17:26]',
  },
  {
    what: 'a name proved by a code',
    from: 'id: givenName',
    to: 'id: givenName, requiresVerification: true',
    expected: 'error flow-verification estate.yaml:17:102 customers.userFlows[0].attributes[1].requiresVerification',
  },
  {
    what: 'a claim that only flows ask for',
    from: '[emails',
    to: '[email',
    expected: 'error flow-claim estate.yaml:18:16 customers.userFlows[0].claims[0]',
  },
  {
    what: 'a claim twice',
    from: '[emails',
    to: '[objectId',
    expected: 'error duplicate-flow-claim estate.yaml:18:26 customers.userFlows[0].claims[1] [see estate.yaml:18:16]',
  },
  {
    what: 'no identity provider',
    from: '[EmailPassword-OAUTH]',
    to: '[]',
    expected: 'error flow-identity-provider estate.yaml:19:26 customers.userFlows[0].identityProviders',
  },
  {
    what: 'a provider twice',
    from: '[EmailPassword-OAUTH]',
    to: '[Google-OAUTH, google-oauth]',
    expected:
      'error duplicate-identity-provider estate.yaml:19:41 customers.userFlows[0].identityProviders[1] [see estate.yaml:19:27]',
  },
])('what a flow asks for is refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['an extension', 'id: givenName', 'id: extension_0123456789abcdef0123456789abcdef_Plan'],
  ['a claim that is an extension', '[emails', '[extension_0123456789abcdef0123456789abcdef_Plan'],
  ['another provider', '[EmailPassword-OAUTH]', '[Google-OAUTH]'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

const PROFILE = `    - id: B2C_1_edit
      type: profileUpdate
      use: profileEdit
      identityProviders: [EmailPassword-OAUTH]
`;

test('a profile flow that asks for nothing is an empty form', () => {
  expect(codesAndPlaces(planOf(`${CUSTOMERS}${PROFILE}`))).toEqual([
    'warning flow-without-attributes estate.yaml:25:7 customers.userFlows[2].attributes',
  ]);
  expect(codesAndPlaces(planOf(`${CUSTOMERS}${PROFILE}      attributes: []\n`))).toEqual([
    'warning flow-without-attributes estate.yaml:29:7 customers.userFlows[2].attributes',
  ]);
  expect(codesAndPlaces(planOf(`${CUSTOMERS}${PROFILE}      attributes: [{ id: city }]\n`))).toEqual([]);
});

test('one flow for each use', () => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, 'use: stepUp', 'use: signIn')))).toEqual([
    'error duplicate-flow-use estate.yaml:22:12 customers.userFlows[1].use [see estate.yaml:16:12]',
  ]);
});

test('a flow without a use of its own leaves nobody to sign in', () => {
  const reset = changed(
    CUSTOMERS,
    'type: signUpOrSignIn\n      use: signIn',
    'type: passwordReset\n      use: passwordReset',
  );
  expect(codesAndPlaces(planOf(reset))).toEqual(['error missing-sign-in-flow estate.yaml:14:5 customers.userFlows']);
});

test('a flow that could not be read may be the one that signs people in', () => {
  const codes = planOf(changed(CUSTOMERS, 'claims: [emails, objectId]', 'claims: emails')).findings.map(
    ({ code }) => code,
  );
  expect(codes).toEqual(['invalid-value']);
});
