import * as fc from 'fast-check';
import type {
  ClientEntry,
  ClientKind,
  Customers,
  CustomExtension,
} from '../../../src/estate/sections/customers/customers';
import { customers } from '../../../stacks/entra/customers';
import {
  customersEstate,
  customersSection,
  declaredProvider,
  externalSection,
  flowAttribute,
  scope,
  TENANT,
  userFlow,
} from '../../support/customers-estate';
import { MOCKED_SECRET, type MockedRun, runProgram } from '../../support/pulumi-mocks';
import { runs } from '../../support/runs';

const SECRET = 'the-secret-of-the-deployer';
const config = { 'azuread:tenantId': TENANT, 'azuread:clientSecret': SECRET };
const context = { now: new Date('2026-02-01T09:30:00Z'), warn: () => undefined };

const calledApi: CustomExtension = {
  at: [],
  name: 'api',
  event: 'attributeCollectionSubmit',
  url: 'https://api.example.com/in',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
};

const run = (section: Customers = customersSection()): Promise<MockedRun> =>
  runProgram(() => customers(customersEstate(section), context), { config });

/** Names of resources, without those of components. */
const named = ({ resources }: MockedRun): readonly string[] =>
  resources
    .filter(({ type }) => !type.startsWith('identity:'))
    .map(({ type, name }) => `${type.split(':').at(-1) ?? ''} ${name}`);

test('registers the applications, consent, secrets and flows of the directory', async () => {
  expect(named(await run()).toSorted()).toEqual([
    'Application api-application',
    'Application web-application',
    'ApplicationPassword web-secrets-even',
    'ApplicationPassword web-secrets-odd',
    'ServicePrincipal api-service-principal',
    'ServicePrincipal web-service-principal',
    'ServicePrincipalDelegatedPermissionGrant consent-api',
    'ServicePrincipalDelegatedPermissionGrant consent-microsoft-graph',
    'UserFlow flows-B2C_1_passwordreset1',
    'UserFlow flows-B2C_1_profileediting1',
    'UserFlow flows-B2C_1_signupsignin1',
    'UserFlow flows-B2C_1_signupsignin1_mfa',
    'entragraph graph',
  ]);
});

test('its outputs are what the applications are configured with', async () => {
  const { outputs, secretOutputs } = await run();
  const flow = (id: string) => {
    const authority = `https://contosoclaims.b2clogin.com/contosoclaims.onmicrosoft.com/${id}`;
    return { id, authority, metadataUrl: `${authority}/v2.0/.well-known/openid-configuration` };
  };
  expect(outputs).toEqual({
    directoryType: 'b2c',
    tenantId: TENANT,
    apiClientId: 'client-of-api-application',
    webClientId: 'client-of-web-application',
    clientSecret: MOCKED_SECRET,
    clientSecretExpires: '2026-06-30T00:00:00Z',
    userFlows: {
      signIn: flow('B2C_1_signupsignin1'),
      stepUp: flow('B2C_1_signupsignin1_mfa'),
      profileEdit: flow('B2C_1_profileediting1'),
      passwordReset: flow('B2C_1_passwordreset1'),
    },
    scopes: [
      'https://contosoclaims.onmicrosoft.com/api/Accounts.Read',
      'https://contosoclaims.onmicrosoft.com/api/Accounts.Write',
    ],
    redirectUris: [
      'http://localhost:5000/getAToken',
      'http://localhost:5000/getATokenMFA',
      'https://claims.example.com/getAToken',
      'https://claims.example.com/getATokenMFA',
    ],
  });
  expect(secretOutputs).toEqual(['clientSecret']);
});

test('no secret is in an input or output that is not marked as one', async () => {
  const { resources, outputs } = await run();
  const plain = resources.map(({ inputs, secretInputs }) =>
    Object.entries(inputs).filter(([name]) => !secretInputs.includes(name)),
  );
  const { clientSecret, ...others } = outputs;
  expect(clientSecret).toBe(MOCKED_SECRET);
  const text = JSON.stringify([plain, others]);
  expect(text).not.toContain(MOCKED_SECRET);
  expect(text).not.toContain(SECRET);
});

test('the second factor is always on in the flow for it, and off in the other', async () => {
  const { one } = await run();
  const multifactor = (id: string): unknown => one('entragraph:index:UserFlow', `flows-${id}`).inputs['multifactor'];
  expect(multifactor('B2C_1_signupsignin1_mfa')).toEqual({ state: 'on', method: 'phoneSms' });
  expect(multifactor('B2C_1_signupsignin1')).toBeUndefined();
});

