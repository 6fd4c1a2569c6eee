import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomersFacts } from '../../../src/clouds/facts/customers-facts';
import { failed } from '../../../src/clouds/reading';
import { type Examination, examineEstate } from '../../../src/doctor/examination';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import { type B2cEmulator, registrationsFromGraph, startB2cEmulator } from '../../../apps/emulator/b2c';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { trustCertificateFile } from '../../../provider/trust';
import { type Call, clientOf } from '../../support/apps/emulator/support/client';
import { planFiles, withRecords } from '../../support/sandbox';
import { type DeployedExternalTenant, deployExternalTenant, policyFor } from './deploy-external-tenant';
import { REPOSITORY } from '../../support/repository';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { startEmulator } from '../../support/start-emulator';

const NOW = new Date('2026-06-01T12:00:00Z');
const ESTATE = readFileSync(join(REPOSITORY, 'test/estates/external', ESTATE_FILE), 'utf8');

const POLICY = '"Second factor for changes"';
const SOME = { includeUsers: ['All'], excludeUsers: ['GuestsOrExternalUsers'] };
const NOBODY_ASKS =
  'nothing asks everybody for a second factor at "Claims API with a second factor", whose tokens the API takes for one';

describe('the doctor finds faults of an external tenant', () => {
  const plan = planFiles(withRecords({ [ESTATE_FILE]: ESTATE }), 'external');
  let emulator: GraphEmulator;
  let signIn: B2cEmulator;
  let call: Call;
  let deployed: DeployedExternalTenant;

  const examine = async (signInOrigin = signIn.url): Promise<Examination> => {
    const options = { areas: ['b2c'] as const, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
    const facts = await gatherFacts({ plan, environment: emulator.env, signInOrigin, ...options });
    return examineEstate({ plan, facts, now: NOW }, ['b2c']);
  };
  const problems = async (...args: Parameters<typeof examine>): Promise<readonly string[]> =>
    (await examine(...args)).checks.flatMap(({ id, observations }) =>
      observations
        .filter(({ outcome }) => outcome !== 'ok')
        .map(({ outcome, message }) => `${id} ${outcome}: ${message.replaceAll(signIn.url, 'HOST')}`),
    );
  const patch = async (path: string, body: JsonObject): Promise<void> => {
    const { status, text } = await call(`PATCH ${path}`, body);
    if (status >= 300) throw new Error(text);
  };

  let checkRequests: () => void;

  beforeAll(async () => {
    const { customers } = plan.estate;
    if (customers === undefined) throw new Error('the estate has no customers');
    const { tenantId: id, directory } = customers;
    const tenant = { id, domain: `${directory}.onmicrosoft.com`, kind: 'CIAM' as const };
    emulator = await startEmulator({ now: () => NOW, tenant });
    trustCertificateFile(emulator.caFile);
    call = clientOf(emulator);
    deployed = await deployExternalTenant({ emulator, call }, customers, NOW);
    signIn = await startB2cEmulator({ registrations: registrationsFromGraph(emulator.directory) });
    // What deployed it is not the doctor.
    checkRequests = watchRequests(emulator, 'doctor');
  });

  afterAll(async () => {
    await Promise.all([emulator.stop(), signIn.stop()]);
    checkRequests();
  });

  test('nothing is found in a healthy tenant, and every check was made', async () => {
    const { checks } = await examine();
    const lines = checks.flatMap(({ id, observations }) =>
      observations.map(({ outcome, message }) => `${id} ${outcome}: ${message.replaceAll(signIn.url, 'HOST')}`),
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        "b2c-token ok: the token of the application 22222222-2222-4222-8222-222222222222 may deploy applications, client secrets and consent, user flows of External ID, Conditional Access policies",
        "b2c-applications ok: Claims API and Claims API with a second factor and Claims are as declared",
        "b2c-redirect-uris ok: 4 redirect URIs are as declared",
        "b2c-client-secret ok: the client secret ends on 2026-12-27, in 209 days",
        "b2c-consent ok: consent is given to 'Accounts.Read', 'Accounts.Write', 'openid', 'offline_access'",
        "b2c-permissions ok: "Claims API" has no credential, permission or consent beyond the declared",
        "b2c-permissions ok: "Claims API with a second factor" has no credential, permission or consent beyond the declared",
        "b2c-permissions ok: "Claims" has no credential, permission or consent beyond the declared",
        "b2c-owners ok: each has an owner",
        "b2c-user-flows ok: Sign up and sign in is as declared, and the web application shows it",
        "b2c-mfa ok: Claims API with a second factor: asked for by Second factor for changes",
        "b2c-steps ok: tenant/password-reset: Ada Lovelace did it on 2020-01-02 (a record)",
        "b2c-steps ok: tenant/email-otp: Ada Lovelace did it on 2020-01-02 (a record)",
        "b2c-keys ok: Sign up and sign in: 2 keys",
        "b2c-tokens ok: Sign up and sign in: tokens of HOST/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32/v2.0",
      ]
    `);
  });

  test.each<[string, JsonObject, string]>([
    ['only reports', { state: 'enabledForReportingButNotEnforced' }, `; ${POLICY} is not in force`],
    ['leaves people out', { conditions: { users: SOME } }, `; ${POLICY} leaves people out and leaves out guests`],
    [
      'takes another control instead',
      { grantControls: { operator: 'OR', builtInControls: ['mfa', 'compliantDevice'] } },
      `; ${POLICY} takes compliantDevice instead`,
    ],
    ['is about other applications', { conditions: { applications: { includeApplications: ['Office365'] } } }, ''],
  ])('a policy that %s', async (_what, change, says) => {
    const sound = policyFor('Second factor for changes', deployed.stepUp.appId);
    const conditions = { ...(sound['conditions'] as JsonObject), ...(change['conditions'] as JsonObject | undefined) };
    await patch(deployed.policyPath, { ...sound, ...change, conditions });
    expect(await problems()).toEqual([`b2c-mfa failure: ${NOBODY_ASKS}${says}`]);
    await patch(deployed.policyPath, sound);
  });

  test('a flow that nobody can sign up with and that the web application does not show', async () => {
    const start = '#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp';
    const type = '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow';
    const allow = (isSignUpAllowed: boolean) => ({
      '@odata.type': type,
      onInteractiveAuthFlowStart: { '@odata.type': start, isSignUpAllowed },
    });
    const applications = `${deployed.flowPath}/conditions/applications/includeApplications`;
    await patch(deployed.flowPath, allow(false));
    await call(`DELETE ${applications}/${deployed.web.appId}`);
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-user-flows failure: the user flow Sign up and sign in is not as declared: no one can sign up; the web application is not attached to it: people who sign in there see no flow",
      ]
    `);
    await patch(deployed.flowPath, allow(true));
    await call(`POST ${applications}`, {
      '@odata.type': '#microsoft.graph.authenticationConditionApplication',
      appId: deployed.web.appId,
    });
    expect(await problems()).toEqual([]);
  });

  test('consent to the scope with a second factor was taken back, and its application takes anybody', async () => {
    await patch(deployed.stepUpGrant, { scope: '' });
    const path = `/v1.0/applications/${deployed.stepUp.applicationId}`;
    await patch(path, { signInAudience: 'AzureADMultipleOrgs' });
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-applications failure: "Claims API with a second factor": who may sign in is 'AzureADMultipleOrgs', declared is 'AzureADMyOrg'",
        "b2c-consent failure: consent is missing for 'Accounts.Write', and customers can't give it",
      ]
    `);
    await patch(path, { signInAudience: 'AzureADMyOrg' });
    await patch(deployed.stepUpGrant, { scope: 'Accounts.Write' });
  });

  test('the sign-in of another tenant', async () => {
    const other = await startB2cEmulator({
      registrations: {
        ...registrationsFromGraph(emulator.directory),
        tenantId: '00000000-0000-4000-8000-000000000001',
      },
    });
    expect((await problems(other.url)).map((line) => line.replaceAll(other.url, 'OTHER'))).toMatchInlineSnapshot(`
      [
        "b2c-keys failure: Sign up and sign in: GET OTHER/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32/v2.0/.well-known/openid-configuration: 404 AADSTS90002",
        "b2c-tokens unknown: GET OTHER/3f9d2b68-5c17-4e0a-9b84-d1e6a7c05f32/v2.0/.well-known/openid-configuration: 404 AADSTS90002",
      ]
    `);
    await other.stop();
  });

  test.each([
    ['/v1.0/identity/authenticationEventsFlows', ['b2c-user-flows: EventListener.Read.All']],
    ['/v1.0/identity/conditionalAccess/policies', ['b2c-mfa: Policy.Read.All']],
  ])('what Graph refuses at %s, by the permission that is missing', async (path, expected) => {
    emulator.faults.add({ kind: 'forbidden', path, times: 1 });
    const unknown = (await examine()).checks.flatMap(({ id, observations }) =>
      observations.filter(({ outcome }) => outcome === 'unknown').map(({ permission }) => `${id}: ${permission ?? ''}`),
    );
    expect(unknown).toEqual(expected);
  });

  test('where nothing could be read, no check says that something is well or wrong', () => {
    const unread = failed('no answer');
    const [flow] = plan.estate.customers?.userFlows ?? [];
    const customers: CustomersFacts = {
      identityProviders: unread,
      registered: new Map(),
      discoveries: new Map(),
      directory: {
        ...{ type: 'external-id', flows: new Map([[flow?.id ?? '', unread]]), policies: unread },
        ...{ extensions: unread, listeners: unread },
      },
    };
    const { checks } = examineEstate({ plan, facts: { customers }, now: NOW }, ['b2c']);
    const known = checks.filter(({ id, outcome }) => outcome !== 'unknown' && id !== 'b2c-keys' && id !== 'b2c-steps');
    expect([checks.length, known]).toEqual([11, []]);
  });

  // The last one: what is gone does not come back under its id.
  test('neither a flow nor a policy', async () => {
    await call(`DELETE ${deployed.flowPath}`);
    await call(`DELETE ${deployed.policyPath}`);
    expect(await problems()).toMatchInlineSnapshot(`
      [
        "b2c-user-flows failure: the user flow Sign up and sign in is not there",
        "b2c-mfa failure: nothing asks everybody for a second factor at "Claims API with a second factor", whose tokens the API takes for one",
      ]
    `);
  });
});
