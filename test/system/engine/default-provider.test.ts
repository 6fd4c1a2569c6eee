import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SamlSigningCertificate } from '../../../constructs/graph/aws-application';
import { UserFlow } from '../../../constructs/graph/customers';
import { clientCertificate, type ClientCertificate } from '../apps/emulator/support/certificate';
import { TokenIssuer } from '../apps/emulator/support/issuer';
import { create, register } from '../apps/emulator/support/use-emulator';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine, SECRET } from '../../support/engine-suite';
import { inDays } from '../../support/fixed-day';

describeEngine('the default provider on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;

  beforeAll(async () => {
    graph = await EngineGraph.start();
    const { principalId } = await register(graph.call);
    const program = () => {
      const args = { servicePrincipalId: principalId, displayName: 'CN=AWS', endDateTime: inDays(500) };
      const certificate = new SamlSigningCertificate('certificate', args);
      // Known only once the certificate is there: a preview must pass over what it can't check.
      const claims = certificate.thumbprint.apply((thumbprint) => [thumbprint]);
      const multifactor = certificate.isActive.apply((isActive) => ({
        state: isActive ? ('on' as const) : ('off' as const),
      }));
      const settings = { claims, multifactor };
      const flow = new UserFlow('flow', { userFlowId: 'B2C_1_a', userFlowType: 'signIn', ...settings });
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
    await engine.stack.preview({ expectNoChanges: true });
    expect(engine.storedState()).not.toContain(SECRET);
    await engine.stack.destroy();
  });

  test('a key of the configuration that nobody knows is refused', async () => {
    await engine.stack.setConfig('entragraph:tenantID', { value: 'x' });
    await expect(engine.stack.preview()).rejects.toThrow(/unknown key 'tenantID'; did you mean 'tenantId'\?/);
  });
});

describeEngine('a sign-in without a secret on the real engine', (cli) => {
  const SUBJECT = 'repo:acme/identity:environment:production';
  const AUDIENCE = 'api://AzureADTokenExchange';
  let graph: EngineGraph;
  let issuer: TokenIssuer;
  let certificate: ClientCertificate;

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    certificate = await clientCertificate(new Date());
    // Tokens and certificates are made by the clock of who signs in.
    graph = await EngineGraph.start({ now: () => new Date() });
    const application = `/v1.0/applications(appId='${graph.emulator.deployer.clientId}')`;
    const key = { type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate.der.toString('base64') };
    await graph.call(`PATCH ${application}`, { keyCredentials: [key] });
    const trusted = { name: 'production', issuer: issuer.url, subject: SUBJECT, audiences: [AUDIENCE] };
    await create(graph.call, `${application}/federatedIdentityCredentials`, trusted);
  });

  afterAll(async () => {
    await graph.stop();
    await issuer.stop();
  });

  test.each<[string, (folder: string) => Promise<Readonly<Record<string, string>>>]>([
    [
      'by a token of the CI system',
      async () => ({
        ARM_USE_OIDC: 'true',
        ARM_OIDC_TOKEN: await issuer.token(new Date(), { sub: SUBJECT, aud: AUDIENCE }),
      }),
    ],
    [
      'by a certificate',
      (folder) => {
        const path = join(folder, 'deploy.pem');
        writeFileSync(path, `${certificate.key}${certificate.pem}\n`);
        return Promise.resolve({ ARM_CLIENT_CERTIFICATE_PATH: path });
      },
    ],
  ])('works %s, which is in neither state nor output', async (_way, variables) => {
    const folder = mkdtempSync(join(tmpdir(), 'entragraph-sign-in-'));
    const own = await variables(folder);
    const program = () => {
      const flow = new UserFlow('flow', { userFlowId: 'B2C_1_a', userFlowType: 'signIn' });
      return Promise.resolve({ flow: flow.urn });
    };
    const environment = { ...graph.emulator.env, ARM_CLIENT_SECRET: '', ...graph.environment, ...own };
    const engine = await EngineStack.create({ cli, program, environment });
    try {
      const { stdout } = await engine.stack.up();
      expect((await graph.call('GET /beta/identity/b2cUserFlows/B2C_1_a')).status).toBe(200);
      for (const secret of Object.values(own).filter((text) => text.startsWith('ey'))) {
        expect(`${stdout}${engine.storedState()}`).not.toContain(secret);
      }
      await engine.stack.destroy();
    } finally {
      engine.remove();
      rmSync(folder, { recursive: true });
    }
  });
});