test('the web application takes mapped claims where an API gives its tokens some', async () => {
  const api = async (more: Partial<CustomExtension>): Promise<unknown> => {
    const extension = { ...calledApi, ...more };
    const { one } = await run(externalSection({ customExtensions: [extension] }));
    return one('azuread:index/application:Application', 'web-application').inputs['api'];
  };
  const plain = { oauth2PermissionScopes: [], requestedAccessTokenVersion: 2 };
  expect(await api({})).toEqual({ ...plain, mappedClaimsEnabled: false });
  expect(await api({ event: 'tokenIssuanceStart', claims: ['level'] })).toEqual({
    ...plain,
    mappedClaimsEnabled: true,
  });
});

test('the order of scopes, hosts, flows, claims and identity providers changes nothing', async () => {
  const base = customersSection();
  const expected = await run(base);
  const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
  const sections = fc
    .record({
      scopes: shuffled(base.apiApplication.scopes),
      hosts: shuffled(base.webApplication.hosts),
      userFlows: shuffled(base.userFlows),
      claims: shuffled(['emails', 'displayName']),
      identityProviders: shuffled(['EmailPassword-OAUTH', 'Google-OAUTH']),
    })
    .map(({ scopes, hosts, userFlows, claims, identityProviders }) =>
      customersSection({
        apiApplication: { ...base.apiApplication, scopes },
        webApplication: { ...base.webApplication, hosts },
        userFlows: userFlows.map((flow) => (flow.claims.length === 0 ? flow : { ...flow, claims, identityProviders })),
      }),
    );
  await fc.assert(
    fc.asyncProperty(sections, async (section) => {
      const { resources, outputs } = await run(section);
      expect(resources).toEqual(expected.resources);
      expect(outputs).toEqual(expected.outputs);
    }),
    runs(20),
  );
});

test('another display name, host or scope changes inputs alone; no resource becomes another one', async () => {
  const base = customersSection();
  const names = named(await run(base));
  const { apiApplication, webApplication } = base;
  const changed = await run(
    customersSection({
      apiApplication: { ...apiApplication, displayName: 'Renamed', scopes: apiApplication.scopes.slice(1) },
      webApplication: { ...webApplication, displayName: 'Renamed', hosts: webApplication.hosts.slice(1) },
    }),
  );
  expect(named(changed)).toEqual(names);
});

test('an estate without the section is refused, with what to do', async () => {
  const estate = {
    name: 'sandbox',
    setAside: { permissionSets: new Set<string>(), groups: new Set<string>(), policies: new Set<string>() },
  };
  await expect(runProgram(() => customers(estate, context))).rejects.toThrow(
    "estates/sandbox/estate.yaml has no section 'customers', which the program 'customers' builds; " +
      'add it, or choose another program by the config `program`',
  );
});

