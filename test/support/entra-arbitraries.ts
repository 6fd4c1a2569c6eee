import fc from 'fast-check';

/** Sections of an estate as they are written: nearly sound, with names that meet, and faults here and there. */
export interface EntraWords {
  readonly customers: {
    readonly directory: string;
    readonly tenantId: string;
    readonly apiApplication: { readonly displayName: string; readonly scopes: readonly { readonly value: string }[] };
    readonly webApplication: {
      readonly displayName: string;
      readonly hosts: readonly string[];
      readonly clientSecret: object;
    };
    readonly userFlows: readonly object[];
  };
  readonly workforce: {
    readonly tenantId: string;
    readonly groups: readonly { readonly name: string }[];
    readonly awsApplication: {
      readonly displayName: string;
      readonly saml: { readonly signingCertificates: readonly object[] };
      readonly assignedGroups: readonly string[];
      readonly scim: {
        readonly endpoint: string;
        readonly tokenExpires: string;
        readonly attributeMappings: readonly object[];
      };
    };
  };
}

/** Mostly the first, now and then one of the others. */
function mostly<T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 8, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';
const GROUPS = ['Developers', 'Auditors', 'developers', 'toString'];
const DAYS = ['2026-01-01', '2026-06-01', '2027-01-01', '2027-06-01', '2028-12-31'];

const scope = fc.record({
  value: fc.constantFrom('Accounts.Read', 'Accounts.Write', 'accounts.read', '.x', 'openid', 'a b', 'toString'),
  displayName: fc.constant('Title'),
  description: fc.constant('Text.'),
});

const host = fc.constantFrom(
  'http://localhost:5000',
  'https://claims.example.com',
  'https://a.example:8443',
  'https://Claims.example.com',
  'http://a.example',
  'https://a.example/x',
  'nonsense',
);

const flow = fc.record(
  {
    id: fc.constantFrom('B2C_1_a', 'B2C_1_A', 'B2C_1_b', 'B2C_1_c', 'b2c_1_a', 'flow'),
    type: mostly('signUpOrSignIn', 'signIn', 'profileUpdate', 'passwordReset'),
    use: fc.constantFrom('signIn', 'stepUp', 'profileEdit', 'passwordReset'),
    multifactor: fc.record({ state: mostly('on', 'off', 'conditional'), method: fc.constantFrom('email', 'phoneSms') }),
    attributes: fc.uniqueArray(
      fc.record({ id: fc.constantFrom('email', 'givenName', 'emails', 'Surname'), requiresVerification: fc.boolean() }),
      { selector: ({ id }) => id },
    ),
    claims: fc.uniqueArray(fc.constantFrom('emails', 'objectId', 'givenName', 'email', 'objectid')),
    identityProviders: fc.uniqueArray(fc.constantFrom('EmailPassword-OAUTH', 'Google-OAUTH')),
  },
  { requiredKeys: ['id', 'type', 'use', 'identityProviders'] },
);

const certificate = fc.record({
  name: fc.constantFrom('one', 'two', 'three', 'One', 'CN=x'),
  activeFrom: fc.constantFrom(...DAYS),
  expires: fc.constantFrom(...DAYS, '2026-02-30'),
});

const SAML = {
  identifier: 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c',
  replyUrl: 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d',
  signOnUrl: 'https://d-93670a1b2c.awsapps.com/start',
};

const names = fc.uniqueArray(fc.constantFrom(...GROUPS), { minLength: 1 });

export const entraWords: fc.Arbitrary<EntraWords> = fc.record({
  customers: fc.record({
    directory: mostly('contosoclaims', 'Contoso', 'contoso.onmicrosoft.com'),
    tenantId: mostly(TENANT, 'none'),
    apiApplication: fc.record({
      displayName: fc.constant('API'),
      scopes: fc.array(scope, { minLength: 1, maxLength: 4 }),
    }),
    webApplication: fc.record({
      displayName: fc.constant('Web'),
      hosts: fc.array(host, { minLength: 1, maxLength: 4 }),
      implicitGrant: fc.boolean(),
      clientSecret: fc.record({ start: mostly('2026-01-01', '2026-02-30'), period: mostly('P180D', 'P29D') }),
    }),
    userFlows: fc.array(flow, { maxLength: 4 }),
  }),
  workforce: fc.record({
    tenantId: mostly('5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', TENANT, 'none'),
    groups: names.map((all) => all.map((name) => ({ name }))),
    awsApplication: fc.record({
      displayName: fc.constant('AWS'),
      saml: fc.record({
        identifier: fc.constant(SAML.identifier),
        replyUrl: mostly(SAML.replyUrl, SAML.replyUrl.replace('west-1', 'west-2')),
        signOnUrl: mostly(SAML.signOnUrl, 'http://x'),
        signingCertificates: fc.array(certificate, { maxLength: 3 }),
      }),
      assignedGroups: names,
      scim: fc.record({
        endpoint: mostly('https://scim.eu-west-1.amazonaws.com/e2b1c4d7/scim/v2', 'https://scim.example.com'),
        tokenExpires: fc.constantFrom(...DAYS, '2026-02-30'),
        attributeMappings: fc.array(
          fc.record({ target: fc.constantFrom('externalId', 'externalID', 'title'), source: fc.constant('objectId') }),
          { maxLength: 3 },
        ),
      }),
    }),
  }),
});

