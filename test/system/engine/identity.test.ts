import { CustomAttributes, IdentityProviders } from '../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../constructs/graph/provider';
import { UserFlow } from '../../../constructs/graph/customers';
import type { DeclaredProvider, DirectoryType } from '../../../src/estate/sections/customers/customers';
import * as pulumi from '@pulumi/pulumi';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { PROVIDER_PERMISSIONS } from '../../support/graph-permissions';
import { describeEngine } from '../../support/engine-suite';
import { declaredProvider, OPEN_ID_METADATA } from '../../support/customers-estate';

const google = declaredProvider('google', { type: 'google', clientId: 'client-1' });
const apple = declaredProvider('apple', { type: 'apple', developerId: 'team', serviceId: 'com.example', keyId: 'key' });
const partner = declaredProvider('partner', {
  type: 'openIdConnect',
  clientId: 'client-2',
  metadataUrl: OPEN_ID_METADATA,
});
const abroad = { ...partner, name: 'abroad', displayName: 'Abroad', issuer: 'https://idp.example.com' };

describeEngine('identity providers and attributes on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let providers: readonly DeclaredProvider[] = [google, apple, partner];
  let others: readonly DeclaredProvider[] = [abroad];
  let secret = 'first-of-the-secrets';

  beforeAll(async () => {
    graph = await EngineGraph.start({
      deployer: { roles: [...PROVIDER_PERMISSIONS.deploy, 'IdentityUserFlow.ReadWrite.All'] },
    });
    const program = () => {
      const opts = { providers: [new GraphProvider('graph')] };
      const identity = (name: string, directoryType: DirectoryType, list: readonly DeclaredProvider[]) =>
        new IdentityProviders(
          name,
          {
            directoryType,
            providers: list,
            secrets: new Map(list.map((one) => [one.secret.config, pulumi.secret(secret)])),
          },
          opts,
        ).ids;
      const ids = identity('identity', 'b2c', providers);
      identity('external', 'external-id', others);
      const attributes = [{ at: [], name: 'LoyaltyNumber', dataType: 'string' as const }];
      const own = new CustomAttributes('attributes', { attributes }, opts).ids;
      new UserFlow(
        'flow',
        {
          userFlowId: 'B2C_1_in',
          userFlowType: 'signUpOrSignIn',
          attributes: [...own.values()].map((attribute) => ({ attribute, displayName: 'Number of your card' })),
          identityProviders: providers.flatMap(({ name }) => ids.get(name) ?? []),
        },
        opts.providers[0] && { provider: opts.providers[0] },
      );
      return Promise.resolve({});
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const offered = async (): Promise<readonly unknown[]> =>
    valuesOf(await graph.call('GET /beta/identity/b2cUserFlows/B2C_1_in/userFlowIdentityProviders'), 'displayName');

  test('go from nothing to done in one run, and the second preview shows no change', async () => {
    await engine.stack.up();
    expect((await offered()).toSorted()).toEqual(['Apple', 'Google', 'OpenID Connect']);
    const all = await graph.call('GET /beta/identity/identityProviders');
    expect(valuesOf(all, 'displayName')).toContain('Abroad');
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('no secret is in the state in plain', () => {
    expect(engine.storedState()).not.toContain(secret);
  });

  test('another secret is sent with another version alone', async () => {
    secret = 'second-of-the-secrets';
    await engine.stack.preview({ expectNoChanges: true });
    providers = [{ ...google, secret: { ...google.secret, version: '2' } }, apple, partner];
    const { changeSummary } = await engine.stack.preview();
    expect(changeSummary['update']).toBe(1);
    await engine.stack.up();
    await engine.stack.preview({ expectNoChanges: true });
  });

  test('a provider that is declared no more leaves the flow first', async () => {
    providers = [google];
    others = [];
    await engine.stack.up();
    expect(await offered()).toEqual(['Google']);
    await engine.stack.destroy();
    const all = await graph.call('GET /beta/identity/identityProviders');
    expect(valuesOf(all, 'id')).toEqual(['EmailPassword-OAUTH']);
  });
});
