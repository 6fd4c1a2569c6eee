import { AZURE, EXTERNAL, changed, CUSTOMERS, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

const hosted = (customers: string): string => `${customers}${HOSTING}`;

test('takes customers in an external tenant, with the defaults filled in', () => {
  const plan = planOf(EXTERNAL);
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.estate.customers).toMatchObject({
    directoryType: 'external-id',
    stepUp: { identifierUri: 'https://contosoclaims.onmicrosoft.com/api-step-up' },
  });
});

test('takes customers without a type for those of a B2C directory', () => {
  expect(planOf(CUSTOMERS).estate.customers?.directoryType).toBe('b2c');
});

test('a misspelt type has no finding but its own', () => {
  expect(codesAndPlaces(planOf(`${changed(EXTERNAL, 'external-id', 'external_id')}${AZURE}`))).toEqual([
    expect.stringMatching(/^error invalid-value .* customers\.directoryType$/),
  ]);
});

test.each([
  {
    what: 'a flow for the second factor',
    from: 'use: signIn',
    to: 'use: stepUp',
    expected: [
      'error missing-sign-in-flow estate.yaml:15:5 customers.userFlows',
      'error external-id-flow-use estate.yaml:17:12 customers.userFlows[0].use',
    ],
  },
  {
    what: 'a type that External ID has not',
    from: 'type: signUpOrSignIn',
    to: 'type: passwordReset',
    expected: ['error external-id-flow-type estate.yaml:16:13 customers.userFlows[0].type'],
  },
  {
    what: 'a second factor of the flow',
    from: 'use: signIn',
    to: 'use: signIn\n      multifactor: { state: on }',
    expected: ['error external-id-multifactor estate.yaml:18:20 customers.userFlows[0].multifactor'],
  },
  {
    what: 'claims of the flow',
    from: 'use: signIn',
    to: 'use: signIn\n      claims: [emails]',
    expected: ['error external-id-claims estate.yaml:18:15 customers.userFlows[0].claims'],
  },
  {
    what: 'verification of the flow',
    from: '{ id: email }',
    to: '{ id: email, requiresVerification: true }',
    expected: [
      'warning external-id-verification estate.yaml:18:33 customers.userFlows[0].attributes[0].requiresVerification',
    ],
  },
  {
    what: 'a place, which only directories of B2C are created at',
    from: 'directory: contosoclaims\n',
    to: 'directory: contosoclaims\n  location: Europe\n',
    expected: ['warning external-id-place estate.yaml:4:3 customers.location'],
  },
  {
    what: 'a name of a flow that is too long',
    from: 'id: Sign up and sign in',
    to: `id: ${'a'.repeat(121)}`,
    expected: ['error display-name estate.yaml:15:11 customers.userFlows[0].id'],
  },
  {
    what: 'a second factor for a scope that nobody defined',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Writ]',
    expected: ['error step-up-scope estate.yaml:22:14 customers.stepUp.scopes[0]'],
  },
  {
    what: 'a second factor for one scope twice',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Write, Accounts.Write]',
    expected: ['error duplicate-step-up-scope estate.yaml:22:30 customers.stepUp.scopes[1] [see estate.yaml:22:14]'],
  },
  {
    what: 'a second factor for everything',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Read, Accounts.Write]',
    expected: ['error step-up-scopes estate.yaml:22:13 customers.stepUp.scopes'],
  },
  {
    what: 'the name of another application',
    from: 'displayName: Claims API with a second factor',
    to: 'displayName: Claims API',
    expected: [
      'error duplicate-application-name estate.yaml:21:18 customers.stepUp.displayName [see estate.yaml:6:18]',
    ],
  },
  {
    what: "the API's identifier",
    from: 'scopes: [Accounts.Write]',
    to: 'identifierUri: https://contosoclaims.onmicrosoft.com/api\n    scopes: [Accounts.Write]',
    expected: ['error duplicate-identifier-uri estate.yaml:22:20 customers.stepUp.identifierUri [see estate.yaml:6:5]'],
  },
])('finds in an external tenant: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(EXTERNAL, from, to)))).toEqual(expected);
});

test('refuses scopes with a second factor in a B2C directory, which has a user flow for that', () => {
  const both = changed(EXTERNAL, 'directoryType: external-id', 'directoryType: b2c');
  expect(codesAndPlaces(planOf(both))).toContain('error step-up-directory estate.yaml:20:3 customers.stepUp');
});

test('refuses a front-channel sign-out in a B2C directory, whose user flows load none', () => {
  const set = changed(EXTERNAL, 'displayName: Claims\n', 'displayName: Claims\n    frontChannelSignOut: /out\n');
  expect(codesAndPlaces(planOf(set))).toEqual([]);
  const both = changed(set, 'directoryType: external-id', 'directoryType: b2c');
  expect(codesAndPlaces(planOf(both)).filter((one) => one.includes('front-channel'))).toEqual([
    'error front-channel-directory estate.yaml:12:26 customers.webApplication.frontChannelSignOut',
  ]);
});

test('asks for no place of an external tenant, which the azure section does not create', () => {
  expect(codesAndPlaces(planOf(`${EXTERNAL}${AZURE}`))).toEqual([]);
});

test('needs a second factor for the scope that changes a policy where the application is hosted', () => {
  const all = hosted(HOSTED_CUSTOMERS.replace(/customers:[\s\S]*/, EXTERNAL));
  expect(codesAndPlaces(planOf(all)).filter((line) => line.includes('hosting-'))).toEqual([]);
  const none = changed(all, / {2}stepUp:[\s\S]*?changes\n/.exec(all)?.[0] ?? '', '');
  expect(codesAndPlaces(planOf(none)).filter((line) => line.includes('hosting-'))).toEqual([
    expect.stringMatching(/^error hosting-step-up estate\.yaml:\d+:1 hosting/),
  ]);
});