const FLOWS = [
  {
    id: 'B2C_1_up',
    type: 'signIn',
    use: 'stepUp',
    multifactor: { state: 'on', method: 'email' },
  },
  { id: 'B2C_1_edit', type: 'profileUpdate', use: 'profileEdit', attributes: [{ id: 'surname', optional: true }] },
  { id: 'B2C_1_reset', type: 'passwordReset', use: 'passwordReset', claims: ['emails', 'newUser'] },
].map((flow) => ({ ...flow, identityProviders: ['EmailPassword-OAUTH'] }));
const SIGN_IN = { id: 'B2C_1_in', type: 'signUpOrSignIn', use: 'signIn', identityProviders: ['Google-OAUTH'] };

/** Whichever of them there are, they follow one another without a gap. */
const CERTIFICATES = [
  { name: 'one', activeFrom: '2026-01-01', expires: '2028-12-31' },
  { name: 'two', activeFrom: '2027-01-01', expires: '2029-12-31' },
  { name: 'three', activeFrom: '2028-12-30', expires: '2031-12-30' },
];
const MAPPINGS = [
  { target: 'externalId', source: 'objectId' },
  { target: 'title', source: 'jobTitle' },
  { target: 'locale', source: 'preferredLanguage' },
];

function some<T>(items: readonly T[], minLength = 1): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...items], { minLength });
}

/** The same without faults; warnings there may be. */
export const soundEntraWords: fc.Arbitrary<EntraWords> = fc
  .record({
    words: entraWords,
    scopes: some(['Accounts.Read', 'Accounts.Write', 'accounts.read', 'toString', 'a:b/{c}~']),
    hosts: some([
      'http://localhost:5000',
      'http://127.0.0.1',
      'https://a.example:8443',
      'https://xn--gre-6ka8i.example',
    ]),
    flows: some(FLOWS, 0),
    groups: some(GROUPS, 2),
    certificates: some(CERTIFICATES),
    mappings: some(MAPPINGS, 0),
  })
  .map(({ words: { customers, workforce }, ...sound }) => ({
    customers: {
      ...customers,
      directory: 'contosoclaims',
      tenantId: TENANT,
      apiApplication: {
        ...customers.apiApplication,
        scopes: sound.scopes.map((value) => ({ value, displayName: 'Title', description: 'Text.' })),
      },
      webApplication: {
        ...customers.webApplication,
        hosts: sound.hosts,
        clientSecret: { start: '2024-02-29', period: 'P365D' },
      },
      userFlows: [SIGN_IN, ...sound.flows],
    },
    workforce: {
      tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
      groups: sound.groups.map((name) => ({ name })),
      awsApplication: {
        ...workforce.awsApplication,
        saml: { ...SAML, signingCertificates: sound.certificates },
        assignedGroups: sound.groups.slice(1),
        scim: {
          endpoint: 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7/scim/v2',
          tokenExpires: '2027-05-01',
          attributeMappings: sound.mappings,
        },
      },
    },
  }));

/** The same sections with every list whose order means nothing the other way round. */
export function withListsReversed({ customers, workforce }: EntraWords): EntraWords {
  const { apiApplication, webApplication, userFlows } = customers;
  const { awsApplication, groups } = workforce;
  const { saml, scim, assignedGroups } = awsApplication;
  return {
    customers: {
      ...customers,
      apiApplication: { ...apiApplication, scopes: apiApplication.scopes.toReversed() },
      webApplication: { ...webApplication, hosts: webApplication.hosts.toReversed() },
      userFlows: userFlows.toReversed(),
    },
    workforce: {
      ...workforce,
      groups: groups.toReversed(),
      awsApplication: {
        ...awsApplication,
        saml: { ...saml, signingCertificates: saml.signingCertificates.toReversed() },
        assignedGroups: assignedGroups.toReversed(),
        scim: { ...scim, attributeMappings: scim.attributeMappings.toReversed() },
      },
    },
  };
}
