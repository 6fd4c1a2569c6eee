import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import { type B2cEmulator, registrationsFromGraph, startB2cEmulator } from '../../../apps/emulator/b2c';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { GRAPH_ROLES } from '../../../apps/emulator/graph/auth/roles';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { objectsOf } from '../../../apps/emulator/graph/json';
import { portalSettingsOf, setInPortal } from '../../../apps/emulator/graph/resources/user-flows/portal';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { trustCertificateFile } from '../../../provider/trust';
import { type Call, clientOf, idOf } from '../../support/apps/emulator/support/client';
import { create, GRAPH_PRINCIPAL, register } from '../apps/emulator/support/use-emulator';
import { metadataOf } from '../../support/emergency';
import { STEPS_FILE } from '../../../src/estate/source/estate-folder';
import { changeEntra } from '../../support/preview/entra-reports';
import { itemOf, planFiles, sandboxFiles, withRecords } from '../../support/sandbox';
import { addSecret, type DeployedCustomers, deployCustomers } from './deploy-customers';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { startEmulator } from '../../support/start-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');

describe('the doctor finds faults of the B2C directory', () => {
  const plan = planFiles(withRecords(sandboxFiles()));
  const customers = customersOf();
  let emulator: GraphEmulator;
  let b2c: B2cEmulator;
  let call: Call;
  let deployed: DeployedCustomers;

  function customersOf(): Customers {
    if (plan.estate.customers === undefined) throw new Error('the sandbox has no customers');
    return plan.estate.customers;
  }
  const examine = async (now = NOW, signInOrigin = b2c.url, estate = plan): Promise<Examination> => {
    const options = { areas: ['b2c'] as const, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
    const facts = await gatherFacts({ plan: estate, environment: emulator.env, signInOrigin, ...options });
    return examineEstate({ plan: estate, facts, now }, ['b2c']);
  };
  const problems = async (...args: Parameters<typeof examine>): Promise<readonly string[]> =>
    (await examine(...args)).checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message }) => `${id} ${outcome}: ${message.replaceAll(b2c.url, 'B2C')}`),
    );
  const patch = async (path: string, body: JsonObject): Promise<void> => {
    const { status, text } = await call(`PATCH ${path}`, body);
    if (status >= 300) throw new Error(text);
  };
  const webPath = (): string => `/v1.0/applications/${deployed.web.applicationId}`;
  const flowPath = (id: string): string => `/beta/identity/b2cUserFlows/${id}`;

  let checkRequests: () => void;

  beforeAll(async () => {
    const domain = `${customers.directory}.onmicrosoft.com`;
    const tenant = { id: customers.tenantId, domain };
    emulator = await startEmulator({ now: () => NOW, tenant });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    deployed = await deployCustomers({ emulator, call }, customers, NOW);
    b2c = await startB2cEmulator({ registrations: registrationsFromGraph(emulator.directory) });
    // What deployed it is not the doctor.
    checkRequests = watchRequests(emulator, 'doctor');
  });

  afterAll(async () => {
    await Promise.all([emulator.stop(), b2c.stop()]);
    checkRequests();
  });

  test('nothing is found in a healthy directory, and every check was made', async () => {
    expect(await problems()).toEqual([]);
    const { checks, totals } = await examine();
    expect(totals).toEqual({ failure: 0, warning: 0, unknown: 0, ok: 12 });
    expect(checks.map(({ id, observations: [one] }) => `${id}: ${one?.message.replaceAll(b2c.url, 'B2C') ?? ''}`))
      .toMatchInlineSnapshot(`
      [
        "b2c-token: the token of the application 22222222-2222-4222-8222-222222222222 may deploy applications, client secrets and consent, user flows of B2C",
        "b2c-applications: Claims API and Claims are as declared",
        "b2c-redirect-uris: 4 redirect URIs are as declared",
        "b2c-client-secret: the client secret ends on 2026-12-27, in 209 days",
        "b2c-consent: consent is given to 'Accounts.Read', 'Accounts.Write', 'openid', 'offline_access'",
        "b2c-permissions: "Claims API" has no credential, permission or consent beyond the declared",
        "b2c-owners: each has an owner",
        "b2c-user-flows: B2C_1_signupsignin1 is as declared",
        "b2c-mfa: B2C_1_signupsignin1: none is declared",
        "b2c-steps: B2C_1_signupsignin1/claims: Ada Lovelace did it on 2020-01-02 (a record)",
        "b2c-keys: B2C_1_signupsignin1: 2 keys",
        "b2c-tokens: B2C_1_signupsignin1: tokens of B2C/c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73/v2.0/",
      ]
    `);
  });

  test('redirect URIs that are missing, and one that nobody declared', async () => {
    const before = (await call(`GET ${webPath()}`)).body['web'] as JsonObject;
    await patch(webPath(), { web: { redirectUris: ['https://attacker.example.com/auth/callback'] } });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-redirect-uris failure: "Claims": it lacks the redirect URIs 'http://localhost:5000/auth/callback', 'http://localhost:5000/auth/callback/mfa', 'https://claims.example.com/auth/callback', 'https://claims.example.com/auth/callback/mfa'",
        "b2c-redirect-uris failure: "Claims": it has the redirect URI 'https://attacker.example.com/auth/callback', which is not declared",
      ]
    `);
    await patch(webPath(), { web: { redirectUris: before['redirectUris'] ?? [] } });
  });

  test.each([
    [
      '2026-07-15T00:00:00Z',
      'b2c-client-secret warning: the client secret ends on 2026-12-27, in 165 days; that of this period was not made yet',
    ],
    ['2026-12-20T00:00:00Z', 'b2c-client-secret failure: the client secret ends on 2026-12-27, in 7 days'],
    [
      '2026-12-27T00:00:00Z',
      'b2c-client-secret failure: the last client secret ended on 2026-12-27: no one can sign in',
    ],
  ])('the client secret as it is on %s', async (day, problem) => {
    expect(await problems(new Date(day))).toEqual([problem]);
  });

  test('no client secret', async () => {
    for (const { keyId = '' } of objectsOf((await call(`GET ${webPath()}`)).body, 'passwordCredentials')) {
      await call(`POST ${webPath()}/removePassword`, { keyId });
    }
    expect(await problems()).toEqual(['b2c-client-secret failure: there is no client secret: no one can sign in']);
    await addSecret(call, deployed.web, { displayName: 'new', endDate: '2026-12-27T00:00:00Z' });
  });

  test('a client secret of a stranger, until 2099, beside the own one and in its place', async () => {
    const before = objectsOf((await call(`GET ${webPath()}`)).body, 'passwordCredentials').map((one) => one['keyId']);
    await addSecret(call, deployed.web, { displayName: 'temporary', endDate: '2099-12-31T00:00:00Z' });
    const strange =
      "b2c-client-secret failure: 1 client secrets that end on 2099-12-31 are not those of the estate's periods: whoever has one acts as the web application";
    expect(await problems()).toEqual([strange]);
    for (const keyId of before) await call(`POST ${webPath()}/removePassword`, { keyId: keyId ?? '' });
    expect(await problems()).toEqual([
      strange,
      'b2c-client-secret failure: there is no client secret: no one can sign in',
    ]);
    for (const { keyId = '' } of objectsOf((await call(`GET ${webPath()}`)).body, 'passwordCredentials')) {
      await call(`POST ${webPath()}/removePassword`, { keyId });
    }
    await addSecret(call, deployed.web, { displayName: 'new', endDate: '2026-12-27T00:00:00Z' });
  });

  test('what somebody added: a consent, a permission, a client of the API, an address of single-page clients', async () => {
    const stranger = await register(call, { displayName: 'Stranger' });
    const grant = async (clientId: string, resourceId: string, scope: string): Promise<string> =>
      idOf(
        await create(call, '/v1.0/oauth2PermissionGrants', {
          clientId,
          resourceId,
          consentType: 'AllPrincipals',
          scope,
        }),
      );
    const [, ofGraph] = deployed.grants;
    await patch(ofGraph, { scope: 'openid offline_access Directory.AccessAsUser.All' });
    const added = await grant(stranger.principalId, deployed.api.principalId, 'Accounts.Read');
    const assignments = `/v1.0/servicePrincipals/${deployed.web.principalId}/appRoleAssignments`;
    const assignment = {
      appRoleId: GRAPH_ROLES['Group.ReadWrite.All'],
      principalId: deployed.web.principalId,
      resourceId: GRAPH_PRINCIPAL,
    };
    const role = idOf(await create(call, assignments, assignment));
    await patch(webPath(), { spa: { redirectUris: ['https://attacker.example.com/'] } });
    const [certificate = ''] = /(?<=<X509Certificate>)[^<]+/.exec(metadataOf()) ?? [];
    const key = { type: 'AsymmetricX509Cert', usage: 'Verify', displayName: 'CN=stranger', key: certificate };
    await patch(webPath(), { keyCredentials: [key] });
    expect((await problems()).map((line) => line.replaceAll(stranger.principalId, 'STRANGER'))).toEqual([
      `b2c-redirect-uris failure: "Claims": it has the redirect URI of a page or a public client 'https://attacker.example.com/', which is not declared`,
      'b2c-permissions failure: "Stranger" (STRANGER) may call "Claims API" with \'Accounts.Read\', which is not declared',
      'b2c-permissions failure: "Claims" has certificates to sign in with, which are not declared: \'CN=stranger\'',
      'b2c-permissions failure: "Claims" has permissions that are not declared: \'Group.ReadWrite.All\' of Microsoft Graph',
      'b2c-permissions failure: "Claims" has consents that are not declared: \'Directory.AccessAsUser.All\' of Microsoft Graph',
    ]);
    await patch(webPath(), { spa: { redirectUris: [] }, keyCredentials: [] });
    await call(`DELETE ${assignments}/${role}`);
    await call(`DELETE /v1.0/oauth2PermissionGrants/${added}`);
    await patch(ofGraph, { scope: 'openid offline_access' });
  });

  test('another application of the same name is not taken for the own one', async () => {
    const { displayName } = plan.estate.customers?.webApplication ?? {};
    const decoy = await register(call, { displayName: displayName ?? '' });
    expect(
      (await problems()).map((line) => line.replaceAll(decoy.appId, 'DECOY').replaceAll(deployed.web.appId, 'OWN')),
    ).toEqual([`b2c-applications failure: 2 applications have the name "Claims": 'OWN', 'DECOY'`]);
    await call(`DELETE /v1.0/servicePrincipals/${decoy.principalId}`);
    await call(`DELETE /v1.0/applications/${decoy.applicationId}`);
  });

  test('consent to a scope was taken back', async () => {
    const [ofApi] = deployed.grants;
    await patch(ofApi, { scope: 'Accounts.Read' });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-consent failure: consent is missing for 'Accounts.Write', and customers can't give it",
      ]
    `);
    await patch(ofApi, { scope: 'Accounts.Read Accounts.Write' });
  });

  test('a scope of the API is off', async () => {
    const path = `/v1.0/applications/${deployed.api.applicationId}`;
    const api = (await call(`GET ${path}`)).body['api'] as JsonObject;
    const scopes = objectsOf(api, 'oauth2PermissionScopes');
    const off = scopes.map((one) => ({ ...one, isEnabled: one['value'] !== 'Accounts.Write' }));
    await patch(path, { api: { ...api, oauth2PermissionScopes: off } });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-applications failure: "Claims API": it lacks the scope 'Accounts.Write'",
      ]
    `);
    await patch(path, { api });
  });

  test('no record of the second factor, or one of another value', async () => {
    const step = 'B2C_1_signupsignin1_mfa/multifactor';
    const done = [
      {
        step,
        target: 'directory contosoclaims, c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
        asks: 'on by email',
        by: 'Ada',
        on: '2026-11-20',
      },
    ];
    for (const records of [[], done]) {
      const files = { ...withRecords(sandboxFiles()) };
      const all = JSON.parse(files[STEPS_FILE] ?? '') as { readonly done: readonly { readonly step: string }[] };
      files[STEPS_FILE] = JSON.stringify({
        version: 1,
        done: [...all.done.filter((one) => one.step !== step), ...records],
      });
      expect(await problems(NOW, b2c.url, planFiles(files))).toEqual([
        "b2c-mfa failure: B2C_1_signupsignin1_mfa: no record says that the second factor was set to 'on by phoneCallOrSms'",
      ]);
    }
  });

  test('claims, attributes and identity providers that somebody changed', async () => {
    const id = 'B2C_1_profileediting1';
    const path = flowPath(id);
    const { claims } = portalSettingsOf(emulator.directory.get('userFlows', id));
    setInPortal(emulator.directory, id, { claims: ['displayName'] });
    await call(`DELETE ${path}/userAttributeAssignments/surname`);
    const providers = `${path}/userFlowIdentityProviders`;
    await call(`DELETE ${providers}/EmailPassword-OAUTH/$ref`);
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-user-flows failure: the user flow B2C_1_profileediting1 is not as declared: it asks for displayName, givenName, not for displayName, givenName, surname; its identity providers are none, not EmailPassword-OAUTH",
        "b2c-tokens failure: B2C_1_profileediting1: tokens lack emails, given_name, family_name, oid",
      ]
    `);
    setInPortal(emulator.directory, id, { claims });
    await call(`POST ${path}/userAttributeAssignments`, {
      isOptional: false,
      requiresVerification: false,
      userInputType: 'textBox',
      displayName: 'Surname',
      userAttributeValues: [],
      userAttribute: { id: 'surname' },
    });
    const reference = { '@odata.id': 'https://graph.microsoft.com/beta/identityProviders/EmailPassword-OAUTH' };
    await call(`POST ${providers}/$ref`, reference);
    expect(await problems()).toEqual([]);
  });

  test('texts of pages that somebody changed or took away, three of them by name', async () => {
    const id = 'B2C_1_profileediting1';
    const ids = ['alert_message', 'button_verify', 'button_send_code'].map((text) => `UxElement/${text}`);
    const strings = [
      ...ids.map((one) => ({ id: one, text: `${one}!` })),
      { id: 'ClaimType/extension_A/DisplayName', text: 'A' },
    ];
    const files = changeEntra(withRecords(sandboxFiles()), (estate) => {
      const flow = itemOf(estate.customers.userFlows, (one) => one.id === id);
      flow.languages = { default: 'de', shown: ['de'], texts: [{ language: 'de', page: 'phonefactor', strings }] };
    });
    const spoken = planFiles(files);
    const page = `${flowPath(id)}/languages/de/overridesPages/phonefactor/$value`;
    const put = async (texts: Readonly<Record<string, string>>): Promise<void> => {
      const LocalizedStrings = Object.entries(texts).map(([name, Value]) => {
        const [ElementType = '', ...rest] = name.split('/');
        const [StringId = '', ElementId = null] = rest.toReversed();
        return { ElementType, ElementId, StringId, Override: true, Value };
      });
      expect((await call(`PUT ${page}`, { LocalizedStrings })).status).toBe(204);
    };
    await patch(flowPath(id), { isLanguageCustomizationEnabled: true, defaultLanguageTag: 'de' });
    await call(`PUT ${flowPath(id)}/languages/de`, { id: 'de' });
    await put({ 'UxElement/alert_message': 'Ende?', 'ClaimType/extension_A/DisplayName': 'B' });
    expect(await problems(NOW, b2c.url, spoken)).toEqual([
      `b2c-user-flows failure: the user flow ${id} is not as declared: of its texts ` +
        'UxElement/alert_message of phonefactor in de is "Ende?", not "UxElement/alert_message!", ' +
        `UxElement/button_verify of phonefactor in de is Microsoft's, not "UxElement/button_verify!", ` +
        `UxElement/button_send_code of phonefactor in de is Microsoft's, not "UxElement/button_send_code!" and 1 more`,
    ]);
    await put(Object.fromEntries(strings.map(({ id: name, text }) => [name, text])));
    expect(await problems(NOW, b2c.url, spoken)).toEqual([]);
  });

  test('nobody answers at the sign-in', async () => {
    const found = await problems(NOW, 'http://localhost:9');
    expect(found.filter((line) => line.startsWith('b2c-keys failure'))).toHaveLength(4);
    expect(found.filter((line) => line.startsWith('b2c-tokens unknown'))).toHaveLength(4);
  });

  test('what Graph refuses, by the permission that is missing', async () => {
    emulator.faults.add({ kind: 'forbidden', path: flowPath('B2C_1_passwordreset1'), times: 1 });
    const unknown = (await examine()).checks.flatMap(({ id, observations }) =>
      observations.filter(({ outcome }) => outcome === 'unknown').map(({ permission }) => `${id}: ${permission ?? ''}`),
    );
    expect(unknown).toEqual(['b2c-user-flows: IdentityUserFlow.Read.All', 'b2c-mfa: IdentityUserFlow.Read.All']);
  });

  // The last one: a flow that is gone does not come back with all that it had.
  test('a user flow that is gone', async () => {
    await call(`DELETE ${flowPath('B2C_1_passwordreset1')}`);
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-user-flows failure: the user flow B2C_1_passwordreset1 is not there",
        "b2c-keys failure: B2C_1_passwordreset1: GET B2C/contosoclaims.onmicrosoft.com/B2C_1_passwordreset1/v2.0/.well-known/openid-configuration: 404 AADB2C90022",
        "b2c-tokens unknown: GET B2C/contosoclaims.onmicrosoft.com/B2C_1_passwordreset1/v2.0/.well-known/openid-configuration: 404 AADB2C90022",
      ]
    `);
  });
});
