import { SamlSigningCertificate } from '../../constructs/graph/saml-signing-certificate';
import { UserFlow } from '../../constructs/graph/user-flow';
import { EngineGraph } from '../support/engine-graph';
import { EngineStack } from '../support/engine-stack';
import { describeEngine, SECRET } from '../support/engine-suite';

describeEngine('the default provider on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;

  beforeAll(async () => {
    graph = await EngineGraph.start();
    graph.graph.servicePrincipals.add('sp-1');
    const program = () => {
      const args = { servicePrincipalId: 'sp-1', displayName: 'CN=AWS', endDateTime: '2028-06-01T00:00:00Z' };
      const certificate = new SamlSigningCertificate('certificate', args);
      // Known only once the certificate is there: a preview must pass over what it can't check.
      const tokenClaims = certificate.thumbprint.apply((thumbprint) => [thumbprint]);
      const multifactor = certificate.isActive.apply((isActive) => ({
        state: isActive ? ('on' as const) : ('off' as const),
      }));
      const flow = new UserFlow('flow', { userFlowId: 'B2C_1_a', userFlowType: 'signIn', tokenClaims, multifactor });
      return Promise.resolve({ flow: flow.urn });
    };
    const environment = {
      ...graph.environment,
      ARM_METADATA_HOSTNAME: graph.login.host,
      ARM_TENANT_ID: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
      ARM_CLIENT_ID: '8d1f3c52-6a0b-4b1d-9f5e-2c7a4e6b9d10',
      ARM_CLIENT_SECRET: SECRET,
      ARM_USE_CLI: 'false',
    };
    engine = await EngineStack.create({ cli, program, environment });
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('a preview with values that are not known yet sends nothing', async () => {
    expect((await engine.stack.preview()).changeSummary).toEqual({ create: 3 });
    expect(graph.graph.take()).toEqual([]);
    expect(graph.login.signedIn).toEqual([]);
  });

  test('signs in by the variables of azuread', async () => {
    await engine.stack.up();
    expect(graph.login.signedIn).toContain('8d1f3c52-6a0b-4b1d-9f5e-2c7a4e6b9d10');
    expect(graph.graph.flows.flow('B2C_1_a').body['applicationClaims']).toHaveLength(1);
    await engine.stack.preview({ expectNoChanges: true });
    expect(engine.storedState()).not.toContain(SECRET);
    await engine.stack.destroy();
  });

  test('a key of the configuration that nobody knows is refused', async () => {
    await engine.stack.setConfig('entragraph:tenantID', { value: 'x' });
    await expect(engine.stack.preview()).rejects.toThrow(/unknown key 'tenantID'; did you mean 'tenantId'\?/);
  });
});
