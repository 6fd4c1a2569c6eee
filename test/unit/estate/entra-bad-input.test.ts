import { AZURE, changed, CUSTOMERS, WORKFORCE } from '../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../support/estate-files';

test.each([
  ['customers:\n', ['error invalid-value estate.yaml:1:11 customers']],
  ['customers: []\n', ['error invalid-value estate.yaml:1:12 customers']],
  ['customers: text\n', ['error invalid-value estate.yaml:1:12 customers']],
  [
    'customers: {}\n',
    [
      'error missing-key estate.yaml:1:12 customers.apiApplication',
      'error missing-key estate.yaml:1:12 customers.directory',
      'error missing-key estate.yaml:1:12 customers.tenantId',
      'error missing-key estate.yaml:1:12 customers.userFlows',
      'error missing-key estate.yaml:1:12 customers.webApplication',
    ],
  ],
  [
    'azure: {}\n',
    [
      'error missing-key estate.yaml:1:8 azure.environments',
      'error missing-key estate.yaml:1:8 azure.location',
      'error missing-key estate.yaml:1:8 azure.pulumiState',
      'error missing-key estate.yaml:1:8 azure.repository',
      'error missing-key estate.yaml:1:8 azure.resourceGroup',
      'error missing-key estate.yaml:1:8 azure.subscriptionId',
    ],
  ],
  ['workforce: { groups: [], awsApplication: }\n', ['error invalid-value estate.yaml:1:42 workforce.awsApplication']],
  [
    'workforce: { groups: [], awsApplication: {} }\n',
    [
      'error missing-key estate.yaml:1:42 workforce.awsApplication.displayName',
      'error missing-key estate.yaml:1:42 workforce.awsApplication.saml',
    ],
  ],
])('%j is refused', (text, expected) => {
  const plan = planOf(text);
  expect(codesAndPlaces(plan)).toEqual(expected);
  expect([plan.estate.customers, plan.estate.azure, plan.estate.workforce?.awsApplication]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  {
    what: 'a misspelt key',
    from: 'webApplication',
    to: 'webAplication',
    expected: [
      'error missing-key estate.yaml:2:3 customers.webApplication',
      'error unknown-key estate.yaml:9:3 customers.webAplication',
    ],
  },
  {
    what: 'a host that is no list',
    from: 'hosts: [http://localhost:5000, https://claims.example.com]',
    to: 'hosts: https://claims.example.com',
    expected: ['error invalid-value estate.yaml:11:12 customers.webApplication.hosts'],
  },
  {
    what: 'a host that is a number',
    from: 'http://localhost:5000',
    to: '5000',
    expected: ['error invalid-value estate.yaml:11:13 customers.webApplication.hosts[0]'],
  },
  {
    what: 'no host',
    from: 'hosts: [http://localhost:5000, https://claims.example.com]',
    to: 'hosts: []',
    expected: ['error invalid-value estate.yaml:11:12 customers.webApplication.hosts'],
  },
  {
    what: 'a type in another case',
    from: 'type: signIn\n',
    to: 'type: signin\n',
    expected: ['error invalid-value estate.yaml:21:13 customers.userFlows[1].type'],
  },
  {
    what: 'a key in another case',
    from: 'multifactor',
    to: 'multiFactor',
    expected: ['error unknown-key estate.yaml:23:7 customers.userFlows[1].multiFactor'],
  },
  {
    what: 'a state that is a boolean',
    from: 'state: on',
    to: 'state: true',
    expected: ['error invalid-value estate.yaml:23:29 customers.userFlows[1].multifactor.state'],
  },
  {
    what: 'a use that every object has',
    from: 'use: signIn',
    to: 'use: constructor',
    expected: ['error invalid-value estate.yaml:16:12 customers.userFlows[0].use'],
  },
  {
    what: 'a key that is a prototype',
    from: '  userFlows',
    to: '  __proto__: { x: 1 }\n  userFlows',
    expected: ['error unknown-key estate.yaml:13:3 customers.__proto__'],
  },
  {
    what: 'flows as a mapping',
    from: '  userFlows:\n    - id: B2C_1_in\n      type: signUpOrSignIn\n      use: signIn\n      attributes: [{ id: email, requiresVerification: true }, { id: givenName }]\n      claims: [emails, objectId]\n      identityProviders: [EmailPassword-OAUTH]\n    - id: B2C_1_mfa\n      type: signIn\n      use: stepUp\n      multifactor: { state: on }\n      identityProviders: [EmailPassword-OAUTH]\n',
    to: '  userFlows: { id: x }\n',
    expected: ['error invalid-value estate.yaml:13:14 customers.userFlows'],
  },
  {
    what: 'a point in time',
    from: 'start: 2026-01-01',
    to: 'start: 2026-01-01T00:00:00Z',
    expected: ['error secret-rotation estate.yaml:12:28 customers.webApplication.clientSecret.start'],
  },
  {
    what: 'a tagged date',
    from: 'start: 2026-01-01',
    to: 'start: !!timestamp 2026-01-01',
    expected: ['error invalid-value estate.yaml:12:40 customers.webApplication.clientSecret.start'],
  },
  {
    what: 'a year',
    from: 'start: 2026-01-01',
    to: 'start: 2026',
    expected: ['error invalid-value estate.yaml:12:28 customers.webApplication.clientSecret.start'],
  },
  {
    what: 'an empty scope',
    from: 'value: Accounts.Read',
    to: "value: ''",
    expected: ['error invalid-value estate.yaml:7:18 customers.apiApplication.scopes[0].value'],
  },
])('customers: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual(expected);
});

