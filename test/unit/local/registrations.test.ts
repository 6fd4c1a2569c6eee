import { createHash } from 'node:crypto';
import { emulatedIds, environmentsOf, IncompleteEstateError } from '../../../src/local/environment';
import type { LocalRegistrations } from '../../../src/local/registrations-file';
import { registrationsFile } from '../../../src/local/registrations-file';
import { registrationsOf } from '../../../src/local/registrations';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { CUSTOMERS } from '../../support/entra-estate';
import { memoryFolder } from '../../support/large-estate';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { ProgramResource, ProgramRun } from '../../../src/preview/entra/facts';
import { customers as program } from '../../../stacks/entra/customers';
import { runProgram } from '../../../src/preview/engine/run-program';
import { readConfiguration as readApi } from '../../../apps/api/configuration';
import { readConfiguration as readWeb } from '../../../apps/web/configuration';
import { EXAMPLE_ESTATES } from '../../support/repository';

const NOW = new Date('2026-03-01T00:00:00Z');
const SECRET = 'a-secret-of-this-test-that-is-long-enough';

let customers: Customers;
let run: ProgramRun;
let registrations: LocalRegistrations;

beforeAll(async () => {
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  if (estate.customers === undefined) throw new Error('the sandbox has customers');
  customers = estate.customers;
  run = await runProgram({ name: 'customers', program }, estate, { now: NOW });
  registrations = read(run);
});

function read(from: ProgramRun, now = NOW): LocalRegistrations {
  return registrationsOf(from, { customers, clientSecret: SECRET, now });
}

/** The run without what a test leaves out, or with it changed. */
function changed(change: (resource: ProgramResource) => ProgramResource | undefined): ProgramRun {
  return { ...run, resources: run.resources.flatMap((resource) => change(resource) ?? []) };
}

const without = (name: string): ProgramRun =>
  changed((resource) => (resource.kind === 'resource' && resource.name === name ? undefined : resource));

const withInputs = (name: string, inputs: ProgramResource['inputs']): ProgramRun =>
  changed((resource) =>
    resource.kind === 'resource' && resource.name === name
      ? { ...resource, inputs: { ...resource.inputs, ...inputs } }
      : resource,
  );

test('registers the applications of the sandbox, as its program does', () => {
  const [api, web] = registrations.clients;
  expect(registrations.clients).toHaveLength(2);
  expect(registrations).toMatchObject({ directory: 'contosoclaims', tenantId: customers.tenantId });
  expect(registrations.apis).toEqual([
    {
      clientId: api?.clientId,
      identifierUri: 'https://contosoclaims.onmicrosoft.com/api',
      scopes: ['Accounts.Read', 'Accounts.Write'],
      optionalClaims: [],
      needsFactor: false,
    },
  ]);
  expect(web).toEqual({
    clientId: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/) as string,
    displayName: 'Claims',
    secrets: [{ sha256: createHash('sha256').update(SECRET).digest('base64') }],
    implicitTokens: [],
    redirectUris: [
      'http://localhost:5000/auth/callback',
      'http://localhost:5000/auth/callback/mfa',
      'https://claims.example.com/auth/callback',
      'https://claims.example.com/auth/callback/mfa',
    ],
    spaRedirectUris: [],
    nativeRedirectUris: [],
    grantedRoles: [],
    grantedScopes: [
      'https://contosoclaims.onmicrosoft.com/api/Accounts.Read',
      'https://contosoclaims.onmicrosoft.com/api/Accounts.Write',
    ],
    signInScopes: ['offline_access', 'openid'],
    optionalClaims: [],
  });
});

test('registers the user flows with their attributes, claims and second factor', () => {
  const flow = registrations.flows.find(({ id }) => id === 'B2C_1_signupsignin1_mfa');
  expect(registrations.flows.map(({ id }) => id)).toEqual([
    'B2C_1_passwordreset1',
    'B2C_1_profileediting1',
    'B2C_1_signupsignin1',
    'B2C_1_signupsignin1_mfa',
  ]);
  expect(flow).toMatchObject({ type: 'signUpOrSignIn', multifactor: 'on', multifactorMethod: 'phone' });
  expect(flow?.attributes[1]).toEqual({ id: 'email', optional: false, requiresVerification: true });
  expect(flow?.claims).toContain('emails');
});

