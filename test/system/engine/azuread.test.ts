import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { textOf } from '../../../apps/emulator/graph/json';
import { callTls, valuesOf } from '../../support/apps/emulator/support/client';
import { signAssertion } from '../../../src/cli/sign-in/bootstrap/key-ring';
import { createLaptopKey } from '../../../src/cli/sign-in/bootstrap/certificate';
import { clientCertificate } from '../apps/emulator/support/certificate';
import { TokenIssuer } from '../apps/emulator/support/issuer';
import { create } from '../apps/emulator/support/use-emulator';
import { EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread, SECRET } from '../../support/engine-suite';
import { inDays } from '../../support/fixed-day';

describeWithAzuread("azuread's own plug-in against Entra's Graph on a laptop", (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let certificate: string;
  let displayName = 'Accounts';

  const program = () => {
    const application = new azuread.Application('api', {
      displayName,
      signInAudience: 'AzureADandPersonalMicrosoftAccount',
      api: { requestedAccessTokenVersion: 2 },
    });
    const applicationId = application.id;
    new azuread.ServicePrincipal('api', { clientId: application.clientId });
    const password = new azuread.ApplicationPassword('password', { applicationId, endDate: inDays(400) });
    new azuread.ApplicationCertificate('certificate', {
      applicationId,
      type: 'AsymmetricX509Cert',
      value: certificate,
      endDate: inDays(400),
    });
    new azuread.ApplicationFederatedIdentityCredential('deploy', {
      applicationId,
      displayName: 'production',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:acme/identity:environment:production',
      audiences: ['api://AzureADTokenExchange'],
    });
    return Promise.resolve({ clientId: application.clientId, secret: pulumi.secret(password.value) });
  };

  beforeAll(async () => {
    graph = await EngineGraph.start({ quirks: FOR_AZUREAD });
    certificate = (await clientCertificate(new Date())).pem;
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const applications = async () => valuesOf(await graph.call('GET /v1.0/applications'), 'displayName');

  test('goes from nothing to done with credentials that work, and shows no change after it', async () => {
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ create: 6 });
    const answer = await callTls(graph.emulator, `/${graph.emulator.tenant.id}/oauth2/v2.0/token`, {
      client_id: String(outputs['clientId']?.value),
      client_secret: String(outputs['secret']?.value),
      grant_type: 'client_credentials',
      scope: `${graph.emulator.graphUrl}/.default`,
    });
    expect(textOf(answer.body, 'token_type')).toBe('Bearer');
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.refresh({ expectNoChanges: true });
    expect(engine.storedState()).not.toContain(SECRET);
  });

  test('an update changes in place, and destroy leaves nothing behind', async () => {
    displayName = 'Accounts of Contoso';
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 5 });
    expect(await applications()).toContain('Accounts of Contoso');
    await engine.stack.destroy();
    expect(await applications()).toEqual(['deployer']);
    expect(graph.emulator.log.entries.filter(({ status }) => status === 501)).toEqual([]);
  });
});

describeWithAzuread("azuread's sign-in by a token of the CI system", (cli) => {
  test('works for an issuer and subject that the application trusts', async () => {
    const issuer = await TokenIssuer.start();
    const graph = await EngineGraph.start({ quirks: FOR_AZUREAD });
    const { deployer, env } = graph.emulator;
    const [subject, audience] = ['repo:acme/identity:environment:production', 'api://AzureADTokenExchange'];
    const trusted = { name: 'production', issuer: issuer.url, subject, audiences: [audience] };
    await create(graph.call, `/v1.0/applications(appId='${deployer.clientId}')/federatedIdentityCredentials`, trusted);
    const program = async () => {
      const found = await azuread.getServicePrincipal({ clientId: '00000003-0000-0000-c000-000000000000' });
      return { name: found.displayName };
    };
    const ARM_OIDC_TOKEN = await issuer.token(new Date(), { sub: subject, aud: audience });
    const environment = { ...env, ARM_CLIENT_SECRET: '', ARM_USE_OIDC: 'true', ARM_OIDC_TOKEN };
    const engine = await EngineStack.create({ cli, program, environment });
    try {
      expect((await engine.stack.up()).outputs['name']?.value).toBe('Microsoft Graph');
    } finally {
      engine.remove();
      await graph.stop();
      await issuer.stop();
    }
  });
});

describeWithAzuread("azuread's sign-in by a statement that a laptop's certificate signs", (cli) => {
  test('works as a token of another issuer does', async () => {
    const graph = await EngineGraph.start({ quirks: FOR_AZUREAD, now: () => new Date() });
    const { deployer, env, tenant, tlsUrl } = graph.emulator;
    const key = await createLaptopKey('ada@laptop', new Date());
    const keyCredentials = [{ type: 'AsymmetricX509Cert', usage: 'Verify', keyId: key.keyId, key: key.certificate }];
    await graph.call(`PATCH /v1.0/applications(appId='${deployer.clientId}')`, { keyCredentials });
    const place = { tenantId: tenant.id, estate: 'sandbox', program: 'customers' as const };
    const ARM_OIDC_TOKEN = await signAssertion({ ...key, place, clientId: deployer.clientId }, tlsUrl, new Date());
    const program = async () => {
      const found = await azuread.getServicePrincipal({ clientId: '00000003-0000-0000-c000-000000000000' });
      return { name: found.displayName };
    };
    const environment = { ...env, ARM_CLIENT_SECRET: '', ARM_USE_OIDC: 'true', ARM_OIDC_TOKEN };
    const engine = await EngineStack.create({ cli, program, environment });
    try {
      expect((await engine.stack.up()).outputs['name']?.value).toBe('Microsoft Graph');
      expect(engine.storedState()).not.toContain(ARM_OIDC_TOKEN);
    } finally {
      engine.remove();
      await graph.stop();
    }
  });
});
