import { CustomExtensions } from '../../../constructs/entra/customers-directory';
import { GraphProvider } from '../../../constructs/graph/provider';
import type { CustomExtension } from '../../../src/estate/sections/customers/customers';
import { textOf } from '../../../apps/emulator/graph/json';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine } from '../../support/engine-suite';

const EXTENSIONS = 'GET /v1.0/identity/customAuthenticationExtensions';
const LISTENERS = 'GET /beta/identity/authenticationEventListeners';
const EVENTS = ['tokenIssuanceStart', 'attributeCollectionStart', 'attributeCollectionSubmit', 'otpSend'] as const;

const extensionOf = (event: CustomExtension['event']): CustomExtension => ({
  at: [],
  name: event.toLowerCase(),
  event,
  url: 'https://api.example.com/events',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
  timeoutMilliseconds: 2000,
  ...(event === 'tokenIssuanceStart' && { claims: ['loyaltyNumber'] }),
  ...(event === 'otpSend' && { behaviorOnError: 'fallbackToMicrosoftProviderOnError' }),
});

describeEngine('custom authentication extensions on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let extensions: readonly CustomExtension[] = EVENTS.map(extensionOf);

  beforeAll(async () => {
    graph = await EngineGraph.start({
      deployer: { roles: ['CustomAuthenticationExtension.ReadWrite.All', 'EventListener.ReadWrite.All'] },
    });
    const { body } = await graph.call('POST /v1.0/applications', { displayName: 'Claims' });
    const application = textOf(body, 'appId');
    const program = () => {
      const opts = { providers: [new GraphProvider('graph')] };
      new CustomExtensions('extensions', { extensions, application }, opts);
      return Promise.resolve({});
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  test('go from nothing to done in one run, and the second preview shows no change', async () => {
    await engine.stack.up();
    expect(valuesOf(await graph.call(EXTENSIONS), 'displayName')).toHaveLength(EVENTS.length);
    expect(valuesOf(await graph.call(LISTENERS), '@odata.type').toSorted()).toEqual([
      '#microsoft.graph.onAttributeCollectionStartListener',
      '#microsoft.graph.onAttributeCollectionSubmitListener',
      '#microsoft.graph.onEmailOtpSendListener',
      '#microsoft.graph.onTokenIssuanceStartListener',
    ]);
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
  });

  test('another name of the estate changes nothing', async () => {
    const named = (name: (event: string) => string) =>
      EVENTS.map((event) => ({ ...extensionOf(event), name: name(event), displayName: event.toLowerCase() }));
    extensions = named((event) => `of-${event.toLowerCase()}`);
    await engine.stack.preview({ expectNoChanges: true });
    await engine.stack.up();
    expect(valuesOf(await graph.call(LISTENERS), 'id')).toHaveLength(EVENTS.length);
  });

  test('a change is one of the extension, and what is declared no more goes with its listener', async () => {
    extensions = [{ ...extensionOf('tokenIssuanceStart'), url: 'https://api.example.com/v2' }];
    await engine.stack.up();
    const left = await graph.call(EXTENSIONS);
    expect(valuesOf(left, 'endpointConfiguration')).toMatchObject([{ targetUrl: 'https://api.example.com/v2' }]);
    expect(valuesOf(await graph.call(LISTENERS), 'id')).toHaveLength(1);
    await engine.stack.destroy();
    expect(valuesOf(await graph.call(EXTENSIONS), 'id')).toEqual([]);
  });
});
