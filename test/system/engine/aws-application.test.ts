import * as pulumi from '@pulumi/pulumi';
import { GraphProvider } from '../../../constructs/graph/provider';
import {
  SamlSigningCertificate,
  SynchronizationSchema,
  SynchronizationState,
} from '../../../constructs/graph/aws-application';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { objectOf, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { create, instantiate } from '../apps/emulator/support/use-emulator';
import { idOf } from '../../support/apps/emulator/support/client';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine, SECRET } from '../../support/engine-suite';
import { inDays } from '../../support/fixed-day';

const TOKEN = 'scim-token-of-the-test';
const REFUSED = 'refused-token-of-the-test';
const BASE_ADDRESS = 'https://scim.eu-west-1.amazonaws.com/0a1b/scim/v2';
const JOB = '/synchronization/jobs/';
// The plug-in goes by the clock: ends that are ahead on every day, and less than three years.
const [FIRST_END, SECOND_END, THIRD_END] = [inDays(500), inDays(700), inDays(730)];

describeEngine('signing and provisioning of the AWS application on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let path: string;
  let jobId: string;
  let certificates: Readonly<Record<string, { readonly endDateTime: string; readonly active: boolean }>>;
  let token = TOKEN;
  let acceptDeletions: string | undefined;
  const printed: string[] = [];
  const onOutput = (text: string): void => {
    printed.push(text);
  };

  const program = () => {
    const provider = new GraphProvider('graph');
    const servicePrincipalId = path.split('/').at(-1) ?? '';
    for (const [name, args] of Object.entries(certificates)) {
      new SamlSigningCertificate(name, { servicePrincipalId, displayName: 'CN=AWS', ...args }, { provider });
    }
    const job = { servicePrincipalId, jobId: `${servicePrincipalId}/job/${jobId}` };
    const attributeMappings = [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }];
    const accepted = acceptDeletions === undefined ? {} : { acceptDeletions };
    const schema = new SynchronizationSchema('schema', { ...job, ...accepted, attributeMappings }, { provider });
    const credentials = [
      { key: 'BaseAddress', value: BASE_ADDRESS },
      { key: 'SecretToken', value: pulumi.secret(token) },
    ];
    const state = new SynchronizationState(
      'state',
      { ...job, ...accepted, credentials },
      { provider, dependsOn: schema },
    );
    return Promise.resolve({ status: state.status });
  };

  beforeAll(async () => {
    graph = await EngineGraph.start({
      // Requests are counted.
      quirks: { echoesCredentials: true, lag: 'none', throttling: 'none' },
    });
    const { principalId } = await instantiate(graph.call);
    path = `/v1.0/servicePrincipals/${principalId}`;
    await graph.call(`PATCH ${path}`, { preferredSingleSignOnMode: 'saml' });
    const value = [
      { key: 'BaseAddress', value: BASE_ADDRESS },
      { key: 'SecretToken', value: TOKEN },
    ];
    await graph.call(`PUT ${path}/synchronization/secrets`, { value });
    jobId = idOf(await create(graph.call, `${path}/synchronization/jobs`, { templateId: 'aWSSingleSignon' }));
    certificates = { one: { endDateTime: FIRST_END, active: true } };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    graph.take();
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const principal = async (): Promise<JsonObject> => (await graph.call(`GET ${path}`)).body;
  const activeThumbprint = async (): Promise<unknown> => (await principal())['preferredTokenSigningKeyThumbprint'];
  const job = async (): Promise<JsonObject> => (await graph.call(`GET ${path}${JOB}${jobId}`)).body;
  const isSavedAccepted = async (): Promise<boolean> => {
    const answer = await graph.call(`POST ${path}${JOB}${jobId}/validateCredentials`, { useSavedCredentials: true });
    return answer.status === 204;
  };
  const externalId = async (): Promise<unknown> => {
    const { body } = await graph.call(`GET ${path}${JOB}${jobId}/schema`);
    const mappings = objectsOf(objectsOf(body, 'synchronizationRules')[0] ?? {}, 'objectMappings');
    const lines = mappings.flatMap((mapping) => objectsOf(mapping, 'attributeMappings'));
    return lines
      .filter(({ targetAttributeName }) => targetAttributeName === 'externalId')
      .map((line) => objectOf(line, 'source')['name'])[0];
  };
  /** What changed the job since the last call, in order: `PUT schema`, `POST start`. */
  const commands = (): readonly string[] =>
    graph
      .takeDone()
      .filter((request) => request.includes(`${JOB}${jobId}/`) && !request.startsWith('GET '))
      .map((request) => request.replace(`${path}${JOB}${jobId}/`, ''));

  test('credentials that the target refuses fail before the start, and the message has no secret', async () => {
    graph.emulator.quirks.acceptedScimToken = 'another';
    const failed = engine.stack.up({ onOutput });
    await expect(failed).rejects.toThrow(/the target refuses the credentials, so the job was not started/);
    await expect(failed).rejects.toThrow(/\[secret\]/);
    await expect(failed).rejects.not.toThrow(TOKEN);
    expect(commands()).toEqual(['PUT schema', 'POST validateCredentials']);
    graph.emulator.quirks.acceptedScimToken = TOKEN;
  });

  test('the next up finishes what failed; a second preview shows no change', async () => {
    const { outputs } = await engine.stack.up({ onOutput });
    expect(outputs['status']?.value).toBe('NotRun');
    expect(commands()).toEqual(['POST validateCredentials', 'POST start']);
    expect(await externalId()).toBe('objectId');
    expect(await activeThumbprint()).toMatch(/^[0-9A-F]{40}$/);
    await engine.stack.preview({ onOutput, expectNoChanges: true });
    await engine.stack.refresh({ onOutput, expectNoChanges: true });
  });

  test('a certificate rotates with overlap, and only the retired one is removed', async () => {
    const first = await activeThumbprint();
    certificates = { ...certificates, two: { endDateTime: SECOND_END, active: false } };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ create: 1 });
    expect(await activeThumbprint()).toBe(first);
    certificates = {
      one: { endDateTime: FIRST_END, active: false },
      two: { endDateTime: SECOND_END, active: true },
    };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ update: 2 });
    expect(await activeThumbprint()).not.toBe(first);
    certificates = { two: { endDateTime: SECOND_END, active: true } };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ delete: 1 });
    expect(objectsOf(await principal(), 'keyCredentials').map(({ endDateTime }) => endDateTime)).toEqual([
      SECOND_END,
      SECOND_END,
    ]);
    await engine.stack.refresh({ onOutput, expectNoChanges: true });
  });

  test('a quarantine is shown by a refresh, and the next up lifts it', async () => {
    graph.emulator.quirks.acceptedScimToken = 'another';
    await graph.call(`POST ${path}${JOB}${jobId}/start`);
    await engine.stack.refresh({ onOutput });
    expect(printed.join('')).toMatch(
      `the provisioning job ${jobId} is in quarantine and provisions no one: EncounteredQuarantineException`,
    );
    graph.emulator.quirks.acceptedScimToken = TOKEN;
    graph.take();
    await engine.stack.up({ onOutput });
    expect(commands()).toEqual(['POST validateCredentials', 'POST restart']);
    expect(objectOf(await job(), 'status')).toMatchObject({ code: 'NotRun', quarantine: null });
  });

  test('a refused token leaves running provisioning as it was, and the good one of before is validated again', async () => {
    const before = await job();
    token = REFUSED;
    graph.take();
    const failed = engine.stack.up({ onOutput });
    await expect(failed).rejects.toThrow('they were not saved: the job goes on with those that it has');
    await expect(failed).rejects.not.toThrow(REFUSED);
    expect(commands()).toEqual(['POST validateCredentials']);
    expect([await job(), await isSavedAccepted()]).toEqual([before, true]);

    token = TOKEN;
    graph.take();
    await engine.stack.up({ onOutput });
    expect(commands()).toEqual(['POST validateCredentials']);
    expect(await isSavedAccepted()).toBe(true);
    await engine.stack.preview({ onOutput, expectNoChanges: true });
  });

  test('deletions that are held back go through once they are accepted, and not before', async () => {
    const { quirks } = graph.emulator;
    quirks.stagedDeletions = 12;
    await graph.call(`POST ${path}${JOB}${jobId}/start`);
    printed.splice(0);
    await engine.stack.refresh({ onOutput });
    expect(printed.join('')).toMatch('TooManyDeletes');
    graph.take();
    await expect(engine.stack.up({ onOutput })).rejects.toThrow('How many: 12 User, by the provisioning logs.');
    expect(commands()).toEqual(['POST validateCredentials']);
    expect(quirks.stagedDeletions).toBe(12);

    acceptDeletions = textOf(objectOf(objectOf(await job(), 'status'), 'quarantine'), 'currentBegan');
    graph.take();
    await engine.stack.up({ onOutput });
    expect(commands()).toEqual(['POST validateCredentials', 'POST restart']);
    expect([quirks.stagedDeletions, objectOf(await job(), 'status')['code']]).toEqual([0, 'NotRun']);
    await engine.stack.preview({ onOutput, expectNoChanges: true });
    acceptDeletions = undefined;
    await engine.stack.preview({ onOutput, expectNoChanges: true });
  });

  test('another token is validated and then saved, and is in neither state nor output in plain', async () => {
    token = 'another-token-of-the-test';
    graph.emulator.quirks.acceptedScimToken = token;
    graph.take();
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ update: 1 });
    expect(commands()).toEqual(['POST validateCredentials']);
    expect(await isSavedAccepted()).toBe(true);
    const everything = `${engine.storedState()}${printed.join('')}`;
    for (const secret of [TOKEN, REFUSED, token, SECRET]) expect(everything).not.toContain(secret);
    expect(engine.storedState()).toContain('credentials');
  });

  test('the certificate that signs is not replaced, and nothing is sent', async () => {
    const signs = await activeThumbprint();
    certificates = { two: { endDateTime: THIRD_END, active: true } };
    graph.take();
    await expect(engine.stack.up({ onOutput })).rejects.toThrow('would replace the certificate that signs');
    expect(graph.takeDone().filter((request) => !request.startsWith('GET '))).toEqual([]);
    expect(await activeThumbprint()).toBe(signs);
    certificates = { two: { endDateTime: SECOND_END, active: true } };
  });

  test('destroy pauses the job, takes the edits back, and leaves SAML mode', async () => {
    await engine.stack.destroy({ onOutput });
    expect(objectOf(await job(), 'schedule')['state']).toBe('Disabled');
    expect(await externalId()).toBe('mailNickname');
    expect(await principal()).toMatchObject({
      keyCredentials: [],
      passwordCredentials: [],
      preferredSingleSignOnMode: null,
    });
    expect(JSON.parse(engine.storedState())).not.toHaveProperty('checkpoint.latest.resources');
  });
});
