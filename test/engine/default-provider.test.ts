import { SamlSigningCertificate } from '../../constructs/graph/saml-signing-certificate';
import { UserFlow } from '../../constructs/graph/user-flow';
import { textsOf } from '../../emulator/graph/json';
import { register } from '../emulator/support/use-emulator';
import { EngineGraph } from '../support/engine-graph';
import { EngineStack } from '../support/engine-stack';
import { describeEngine, SECRET } from '../support/engine-suite';

describeEngine('the default provider on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;

  beforeAll(async () => {
    graph = await EngineGraph.start();
    const { principalId } = await register(graph.call);
    const program = () => {
      const args = { servicePrincipalId: principalId, displayName: 'CN=AWS', endDateTime: '2028-06-01T00:00:00Z' };
      const certificate = new SamlSigningCertificate('certificate', args);
      // Known only once the certificate is there: a preview must pass over what it can't check.
      const tokenClaims = certificate.thumbprint.apply((thumbprint) => [thumbprint]);
      const multifactor = certificate.isActive.apply((isActive) => ({
        state: isActive ? ('on' as const) : ('off' as const),
      }));
      const flow = new UserFlow('flow', { userFlowId: 'B2C_1_a', userFlowType: 'signIn', tokenClaims, multifactor });
      return Promise.resolve({ flow: flow.urn });
    };
    engine = await EngineStack.create({ cli, program, environment: { ...graph.emulator.env, ...graph.environment } });
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('a preview with values that are not known yet sends nothing', async () => {
    graph.take();
    expect((await engine.stack.preview()).changeSummary).toEqual({ create: 3 });
    expect(graph.take()).toEqual({ graph: [], login: [] });
  });

  test('signs in by the variables of azuread', async () => {
    await engine.stack.up();
    expect(graph.take().login).toContainEqual(
      expect.stringContaining(`POST /${graph.emulator.tenant.id}/oauth2/v2.0/token`),
    );
    const flow = await graph.call('GET /beta/identity/b2cUserFlows/B2C_1_a');
    expect(textsOf(flow.body, 'applicationClaims')).toEqual([expect.stringMatching(/^[0-9A-F]{40}$/)]);
    await engine.stack.preview({ expectNoChanges: true });
    expect(engine.storedState()).not.toContain(SECRET);
    await engine.stack.destroy();
  });

  test('a key of the configuration that nobody knows is refused', async () => {
    await engine.stack.setConfig('entragraph:tenantID', { value: 'x' });
    await expect(engine.stack.preview()).rejects.toThrow(/unknown key 'tenantID'; did you mean 'tenantId'\?/);
  });
});
