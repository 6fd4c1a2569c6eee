import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import {
  apiConnector,
  ApiConnectorInputs,
  withDefaults as connectorOf,
} from '../../../provider/api-connector/api-connector';
import {
  customAuthenticationExtension,
  CustomExtensionInputs,
} from '../../../provider/custom-extension/custom-extension';
import { trustCertificateFile } from '../../../provider/trust';
import { gatherFacts } from '../../../src/clouds/gather-facts';
import { openDirectory } from '../../../src/clouds/graph/directory';
import { examineEstate } from '../../../src/doctor/examination';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { clientOf } from '../../support/apps/emulator/support/client';
import { REPOSITORY } from '../../support/repository';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { startEmulator } from '../../support/start-emulator';
import { watchRequests } from '../../support/graph-descriptions/watch-requests';
import { create } from '../apps/emulator/support/use-emulator';
import { deployCustomers } from './deploy-customers';
import { deployExternalTenant } from './deploy-external-tenant';

const NOW = new Date('2026-06-01T12:00:00Z');
const URL = 'https://api.example.com/in';
const RESOURCE_ID = 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666';

/** Plan of an estate whose customers declare something more, and the customers. */
function declaring(text: string, more: string): { readonly plan: EstatePlan; readonly customers: Customers } {
  const plan = planFiles({ [ESTATE_FILE]: text.replace('  userFlows:\n', `${more}  userFlows:\n`) }, 'called');
  if (plan.estate.customers === undefined) throw new Error('the estate has no customers');
  return { plan, customers: plan.estate.customers };
}

/** Messages of one check; nothing answers at the sign-in, which it does not ask. */
async function observe(emulator: GraphEmulator, plan: EstatePlan, check: string): Promise<readonly string[]> {
  const options = { areas: ['b2c'] as const, concurrency: 5, timeoutSeconds: 60, onProgress: () => undefined };
  const signInOrigin = 'http://localhost:9';
  const facts = await gatherFacts({ plan, environment: emulator.env, signInOrigin, ...options });
  const { checks } = examineEstate({ plan, facts, now: NOW }, ['b2c']);
  const { observations = [] } = checks.find(({ id }) => id === check) ?? {};
  return observations.map(({ outcome, message }) => `${outcome}: ${message}`);
}

let emulator: GraphEmulator;
let stopped: () => void;

async function start({ tenantId: id, directory }: Customers, kind?: 'CIAM'): Promise<ReturnType<typeof clientOf>> {
  const tenant = { id, domain: `${directory}.onmicrosoft.com`, ...(kind && { kind }) };
  emulator = await startEmulator({ now: () => NOW, tenant });
  trustCertificateFile(emulator.caFile);
  return clientOf(emulator);
}

afterEach(async () => {
  await emulator.stop();
  stopped();
});

test('API connectors of a B2C directory, and the flows that call them', async () => {
  const { plan, customers } = declaring(
    (sandboxFiles()[ESTATE_FILE] ?? '').replace(
      '      use: signIn\n',
      '      use: signIn\n      apiConnectors: { postAttributeCollection: invitations }\n',
    ),
    `  apiConnectors: [{ name: invitations, displayName: Invitations, url: ${URL}, username: claims, secret: { config: password, version: v1 } }]\n`,
  );
  const call = await start(customers);
  await deployCustomers({ emulator, call }, customers, NOW);
  const directory = openDirectory('customers', customers.tenantId, emulator.env);
  const inputs = { displayName: 'Invitations', targetUrl: URL, username: 'claims', secret: 's', secretVersion: 'v1' };
  const { id } = await apiConnector.create(ApiConnectorInputs.parse(connectorOf(inputs)), directory.context);
  directory.close();
  stopped = watchRequests(emulator, 'doctor');
  const check = 'b2c-api-connectors';
  expect(await observe(emulator, plan, check)).toEqual([
    'ok: Invitations is as declared; only a call shows whether its secret holds',
    'failure: the user flow B2C_1_signupsignin1 is not as declared: at postAttributeCollection it calls nothing, not invitations',
  ]);
  const step = '/beta/identity/b2cUserFlows/B2C_1_signupsignin1/apiConnectorConfiguration/postAttributeCollection/$ref';
  const connector = `/identity/apiConnectors/${id}`;
  await call(`PUT ${step}`, { '@odata.id': `https://graph.microsoft.com/beta${connector}` });
  await call(`PATCH /v1.0${connector}`, { targetUrl: 'https://other.example.com/in?code=key-1' });
  expect(await observe(emulator, plan, check)).toEqual([
    `failure: the API connector 'Invitations' is not as declared: it calls https://other.example.com/in?…, not ${URL}`,
    'ok: B2C_1_signupsignin1 calls its APIs as declared',
  ]);
  await call(`PUT ${step}`, {});
  await call(`DELETE /v1.0${connector}`);
  expect(await observe(emulator, plan, check)).toEqual([
    "failure: the API connector 'Invitations' is not there",
    'failure: the user flow B2C_1_signupsignin1 is not as declared: at postAttributeCollection it calls nothing, not invitations',
  ]);
});

test('extensions of an external tenant, and the listeners that call them', async () => {
  const { plan, customers } = declaring(
    readFileSync(join(REPOSITORY, 'test/estates/external', ESTATE_FILE), 'utf8'),
    `  customExtensions: [{ name: levels, event: tokenIssuanceStart, url: ${URL}, resourceId: ${RESOURCE_ID}, claims: [level, card] }]\n`,
  );
  const call = await start(customers, 'CIAM');
  const { web } = await deployExternalTenant({ emulator, call }, customers, NOW);
  const directory = openDirectory('customers', customers.tenantId, emulator.env);
  const inputs = { event: 'tokenIssuanceStart', displayName: 'levels', description: '', claims: ['card', 'level'] };
  const { id } = await customAuthenticationExtension.create(
    CustomExtensionInputs.parse({ ...inputs, targetUrl: URL, resourceId: RESOURCE_ID }),
    directory.context,
  );
  directory.close();
  stopped = watchRequests(emulator, 'doctor');
  const check = 'b2c-custom-extensions';
  const not = "failure: the custom authentication extension 'levels' is not as declared: ";
  const refused = 'the web application takes no mapped claims, so that sign-ins with its claims fail';
  expect(await observe(emulator, plan, check)).toEqual([
    `${not}no listener calls it at the web application; ${refused}`,
  ]);
  await create(call, '/v1.0/identity/authenticationEventListeners', {
    '@odata.type': '#microsoft.graph.onTokenIssuanceStartListener',
    conditions: { applications: { includeApplications: [{ appId: web.appId }] } },
    handler: {
      '@odata.type': '#microsoft.graph.onTokenIssuanceStartCustomExtensionHandler',
      customExtension: { id },
    },
  });
  await call(`PATCH /v1.0/applications/${web.applicationId}`, { api: { acceptMappedClaims: true } });
  expect(await observe(emulator, plan, check)).toEqual([
    'ok: levels is as declared, and has a listener at the web application; Graph does not tell which extension the listener calls',
  ]);
});