test('the estate decides on lives of tokens, the implicit grant and addresses of sign-outs', async () => {
  const tokens = { accessMinutes: 5, refreshDays: 1 };
  const userFlows = customers.userFlows.map((flow) =>
    flow.use === 'signIn' ? { ...flow, tokens, previousNames: ['B2C_1_old'] } : flow,
  );
  const { webApplication } = customers;
  const callbacks = { ...webApplication.callbacks, signOut: '/signout-callback-oidc' };
  const more = { callbacks, implicitGrant: true, frontChannelSignOut: '/out' };
  const section = { ...customers, userFlows, webApplication: { ...webApplication, ...more } };
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  const other = await runProgram({ name: 'customers', program }, { ...estate, customers: section }, { now: NOW });
  const { flows, clients } = registrationsOf(other, { customers: section, clientSecret: SECRET, now: NOW });
  for (const name of ['B2C_1_signupsignin1', 'B2C_1_old'])
    expect(flows.find(({ id }) => id === name)).toMatchObject({
      tokenMinutes: 5,
      refreshTokenDays: 1,
      sessionMinutes: 1440,
    });
  expect(clients.at(-1)?.implicitTokens).toEqual(['id_token', 'token']);
  expect(clients.at(-1)?.logoutUrl).toBe('http://localhost:5000/out');
  expect(clients.at(-1)?.redirectUris).toContain('http://localhost:5000/signout-callback-oidc');
});

test('is the same in every run, and in the file between the processes', () => {
  expect(read(run)).toEqual(registrations);
  expect(registrationsFile.parse(JSON.parse(JSON.stringify(registrations)))).toEqual(registrations);
});

test.each([
  ['without the consent to the API, none of its scopes', () => without('consent-api'), { grantedScopes: [] }],
  ['without the consent to Graph, no sign-in scope', () => without('consent-microsoft-graph'), { signInScopes: [] }],
  [
    'with a consent of one person, none for all',
    () => withInputs('consent-api', { userObjectId: 'e1b2' }),
    { grantedScopes: [] },
  ],
])('grants %s', (_what, from, expected) => {
  expect(read(from()).clients.at(-1)).toMatchObject(expected);
});

test.each([
  ['has no service principal', () => without('web-service-principal')],
  ['is for another audience', () => withInputs('web-application', { signInAudience: 'AzureADMyOrg' })],
])('leaves out an application that %s, as the service does', (_what, from) => {
  expect(read(from()).clients.map(({ displayName }) => displayName)).toEqual(['Claims API']);
});

test('a secret counts within its time', () => {
  const past = new Date('2031-01-01T00:00:00Z');
  expect(read(run, past).clients.at(-1)?.secrets).toEqual([]);
});

test('leaves out a disabled scope', () => {
  const scopes = [
    { value: 'Accounts.Read', enabled: false },
    { value: 'Accounts.Write', enabled: true },
  ];
  const { apis } = read(withInputs('api-application', { api: { oauth2PermissionScopes: scopes } }));
  expect(apis[0]?.scopes).toEqual(['Accounts.Write']);
});

test('names the resource that this machine has nothing for', () => {
  const from = withInputs('flows-B2C_1_signupsignin1', { userFlowType: 'resourceOwner' });
  expect(() => read(from)).toThrow(
    "resource 'flows-B2C_1_signupsignin1' of the customers program can't be run on this machine:",
  );
});

const origins = {
  web: 'http://localhost:5000',
  api: 'http://127.0.0.1:5001',
  database: 'http://127.0.0.1:5003',
};
const b2c = 'http://localhost:5002';
const sessionKey = Buffer.alloc(32, 1).toString('base64url');

/** Variables of both applications beside the emulator. */
function emulated(section: Customers, registered: LocalRegistrations): ReturnType<typeof environmentsOf> {
  const ids = emulatedIds({ customers: section, registrations: registered, b2c });
  return environmentsOf({ customers: section, signIn: { ids, clientSecret: SECRET }, origins, sessionKey });
}

test('both applications accept the environment that they get', () => {
  const environments = emulated(customers, registrations);
  expect(readApi(environments.api)).toMatchObject({ ok: true });
  expect(readWeb(environments.web)).toMatchObject({ ok: true });
  expect(environments.api['STEP_UP_METADATA_URL']).toBe(
    'http://localhost:5002/contosoclaims.onmicrosoft.com/B2C_1_signupsignin1_mfa/v2.0/.well-known/openid-configuration',
  );
});

test('only the web gets the secrets', () => {
  const { api } = emulated(customers, registrations);
  expect(Object.values(api)).not.toContain(SECRET);
  expect(Object.values(api)).not.toContain(sessionKey);
});

test('says everything that the applications need and the estate lacks', () => {
  const flows = customers.userFlows.filter(({ use }) => use === 'signIn');
  const section = { ...customers, userFlows: flows };
  expect(() => emulated(section, { ...registrations, clients: [], apis: [] })).toThrow(
    new IncompleteEstateError(
      [
        'The applications need more than the estate has:',
        'customers.userFlows: has no flow with use: stepUp',
        'customers.userFlows: has no flow with use: profileEdit',
        'customers.userFlows: has no flow with use: passwordReset',
        'the customers program registers no application for the API',
        'the customers program registers no application for the web',
      ].join('\n  '),
    ),
  );
});

