import * as azuread from '@pulumi/azuread';
import { CustomersClient } from '../../../constructs/entra/customers-applications';
import { objectOf, objectsOf } from '../../../apps/emulator/graph/json';
import { TENANT } from '../../support/customers-estate';
import { administratorOf, EngineGraph, FOR_AZUREAD } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeWithAzuread } from '../../support/engine-suite';

const tenant = { id: TENANT, domain: 'contosoclaims.onmicrosoft.com', kind: 'CIAM' as const };

describeWithAzuread('mapped claims of the web application on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let hasMappedClaims = true;

  beforeAll(async () => {
    const deployer = { roles: ['Application.ReadWrite.OwnedBy'] };
    graph = await EngineGraph.start({ tenant, deployer, quirks: FOR_AZUREAD });
    const program = () => {
      new CustomersClient('web', {
        ...{
          directoryType: 'external-id',
          kind: 'web',
          displayName: 'Claims',
          redirectUris: ['http://localhost:5000/in'],
          calls: new Map(),
        },
        ...{ hasMappedClaims, now: new Date(), owner: azuread.getClientConfigOutput().objectId },
      });
      return Promise.resolve({});
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
    await graph.signInAs(engine.stack, graph.emulator.deployer);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('are taken from the beginning, with no change in the second preview, and no more once none is declared', async () => {
    const taken = async (): Promise<readonly unknown[]> => {
      const { body } = await administratorOf(graph.emulator)('GET /v1.0/applications');
      const mine = objectsOf(body, 'value').filter((one) => one['displayName'] === 'Claims');
      return mine.map((one) => objectOf(one, 'api')['acceptMappedClaims']);
    };
    await engine.stack.up();
    expect(await taken()).toEqual([true]);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    hasMappedClaims = false;
    await engine.stack.up();
    expect(await taken()).toEqual([false]);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await engine.stack.destroy();
  });
});
