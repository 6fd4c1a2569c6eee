import { randomInt } from 'node:crypto';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { resourceType } from '../../../provider/resource-types';
import { trustCertificateFile } from '../../../provider/trust';
import type { Properties } from '../../../provider/values';
import { type Directory, openDirectory } from '../../../src/clouds/graph/directory';
import { clientOf, idOf, type Call } from '../../support/apps/emulator/support/client';
import { create, instantiate } from '../apps/emulator/support/use-emulator';
import { startEmulator } from '../../support/start-emulator';

/** Replicas lag, and a twentieth of all requests is told to wait; other requests each time, which the seed repeats. */
const seed = randomInt(1, 1_000_000);

let emulator: GraphEmulator;
let directory: Directory;
let call: Call;

beforeAll(async () => {
  process.stdout.write(`hardships: seed ${seed}\n`);
  emulator = await startEmulator({ seed, quirks: { lag: 'out-of-order' } });
  trustCertificateFile(emulator.caFile);
  call = clientOf(emulator);
  directory = openDirectory('customers', emulator.tenant.id, emulator.env);
});

afterAll(async () => {
  directory.close();
  await emulator.stop();
});

function makeHard(): void {
  emulator.visibility.set({ creates: 1, updates: 1, deletes: 1, seed });
  emulator.faults.add({ kind: 'throttled', probability: 0.05, times: Number.MAX_SAFE_INTEGER, retryAfter: 1 });
}

function makeEasy(): void {
  emulator.visibility.set({});
  emulator.faults.clear();
}

/** Creates a resource, changes it, and says how it is read by whoever does not know it. */
async function converge(token: string, declared: Properties, changes: Properties): Promise<Properties> {
  const type = resourceType(token);
  const { context } = directory;
  const [inputs, news] = [declared, { ...declared, ...changes }].map((one) => type.withDefaults(one)) as [
    Properties,
    Properties,
  ];
  makeHard();
  const { id, outputs } = await type.create(inputs, context);
  const changed = await type.update(id, { olds: { inputs, outputs }, news }, context);
  makeEasy();
  const read = await type.read(id, { inputs: news, outputs: changed }, context);
  makeHard();
  await type.delete(id, { inputs: news, outputs: changed }, context);
  makeEasy();
  return read?.inputs ?? {};
}

test('a user flow is as declared, and gone afterwards, although replicas lag and requests are throttled', async () => {
  const flow = {
    userFlowId: 'B2C_1_hard',
    userFlowType: 'signUpOrSignIn',
    attributes: [{ attribute: 'givenName' }, { attribute: 'surname', isOptional: true }],
    identityProviders: ['EmailPassword-OAUTH'],
  };
  const pageTexts = [
    { language: 'de', page: 'phonefactor', elementType: 'UxElement', stringId: 'alert_message', value: 'Abbrechen?' },
  ];
  const speaking = { isLanguageCustomizationEnabled: true, languages: ['de'], pageTexts };
  const read = await converge('UserFlow', flow, speaking);
  expect(read).toMatchObject({ languages: ['de'], pageTexts, identityProviders: ['EmailPassword-OAUTH'] });
  const { status } = await call('GET /beta/identity/b2cUserFlows/B2C_1_hard');
  expect(status).toBe(404);
});

test('a signing certificate is active once, although replicas lag and requests are throttled', async () => {
  const { principalId } = await instantiate(call);
  const certificate = { servicePrincipalId: principalId, displayName: 'CN=AWS', endDateTime: '2028-01-01T00:00:00Z' };
  const read = await converge('SamlSigningCertificate', { ...certificate, active: false }, { active: true });
  expect(read).toMatchObject({ active: true });
});

test('a mapping is as declared, although replicas lag and requests are throttled', async () => {
  const { principalId } = await instantiate(call);
  const base = `/v1.0/servicePrincipals/${principalId}/synchronization`;
  const jobId = idOf(await create(call, `${base}/jobs`, { templateId: 'aWSSingleSignon' }));
  const mapping = (sourceAttribute: string): Properties => ({
    attributeMappings: [{ targetAttribute: 'externalId', sourceAttribute }],
  });
  const declared = { servicePrincipalId: principalId, jobId, ...mapping('objectId') };
  const read = await converge('SynchronizationSchema', declared, mapping('mail'));
  expect(read).toMatchObject(mapping('mail'));
});
