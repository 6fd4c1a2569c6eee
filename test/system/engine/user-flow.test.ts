import * as pulumi from '@pulumi/pulumi';
import { GraphProvider } from '../../../constructs/graph/provider';
import { UserFlow, type UserFlowArgs } from '../../../constructs/graph/customers';
import type { JsonObject } from '../../../apps/emulator/graph/json';
import { textsOf } from '../../../apps/emulator/graph/json';
import { valuesOf } from '../../support/apps/emulator/support/client';
import { EngineGraph } from '../../support/engine-graph';
import { EngineStack } from '../../support/engine-stack';
import { describeEngine, SECRET } from '../../support/engine-suite';

const FLOWS = '/beta/identity/b2cUserFlows';
const ID = 'B2C_1_signupsignin1';

const base: UserFlowArgs = {
  userFlowId: ID,
  userFlowType: 'signUpOrSignIn',
  attributes: [{ attribute: 'Given Name' }, { attribute: 'surname', isOptional: true }],
  identityProviders: ['EmailPassword-OAUTH'],
};

describeEngine('user flows on the real engine', (cli) => {
  let graph: EngineGraph;
  let engine: EngineStack;
  let args: UserFlowArgs = base;
  let importId: string | undefined;
  let name = 'flow';
  let isBroken = false;

  beforeAll(async () => {
    graph = await EngineGraph.start();
    const program = () => {
      const provider = new GraphProvider('graph');
      const flow = new UserFlow(name, args, { provider, ...(importId !== undefined && { import: importId }) });
      const broken = () => new UserFlow('broken', { userFlowId: 'B2C_1_other', userFlowType: 'signIn' }, { provider });
      const { userFlowId } = isBroken ? broken() : flow;
      return Promise.resolve({ id: userFlowId, secret: pulumi.secret('s') });
    };
    engine = await EngineStack.create({ cli, program, environment: graph.environment });
    await graph.configure(engine.stack);
  });

  afterAll(async () => {
    engine.remove();
    await graph.stop();
  });

  const flow = async (): Promise<JsonObject> => (await graph.call(`GET ${FLOWS}/${ID}`)).body;
  const flows = async (): Promise<readonly unknown[]> => valuesOf(await graph.call(`GET ${FLOWS}`), 'id');
  const order = async (): Promise<readonly string[]> =>
    textsOf((await graph.call(`GET ${FLOWS}/${ID}/userAttributeAssignments/getOrder`)).body, 'order');

  /** Flows that were made and deleted since the last call, in order. */
  const changes = (): readonly string[] =>
    graph.takeDone().filter((request) => /^(DELETE|POST) \S+b2cUserFlows(\/B2C_1_\w+)?$/.test(request));

  test('goes from nothing to done, and the second preview shows no change', async () => {
    const { outputs, summary } = await engine.stack.up();
    expect(summary.resourceChanges).toEqual({ create: 3 });
    expect(outputs['id']?.value).toBe(ID);
    expect(await order()).toEqual(['givenName', 'surname']);
    const providers = await graph.call(`GET ${FLOWS}/${ID}/userFlowIdentityProviders`);
    expect(valuesOf(providers, 'id')).toEqual(['EmailPassword-OAUTH']);
    expect((await engine.stack.preview({ expectNoChanges: true })).changeSummary).toEqual({ same: 3 });
  });

  test('no secret is in the state in plain', () => {
    const state = engine.storedState();
    expect(state).toContain('clientSecret');
    expect(state).not.toContain(SECRET);
  });

  test('a refresh finds a drift, and the next up repairs it', async () => {
    const newAssignmentOrder = { order: ['surname', 'givenName'] };
    await graph.call(`POST ${FLOWS}/${ID}/userAttributeAssignments/setOrder`, { newAssignmentOrder });
    const refreshed = await engine.stack.refresh();
    expect(refreshed.summary.resourceChanges).toMatchObject({ update: 1 });
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(await order()).toEqual(['givenName', 'surname']);
    await engine.stack.refresh({ expectNoChanges: true });
  });

  test('an update changes the flow in place', async () => {
    args = { ...base, attributes: [{ attribute: 'city' }, { attribute: 'Given Name' }] };
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(await order()).toEqual(['city', 'givenName']);
  });

  test('what a person sets is in the state, is never sent, and no refresh finds a difference in it', async () => {
    args = base;
    await engine.stack.up();
    args = { ...base, claims: ['objectId', 'emails'], multifactor: { state: 'on', method: 'email' } };
    graph.take();
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect(graph.takeDone().filter((request) => !request.startsWith('GET'))).toEqual([]);
    await engine.stack.refresh({ expectNoChanges: true });
    await engine.stack.preview({ expectNoChanges: true });
    args = base;
    await engine.stack.up();
  });

  test('faults of the declaration are shown at the property, before any request', async () => {
    graph.take();
    args = { ...base, userFlowId: 'signupsignin1' };
    await expect(engine.stack.preview()).rejects.toThrow(/must be the prefix B2C_1_/);
    expect(graph.take()).toEqual({ graph: [], login: [] });
    args = base;
  });

  test('another type replaces the flow, the old one first', async () => {
    args = { ...base, userFlowType: 'signIn' };
    graph.take();
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: 2 });
    expect(changes()).toEqual([`DELETE ${FLOWS}/${ID}`, `POST ${FLOWS}`]);
    expect((await flow())['userFlowType']).toBe('signIn');
    args = base;
  });

  test('another name makes a new flow before the old one goes', async () => {
    args = { ...base, userFlowId: 'B2C_1_renamed' };
    graph.take();
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ replace: 1, same: 2 });
    expect(changes()).toEqual([`POST ${FLOWS}`, `DELETE ${FLOWS}/${ID}`]);
    expect(await flows()).toEqual(['B2C_1_renamed']);
    args = base;
    await engine.stack.up();
    expect(await flows()).toEqual([ID]);
  });

  test('a renamed stack finds everything as it was', async () => {
    await engine.stack.rename({ stackName: 'renamed' });
    await engine.stack.preview({ expectNoChanges: true, refresh: true });
    await engine.stack.rename({ stackName: 'test' });
    expect(await flows()).toEqual([ID]);
  });

  test('another name in the program takes the flow over, and it stays', async () => {
    name = 'renamed';
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ create: 1, delete: 1, same: 2 });
    expect(await flows()).toEqual([ID]);
    expect((await engine.stack.preview({ expectNoChanges: true, refresh: true })).changeSummary).toEqual({ same: 3 });
  });

  test('it stays where that run failed, and the next one deletes what had the name before', async () => {
    await graph.call(`POST ${FLOWS}`, { id: 'B2C_1_other', userFlowType: 'profileUpdate', userFlowTypeVersion: 3 });
    [name, isBroken] = ['renamed-again', true];
    await expect(engine.stack.up()).rejects.toThrow(/another type/);
    isBroken = false;
    expect((await engine.stack.up()).summary.resourceChanges).toEqual({ delete: 1, same: 3 });
    expect((await flows()).toSorted()).toEqual(['B2C_1_other', ID]);
    await graph.call(`DELETE ${FLOWS}/B2C_1_other`);
    expect((await engine.stack.preview({ expectNoChanges: true, refresh: true })).changeSummary).toEqual({ same: 3 });
  });

  test('destroy removes it, and a flow that is gone already is no error', async () => {
    await graph.call(`DELETE ${FLOWS}/${ID}`);
    await engine.stack.destroy();
    expect(JSON.parse(engine.storedState())).not.toHaveProperty('checkpoint.latest.resources');
  });

  test('an existing flow is imported by its id, with its texts', async () => {
    const text = { language: 'de', page: 'phonefactor', elementType: 'UxElement', stringId: 'alert_message' };
    const speaking = {
      ...base,
      isLanguageCustomizationEnabled: true,
      languages: ['de'],
      pageTexts: [{ ...text, value: 'Abbrechen?' }],
    };
    args = speaking;
    await engine.stack.up();
    const state = await engine.stack.exportStack();
    const deployment: object = { ...(state.deployment as object), resources: [] };
    await engine.stack.importStack({ ...state, deployment });
    importId = ID;
    args = {
      ...speaking,
      attributes: [
        { attribute: 'givenName', displayName: 'Given Name' },
        { attribute: 'surname', displayName: 'surname', isOptional: true },
      ],
    };
    expect((await engine.stack.up()).summary.resourceChanges).toMatchObject({ import: 1 });
    await engine.stack.destroy();
    expect(await flows()).toEqual([]);
  });
});
