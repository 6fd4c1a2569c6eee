import { AZURE, EXTERNAL, changed, CUSTOMERS, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

const hosted = (customers: string): string => `${customers}${HOSTING}`;

test('takes customers in an external tenant, with the defaults filled in', () => {
  const plan = planOf(EXTERNAL);
  expect(report(plan)).toEqual([]);
  expect(plan.estate.customers).toMatchObject({
    directoryType: 'external-id',
    stepUp: { identifierUri: 'https://contosoclaims.onmicrosoft.com/api-step-up' },
  });
});

test('takes customers without a type for those of a B2C directory', () => {
  expect(planOf(CUSTOMERS).estate.customers?.directoryType).toBe('b2c');
});

test('a misspelt type has no finding but its own', () => {
  expect(report(planOf(`${changed(EXTERNAL, 'external-id', 'external_id')}${AZURE}`))).toEqual([
    expect.stringMatching(/^error invalid-value .* customers\.directoryType: "external_id"/),
  ]);
});

test.each([
  {
    what: 'a flow for the second factor',
    from: 'use: signIn',
    to: 'use: stepUp',
    expected: [
      'error missing-sign-in-flow estate.yaml:15:5 customers.userFlows: no flow signs people in (one flow with use: signIn)',
      'error external-id-flow-use estate.yaml:17:12 customers.userFlows[0].use: "stepUp" is not a use of a user flow in External ID (customers.stepUp, whose scopes a Conditional Access policy protects)',
    ],
  },
  {
    what: 'a type that External ID has not',
    from: 'type: signUpOrSignIn',
    to: 'type: passwordReset',
    expected: [
      "error external-id-flow-type estate.yaml:16:13 customers.userFlows[0].type: \"passwordReset\" is not a user flow type of External ID ('signUpOrSignIn' or 'signIn')",
    ],
  },
  {
    what: 'a second factor of the flow',
    from: 'use: signIn',
    to: 'use: signIn\n      multifactor: { state: on }',
    expected: [
      'error external-id-multifactor estate.yaml:18:20 customers.userFlows[0].multifactor: "on" is not a setting of a user flow in External ID: Conditional Access asks for the second factor (customers.stepUp)',
    ],
  },
  {
    what: 'claims of the flow',
    from: 'use: signIn',
    to: 'use: signIn\n      claims: [emails]',
    expected: [
      'error external-id-claims estate.yaml:18:15 customers.userFlows[0].claims: are not set by a user flow in External ID: applications ask for them (remove the key; the applications of the estate ask for name and e-mail address)',
    ],
  },
  {
    what: 'verification of the flow',
    from: '{ id: email }',
    to: '{ id: email, requiresVerification: true }',
    expected: [
      'warning external-id-verification estate.yaml:18:33 customers.userFlows[0].attributes[0].requiresVerification: is not set by the flow in External ID: an e-mail address is always verified with a code (remove the key)',
    ],
  },
  {
    what: 'a place, which only directories of B2C are created at',
    from: 'directory: contosoclaims\n',
    to: 'directory: contosoclaims\n  location: Europe\n',
    expected: [
      'warning external-id-place estate.yaml:4:3 customers.location: applies to B2C directories, which the azure section creates; an external tenant is created by hand (remove the key)',
    ],
  },
  {
    what: 'a name of a flow that is too long',
    from: 'id: Sign up and sign in',
    to: `id: ${'a'.repeat(121)}`,
    expected: [
      `error display-name estate.yaml:15:11 customers.userFlows[0].id: "${'a'.repeat(79)}… is 121 characters long (at most 120 characters)`,
    ],
  },
  {
    what: 'a second factor for a scope that nobody defined',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Writ]',
    expected: [
      'error step-up-scope estate.yaml:22:14 customers.stepUp.scopes[0]: "Accounts.Writ" is not a scope of customers.apiApplication (did you mean \'Accounts.Write\'?)',
    ],
  },
  {
    what: 'a second factor for one scope twice',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Write, Accounts.Write]',
    expected: [
      'error duplicate-step-up-scope estate.yaml:22:30 customers.stepUp.scopes[1]: "Accounts.Write" is listed twice (each once) [see estate.yaml:22:14]',
    ],
  },
  {
    what: 'a second factor for everything',
    from: 'scopes: [Accounts.Write]',
    to: 'scopes: [Accounts.Read, Accounts.Write]',
    expected: [
      'error step-up-scopes estate.yaml:22:13 customers.stepUp.scopes: include every scope of the API: no one could read without a second factor (some of customers.apiApplication.scopes)',
    ],
  },
  {
    what: 'the name of another application',
    from: 'displayName: Claims API with a second factor',
    to: 'displayName: Claims API',
    expected: [
      'error duplicate-application-name estate.yaml:21:18 customers.stepUp.displayName: "Claims API" is also the name of another application (a different name) [see estate.yaml:6:18]',
    ],
  },
  {
    what: "the API's identifier",
    from: 'scopes: [Accounts.Write]',
    to: 'identifierUri: https://contosoclaims.onmicrosoft.com/api\n    scopes: [Accounts.Write]',
    expected: [
      'error step-up-identifier estate.yaml:22:20 customers.stepUp.identifierUri: "https://contosoclaims.onmicrosoft.com/api" is that of the API, so its scopes would need no second factor (a different one)',
    ],
  },
])('finds in an external tenant: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(EXTERNAL, from, to)))).toEqual(expected);
});

test('refuses scopes with a second factor in a B2C directory, which has a user flow for that', () => {
  const both = changed(EXTERNAL, 'directoryType: external-id', 'directoryType: b2c');
  expect(report(planOf(both))).toContain(
    'error step-up-directory estate.yaml:20:3 customers.stepUp: is for External ID; a B2C directory asks for the second factor by a user flow (a user flow with use: stepUp, or directoryType: external-id)',
  );
});

test('asks for no place of an external tenant, which the azure section does not create', () => {
  expect(report(planOf(`${EXTERNAL}${AZURE}`))).toEqual([]);
});

test('needs a second factor for the scope that changes a policy where the application is hosted', () => {
  const all = hosted(HOSTED_CUSTOMERS.replace(/customers:[\s\S]*/, EXTERNAL));
  expect(report(planOf(all)).filter((line) => line.includes('hosting-'))).toEqual([]);
  const none = changed(all, / {2}stepUp:[\s\S]*?changes\n/.exec(all)?.[0] ?? '', '');
  expect(report(planOf(none)).filter((line) => line.includes('hosting-'))).toEqual([
    expect.stringMatching(
      /^error hosting-step-up estate\.yaml:\d+:1 hosting: needs a second factor for the scope Accounts\.Write, and nothing asks for it \(customers\.stepUp with Accounts\.Write among its scopes\)/,
    ),
  ]);
});
