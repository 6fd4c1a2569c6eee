import * as pulumi from '@pulumi/pulumi';
import { GraphProvider } from '../../constructs/graph/provider';
import { SamlSigningCertificate } from '../../constructs/graph/saml-signing-certificate';
import { SynchronizationSchema } from '../../constructs/graph/synchronization-schema';
import { SynchronizationState } from '../../constructs/graph/synchronization-state';
import { EngineGraph } from '../support/engine-graph';
import { EngineStack } from '../support/engine-stack';
import { describeEngine, SECRET } from '../support/engine-suite';

const JOB = 'aWSSingleSignon.abc';
const TOKEN = 'scim-token-of-the-test';
const SP = 'sp-1';

describeEngine('signing and provisioning of the AWS application on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let certificates: Readonly<Record<string, { readonly endDateTime: string; readonly active: boolean }>>;
  let token = TOKEN;
  const printed: string[] = [];
  const onOutput = (text: string): void => {
    printed.push(text);
  };

  const program = () => {
    const provider = new GraphProvider('graph');
    for (const [name, args] of Object.entries(certificates)) {
      new SamlSigningCertificate(name, { servicePrincipalId: SP, displayName: 'CN=AWS', ...args }, { provider });
    }
    const job = { servicePrincipalId: SP, jobId: `${SP}/job/${JOB}` };
    const attributeMappings = [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }];
    const schema = new SynchronizationSchema('schema', { ...job, attributeMappings }, { provider });
    const credentials = [{ key: 'SecretToken', value: pulumi.secret(token) }];
    const state = new SynchronizationState('state', { ...job, credentials }, { provider, dependsOn: schema });
    return Promise.resolve({ status: state.status });
  };

  const principal = () => {
    const found = graph.graph.servicePrincipals.all.get(SP);
    if (found === undefined) throw new Error('no service principal');
    return found;
  };
  const job = () => principal().jobs.get(JOB);

  beforeAll(async () => {
    graph = await EngineGraph.start();
    graph.graph.servicePrincipals.add(SP, [JOB]);
    certificates = { 'certificate-2028': { endDateTime: '2028-06-01T00:00:00Z', active: true } };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('credentials that the target refuses fail before the start, and the message has no secret', async () => {
    principal().refusesCredentials = 'Unauthorized';
    const failed = engine.stack.up({ onOutput });
    await expect(failed).rejects.toThrow(/the target refuses the credentials, so the job was not started/);
    await expect(failed).rejects.toThrow(/\[secret\]/);
    await expect(failed).rejects.not.toThrow(TOKEN);
    expect(job()?.commands).toEqual(['schema']);
    principal().refusesCredentials = undefined;
  });

  test('the next up finishes what failed; a second preview shows no change', async () => {
    const { outputs } = await engine.stack.up({ onOutput });
    expect(outputs['status']?.value).toBe('NotRun');
    expect(job()?.commands).toEqual(['schema', 'start']);
    expect(principal().body['preferredTokenSigningKeyThumbprint']).toMatch(/^[0-9A-F]{40}$/);
    await engine.stack.preview({ onOutput, expectNoChanges: true });
    await engine.stack.refresh({ onOutput, expectNoChanges: true });
  });

  test('a certificate rotates with overlap, and only the retired one is removed', async () => {
    const first = principal().body['preferredTokenSigningKeyThumbprint'];
    certificates = { ...certificates, 'certificate-2029': { endDateTime: '2029-01-01T00:00:00Z', active: false } };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ create: 1 });
    expect(principal().body['preferredTokenSigningKeyThumbprint']).toBe(first);
    certificates = {
      'certificate-2028': { endDateTime: '2028-06-01T00:00:00Z', active: false },
      'certificate-2029': { endDateTime: '2029-01-01T00:00:00Z', active: true },
    };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ update: 2 });
    expect(principal().body['preferredTokenSigningKeyThumbprint']).not.toBe(first);
    certificates = { 'certificate-2029': { endDateTime: '2029-01-01T00:00:00Z', active: true } };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ delete: 1 });
    expect(principal().body.keyCredentials.map(({ endDateTime }) => endDateTime)).toEqual([
      '2029-01-01T00:00:00Z',
      '2029-01-01T00:00:00Z',
    ]);
    await engine.stack.refresh({ onOutput, expectNoChanges: true });
  });

  test('a quarantine is shown by a refresh, and the next up lifts it', async () => {
    const found = job();
    if (found !== undefined)
      found.status = { code: 'Quarantine', quarantine: { reason: 'EncounteredQuarantineException' } };
    await engine.stack.refresh({ onOutput });
    expect(printed.join('')).toContain(
      `the provisioning job ${JOB} is in quarantine and provisions nobody: EncounteredQuarantineException`,
    );
    await engine.stack.up({ onOutput });
    expect(job()?.commands.at(-1)).toBe('restart QuarantineState');
  });

  test('another token is validated anew, and is in neither state nor output in plain', async () => {
    token = 'another-token-of-the-test';
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ update: 1 });
    const everything = `${engine.storedState()}${printed.join('')}`;
    for (const secret of [TOKEN, token, SECRET]) expect(everything).not.toContain(secret);
    expect(engine.storedState()).toContain('credentials');
  });

  test('a replacement activates the new certificate before the old one goes', async () => {
    certificates = { 'certificate-2029': { endDateTime: '2029-02-01T00:00:00Z', active: true } };
    expect((await engine.stack.up({ onOutput })).summary.resourceChanges).toMatchObject({ replace: 1 });
    expect(principal().body.keyCredentials).toHaveLength(2);
  });

  test('destroy pauses the job, takes the edits back, and leaves SAML mode', async () => {
    await engine.stack.destroy({ onOutput });
    expect(job()?.schedule.state).toBe('Disabled');
    expect(JSON.stringify(job()?.schema)).not.toContain('objectId');
    expect(principal().body).toMatchObject({
      keyCredentials: [],
      passwordCredentials: [],
      preferredSingleSignOnMode: null,
    });
    expect(JSON.parse(engine.storedState())).not.toHaveProperty('checkpoint.latest.resources');
  });
});