test.each([
  {
    what: 'a misspelt day',
    from: 'activeFrom',
    to: 'activefrom',
    expected: [
      'error missing-key estate.yaml:12:11 workforce.awsApplication.saml.signingCertificates[0].activeFrom',
      'error unknown-key estate.yaml:12:26 workforce.awsApplication.saml.signingCertificates[0].activefrom',
    ],
  },
  {
    what: 'an unknown NameID',
    from: 'signOnUrl',
    to: 'nameId: email\n      signOnUrl',
    expected: ['error invalid-value estate.yaml:9:15 workforce.awsApplication.saml.nameId'],
  },
  {
    what: 'a misspelt template',
    from: 'displayName: AWS',
    to: 'displayName: AWS\n    template: gallary',
    expected: ['error invalid-value estate.yaml:6:15 workforce.awsApplication.template'],
  },
  {
    what: 'a word for true',
    from: 'scim:\n',
    to: 'scim:\n      running: on\n',
    expected: ['error invalid-value estate.yaml:16:16 workforce.awsApplication.scim.running'],
  },
  {
    what: 'a token in the file, which is not repeated',
    from: 'scim:\n',
    to: 'scim:\n      token: pass-word\n',
    expected: ['error unknown-key estate.yaml:16:7 workforce.awsApplication.scim.token'],
  },
  {
    what: 'a misspelt source',
    from: 'source: objectId',
    to: 'src: objectId',
    expected: ['error unknown-key estate.yaml:17:49 workforce.awsApplication.scim.attributeMappings[0].src'],
  },
  {
    what: 'groups as a mapping',
    from: '[Developers, Auditors]',
    to: '{ a: b }',
    expected: ['error invalid-value estate.yaml:14:21 workforce.awsApplication.assignedGroups'],
  },
  {
    what: 'no reply URL',
    from: '      replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d\n',
    to: '',
    expected: ['error missing-key estate.yaml:7:7 workforce.awsApplication.saml.replyUrl'],
  },
])('workforce: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual(expected);
});

test.each([
  {
    what: 'days in words',
    from: '90',
    to: 'ninety',
    expected: ['error invalid-value estate.yaml:5:26 azure.logs.retentionDays'],
  },
  {
    what: 'days without end',
    from: '90',
    to: '.inf',
    expected: ['error invalid-value estate.yaml:5:26 azure.logs.retentionDays'],
  },
  {
    what: 'a misspelt account',
    from: 'storageAccount',
    to: 'storage',
    expected: [
      'error missing-key estate.yaml:6:16 azure.pulumiState.storageAccount',
      'error unknown-key estate.yaml:6:18 azure.pulumiState.storage',
    ],
  },
  {
    what: 'a single environment',
    from: '[sandbox]',
    to: 'sandbox',
    expected: ['error invalid-value estate.yaml:8:17 azure.environments'],
  },
])('azure: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(AZURE, from, to)))).toEqual(expected);
});

test('faults of form in one place hide no other finding of the section', () => {
  const text = [
    ['tenantId: c1', 'tenantID: c1'],
    ['value: Accounts.Read', 'value: Read accounts'],
    ['start: 2026-01-01', 'start: never'],
    ['claims: [emails, objectId]', 'claims: 5'],
    ['state: on', 'state: off'],
  ].reduce((before, [from = '', to = '']) => changed(before, from, to), CUSTOMERS);
  const plan = planOf(text);
  expect(plan.findings.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'missing-key customers.tenantId',
    'unknown-key customers.tenantID',
    'scope-value customers.apiApplication.scopes[0].value',
    'secret-rotation customers.webApplication.clientSecret.start',
    'invalid-value customers.userFlows[0].claims',
    'step-up-factor customers.userFlows[1].multifactor.state',
  ]);
  expect(plan.estate.customers).toBeUndefined();
});

test('faults of one section leave the others standing', () => {
  const { estate, findings } = planOf(
    changed(CUSTOMERS, 'directory: contosoclaims', 'directory: 5') + WORKFORCE + AZURE,
  );
  expect(findings.filter(({ severity }) => severity === 'error').map(({ path }) => path)).toEqual([
    'customers.directory',
  ]);
  expect(estate.customers).toBeUndefined();
  expect(estate.workforce?.awsApplication?.displayName).toBe('AWS');
  expect(estate.azure?.location).toBe('westeurope');
});

test('days stay text, as they are written', () => {
  const { estate } = planOf(CUSTOMERS + WORKFORCE);
  expect(estate.customers?.webApplication.clientSecret.start).toBe('2026-01-01');
  expect(estate.workforce?.awsApplication?.saml.signingCertificates[0]?.expires).toBe('2027-01-31');
});