describe('in an external tenant', () => {
  test('registers the step-up application with its policy, and one flow with the web attached', async () => {
    const external = await run(externalSection());
    expect(named(external).toSorted()).toEqual([
      'Application api-application',
      'Application step-up-application',
      'Application web-application',
      'ApplicationPassword web-secrets-even',
      'ApplicationPassword web-secrets-odd',
      'AuthenticationEventsFlow flows-signIn',
      'ConditionalAccessPolicy step-up-policy',
      'ServicePrincipal api-service-principal',
      'ServicePrincipal step-up-service-principal',
      'ServicePrincipal web-service-principal',
      'ServicePrincipalDelegatedPermissionGrant consent-api',
      'ServicePrincipalDelegatedPermissionGrant consent-microsoft-graph',
      'ServicePrincipalDelegatedPermissionGrant consent-step-up',
      'entragraph graph',
    ]);
    expect(external.one('entragraph:index:AuthenticationEventsFlow', 'flows-signIn').inputs).toEqual({
      displayName: 'Sign up and sign in',
      isSignUpAllowed: true,
      identityProviders: ['EmailPassword-OAUTH'],
      attributes: [
        { attribute: 'email', isOptional: false },
        { attribute: 'surname', isOptional: true },
      ],
      applications: ['client-of-web-application'],
    });
  });

  test('asks everybody for a second factor at the application that owns the scopes with one, and nowhere else', async () => {
    const external = await run(externalSection());
    const policy = external.one('azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy', 'step-up-policy');
    expect(policy.inputs).toEqual({
      displayName: 'Second factor for changes',
      state: 'enabled',
      conditions: {
        applications: { includedApplications: ['client-of-step-up-application'] },
        users: { includedUsers: ['All'] },
        clientAppTypes: ['all'],
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    });
    expect(policy.dependencies).toContain(
      external.one('azuread:index/servicePrincipal:ServicePrincipal', 'step-up-service-principal').urn,
    );
    const scopesOf = (name: string) =>
      external.one('azuread:index/application:Application', name).inputs['api'] as Record<string, unknown>;
    expect(scopesOf('api-application')).toMatchObject({ oauth2PermissionScopes: [{ value: 'Accounts.Read' }] });
    expect(scopesOf('step-up-application')).toMatchObject({ oauth2PermissionScopes: [{ value: 'Accounts.Write' }] });
  });

  test('its outputs have the one authority, and the client id whose tokens prove a second factor', async () => {
    const { outputs } = await run(externalSection());
    const authority = `https://contosoclaims.ciamlogin.com/${TENANT}`;
    expect(outputs).toMatchObject({
      directoryType: 'external-id',
      stepUpApiClientId: 'client-of-step-up-application',
      userFlows: {
        signIn: {
          id: 'Sign up and sign in',
          authority,
          metadataUrl: `${authority}/v2.0/.well-known/openid-configuration`,
        },
      },
      scopes: [
        'https://contosoclaims.onmicrosoft.com/api-step-up/Accounts.Write',
        'https://contosoclaims.onmicrosoft.com/api/Accounts.Read',
      ],
    });
  });
});

test('a stack that keeps the client secrets makes none, and has none to hand over', async () => {
  const kept = { ...config, 'entra-aws-identity:credentials': 'kept' };
  const done = await runProgram(() => customers(customersEstate(customersSection()), context), { config: kept });
  expect(done.resources.filter(({ type }) => type.includes('applicationPassword'))).toEqual([]);
  expect(Object.keys(done.outputs)).not.toContain('clientSecret');
});

describe('identity providers and attributes of the estate', () => {
  const google = declaredProvider('google', { type: 'google', clientId: 'client-1' });
  const flows = [userFlow('a', { identityProviders: ['google'], attributes: [flowAttribute('LoyaltyNumber')] })];
  const section = (more: Partial<Customers> = {}): Customers =>
    customersSection({
      identityProviders: [google],
      attributes: [{ at: [], name: 'LoyaltyNumber', dataType: 'string' }],
      userFlows: flows,
      ...more,
    });
  const withConfig = (more: Readonly<Record<string, string>>): Promise<MockedRun> =>
    runProgram(() => customers(customersEstate(section()), context), { config: { ...config, ...more } });

  test('come before the flows that name them, and need their secrets', async () => {
    await expect(run(section())).rejects.toThrow(
      'config googleSecret: is missing; set it by `pulumi config set --secret googleSecret`',
    );
    await expect(withConfig({ 'entra-aws-identity:googleSecret': 'in plain' })).rejects.toThrow(
      /config googleSecret: is in plain in the stack's file/,
    );
  });

  test('keep the secrets that the directory has where the stack says so', async () => {
    const kept = await withConfig({ 'entra-aws-identity:credentials': 'kept' });
    const provider = kept.one('entragraph:index:IdentityProvider');
    expect(provider.inputs).toEqual({
      kind: 'social',
      identityProviderType: 'Google',
      clientId: 'client-1',
      displayName: 'Google',
    });
    const { dependencies } = kept.one('entragraph:index:UserFlow');
    expect(dependencies).toEqual(
      expect.arrayContaining([provider.urn, kept.one('entragraph:index:UserFlowAttribute').urn]),
    );
  });
});

describe('applications that the estate does not host', () => {
  const payments = {
    ...{ at: [], name: 'payments', displayName: 'Payments API', accepted: [] },
    identifierUri: 'https://contosoclaims.onmicrosoft.com/payments',
    scopes: [scope('Payments.Read')],
    roles: [scope('Payments.Settle')],
  };
  const clientSecret = { at: [], start: '2026-01-01', periodDays: 90 };
  const entry = (name: string, kind: ClientKind, more: Partial<ClientEntry> = {}): ClientEntry => ({
    ...{ at: [], name, kind, displayName: `The ${name}`, implicitGrant: false, calls: [], accepted: [], ...more },
  });
  const at = (uri: string) => ({ at: [], uri });
  const company = [
    entry('portal', 'singlePage', {
      redirectUris: [at('https://portal.example.com/')],
      calls: [{ at: [], api: 'api', scopes: ['Accounts.Write'], roles: [] }],
    }),
    entry('phone', 'native', { redirectUris: [at('com.example.claims://auth')] }),
    entry('nightly', 'daemon', {
      calls: [{ at: [], api: 'payments', scopes: [], roles: ['Payments.Settle'] }],
      clientSecret,
    }),
  ];
  const withCompany = { apis: [payments], applications: company };
  const APPLICATION = 'azuread:index/application:Application';

  test('are registered beside the hosted ones, whose resources stay', async () => {
    const alone = await run();
    const together = await run(customersSection(withCompany));
    const known = new Set(alone.resources.map(({ urn }) => urn));
    expect(together.resources.filter(({ urn }) => known.has(urn))).toEqual(alone.resources);
    expect(
      named({ ...together, resources: together.resources.filter(({ urn }) => !known.has(urn)) }).toSorted(),
    ).toEqual([
      'AppRoleAssignment nightly-consent-payments-Payments.Settle',
      'Application nightly-application',
      'Application payments-application',
      'Application phone-application',
      'Application portal-application',
      'ApplicationPassword nightly-secrets-even',
      'ApplicationPassword nightly-secrets-odd',
      'ServicePrincipal nightly-service-principal',
      'ServicePrincipal payments-service-principal',
      'ServicePrincipal phone-service-principal',
      'ServicePrincipal portal-service-principal',
      'ServicePrincipalDelegatedPermissionGrant phone-consent-microsoft-graph',
      'ServicePrincipalDelegatedPermissionGrant portal-consent-api',
      'ServicePrincipalDelegatedPermissionGrant portal-consent-microsoft-graph',
    ]);
  });

  test('have the addresses of their platforms, and no other', async () => {
    const { one } = await run(customersSection(withCompany));
    const addresses = (name: string): unknown => {
      const { web, singlePageApplication, publicClient } = one(APPLICATION, `${name}-application`).inputs;
      return { web, singlePageApplication, publicClient };
    };
    const noGrant = { implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false } };
    expect(addresses('portal')).toEqual({
      singlePageApplication: { redirectUris: ['https://portal.example.com/'] },
      web: noGrant,
    });
    expect(addresses('phone')).toEqual({ publicClient: { redirectUris: ['com.example.claims://auth'] }, web: noGrant });
    expect(addresses('nightly')).toEqual({ web: { redirectUris: [], ...noGrant } });
  });

  test('a daemon gets its role, and nothing of what people consent to', async () => {
    const { one } = await run(customersSection(withCompany));
    const [role] = one(APPLICATION, 'payments-application').inputs['appRoles'] as readonly { readonly id: string }[];
    expect(role).toMatchObject({ value: 'Payments.Settle', allowedMemberTypes: ['Application'], enabled: true });
    expect(one('azuread:index/appRoleAssignment:AppRoleAssignment').inputs).toEqual({
      appRoleId: role?.id,
      principalObjectId: 'object-of-nightly-service-principal',
      resourceObjectId: 'object-of-payments-service-principal',
    });
    expect(one(APPLICATION, 'nightly-application').inputs['requiredResourceAccesses']).toEqual([
      { resourceAppId: 'client-of-payments-application', resourceAccesses: [{ id: role?.id, type: 'Role' }] },
    ]);
  });

  test('another kind changes the application in place', async () => {
    const urns = async (kind: ClientKind) => {
      const { one } = await run(customersSection({ applications: [entry('portal', kind)] }));
      return one(APPLICATION, 'portal-application').urn;
    };
    expect(await urns('web')).toBe(await urns('singlePage'));
  });

  test('hand over their ids, and their secrets as one', async () => {
    const { outputs, secretOutputs } = await run(customersSection(withCompany));
    expect(outputs).toMatchObject({
      apis: {
        payments: {
          clientId: 'client-of-payments-application',
          identifierUri: payments.identifierUri,
          permissions: [`${payments.identifierUri}/Payments.Read`, `${payments.identifierUri}/Payments.Settle`],
        },
      },
      applications: {
        portal: { kind: 'singlePage', clientId: 'client-of-portal-application' },
        phone: { kind: 'native', clientId: 'client-of-phone-application' },
        nightly: { kind: 'daemon', clientId: 'client-of-nightly-application' },
      },
      clientSecrets: { nightly: { clientSecret: MOCKED_SECRET, expires: '2026-06-30T00:00:00Z' } },
    });
    expect(secretOutputs).toContain('clientSecrets');
  });

  test('a scope with a second factor is asked for at the application that owns it', async () => {
    const external = await run(externalSection({ applications: company.slice(0, 1), apis: [payments] }));
    const grants = named(external).filter((name) => name.includes('portal-consent'));
    expect(grants).toEqual([
      'ServicePrincipalDelegatedPermissionGrant portal-consent-microsoft-graph',
      'ServicePrincipalDelegatedPermissionGrant portal-consent-step-up',
    ]);
    expect(external.one('entragraph:index:AuthenticationEventsFlow').inputs['applications']).toEqual([
      'client-of-web-application',
      'client-of-portal-application',
    ]);
  });
});