describe('in an external tenant', () => {
  let external: Customers;
  let externalRun: ProgramRun;

  beforeAll(async () => {
    const { estate } = planEstate(diskFolder('test/estates', 'external'));
    if (estate.customers === undefined) throw new Error('the estate has customers');
    external = estate.customers;
    externalRun = await runProgram({ name: 'customers', program }, estate, { now: NOW });
  });

  const readExternal = (from: ProgramRun = externalRun): LocalRegistrations =>
    registrationsOf(from, { customers: external, clientSecret: SECRET, now: NOW });
  const policyWith = (inputs: ProgramResource['inputs']): ProgramRun => ({
    ...externalRun,
    resources: externalRun.resources.map((resource) =>
      resource.name === 'step-up-policy' ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
    ),
  });

  test('registers the user flow with its application, and the second factor where the policy asks for it', () => {
    const { directoryType, clients, apis, flows } = readExternal();
    const web = clients.find(({ displayName }) => displayName === 'Claims');
    expect(directoryType).toBe('external-id');
    expect(flows).toMatchObject([
      { id: 'Sign up and sign in', type: 'signUpOrSignIn', multifactorMethod: 'email', applications: [web?.clientId] },
    ]);
    expect(apis.map(({ identifierUri, needsFactor, scopes }) => [identifierUri, needsFactor, scopes])).toEqual([
      ['https://contosocustomers.onmicrosoft.com/api', false, ['Accounts.Read']],
      ['https://contosocustomers.onmicrosoft.com/api-step-up', true, ['Accounts.Write']],
    ]);
    expect(web?.optionalClaims).toEqual(['auth_time', 'email', 'family_name', 'given_name']);
    expect(registrationsFile.parse(JSON.parse(JSON.stringify(readExternal())))).toEqual(readExternal());
  });

  test.each([
    ['only reports', { state: 'enabledForReportingButNotEnforced' }],
    ['asks for nothing', { grantControls: { operator: 'OR', builtInControls: ['block'] } }],
  ])('a policy that %s asks for no second factor', (_what, inputs) => {
    expect(readExternal(policyWith(inputs)).apis.some(({ needsFactor }) => needsFactor)).toBe(false);
  });

  test('both applications accept the environment that they get, with one metadata URL', () => {
    const environments = emulated(external, readExternal());
    expect(readApi(environments.api)).toMatchObject({ ok: true });
    expect(readWeb(environments.web)).toMatchObject({ ok: true });
    expect(environments.web['SIGN_IN_METADATA_URL']).toBe(
      `http://localhost:5002/${external.tenantId}/v2.0/.well-known/openid-configuration`,
    );
    expect(environments.web['API_WRITE_SCOPE']).toBe(
      'https://contosocustomers.onmicrosoft.com/api-step-up/Accounts.Write',
    );
  });

  test('says what is missing for a second factor', () => {
    const registrations = { ...readExternal(), apis: readExternal().apis.slice(0, 1) };
    const stepUp = external.stepUp && { ...external.stepUp, scopes: ['Accounts.Read'] };
    expect(() => emulated({ ...external, ...(stepUp && { stepUp }) }, registrations)).toThrow(
      [
        'The applications need more than the estate has:',
        'customers.stepUp: has no scope Accounts.Write',
        'the customers program registers no application for the second factor',
      ].join('\n  '),
    );
  });
});

test('a company can sign in to each of its applications on a laptop, by the addresses of its platform', async () => {
  const { estate } = planEstate(
    memoryFolder('company', {
      'estate.yaml': `${CUSTOMERS}  apis:
    - { name: payments, displayName: Payments API, roles: [{ value: Settle, displayName: Settle, description: Settles. }] }
  applications:
    - { name: portal, kind: singlePage, displayName: Portal, redirectUris: [http://localhost:3000/], calls: [{ api: api, scopes: [Accounts.Read] }] }
    - { name: phone, kind: native, displayName: Phone, redirectUris: [com.example.claims://auth] }
    - { name: nightly, kind: daemon, displayName: Nightly, calls: [{ api: payments, roles: [Settle] }], clientSecret: { start: 2026-01-01, period: P180D } }
`,
    }),
  );
  const section = estate.customers;
  if (section === undefined) throw new Error('the estate has customers');
  const company = await runProgram({ name: 'customers', program }, estate, { now: NOW });
  const { clients } = registrationsOf(company, { customers: section, clientSecret: SECRET, now: NOW });
  const byName = new Map(clients.map((client) => [client.displayName, client]));
  const api = 'https://contosoclaims.onmicrosoft.com';
  expect(byName.get('Portal')).toMatchObject({
    ...{ secrets: [], redirectUris: [], spaRedirectUris: ['http://localhost:3000/'], nativeRedirectUris: [] },
    ...{ grantedScopes: [`${api}/api/Accounts.Read`], grantedRoles: [] },
  });
  expect(byName.get('Phone')).toMatchObject({ secrets: [], nativeRedirectUris: ['com.example.claims://auth'] });
  expect(byName.get('Nightly')).toMatchObject({
    secrets: [expect.anything()],
    ...{ signInScopes: [], grantedScopes: [], grantedRoles: [`${api}/payments/Settle`] },
  });
});
