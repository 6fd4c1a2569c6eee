import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

/** A connector that keeps the secret that it has. */
const KEPT: Properties = {
  displayName: 'Invitations',
  targetUrl: 'https://api.example.com/invitations',
  username: 'claims',
};
const connector: Properties = { ...KEPT, secret: 'secret-1', secretVersion: '1' };
const CERTIFICATE = { authentication: 'certificate', secret: 'MII1', passphrase: 'open' };

let graph: FakeGraph;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  stack = new GraphStack(graph, 'ApiConnector');
});

afterEach(() => graph.stop());

test.each<[Properties, string, string]>([
  [{ username: undefined }, 'username', "is missing; authentication 'basic' needs a user name"],
  [{ passphrase: 'open' }, 'passphrase', "does not apply to authentication 'basic'"],
  [{ authentication: 'certificate' }, 'username', "does not apply to authentication 'certificate'"],
  [
    { ...CERTIFICATE, username: undefined, secret: undefined, secretVersion: undefined },
    'secret',
    'is missing; a passphrase without its certificate says nothing',
  ],
  [
    { secretVersion: undefined },
    'secretVersion',
    'is missing; Graph never tells a secret, so its version says that it is another one',
  ],
])('%j is refused at %s', (inputs, property, reason) => {
  const { failures } = checkInputs(resourceType('ApiConnector'), { ...connector, ...inputs }, undefined);
  expect(failures).toEqual([{ property, reason }]);
});

test('a secret is sent again only with another version, and no refresh loses it', async () => {
  await stack.up(connector);
  await stack.refresh();
  expect([...stack.preview({ ...connector, secret: 'secret-2' }).changes]).toEqual([]);
  await stack.up({ ...connector, secret: 'secret-2', secretVersion: '2' });
  expect(graph.identity.secrets).toEqual(['secret-1', 'secret-2']);
});

test('another address is sent alone, another user name with the password', async () => {
  await stack.up(connector);
  await stack.up({ ...connector, targetUrl: 'https://api.example.com/v2' });
  expect(graph.identity.secrets).toEqual(['secret-1']);
  await stack.up({ ...connector, username: 'flows' });
  expect(graph.identity.secrets).toEqual(['secret-1', 'secret-1']);
  expect(graph.identity.connectors.get('connector-Invitations')).toMatchObject({
    targetUrl: connector['targetUrl'],
    authenticationConfiguration: { username: 'flows' },
  });
});

test('a certificate takes the place of the password, and is found by a refresh', async () => {
  await stack.up(connector);
  const next = { ...connector, username: undefined, ...CERTIFICATE, secretVersion: '2' };
  await stack.up(next);
  await stack.refresh();
  expect([...stack.preview(next).changes]).toEqual([]);
  expect([...stack.preview(connector).changes.keys()]).toEqual(['authentication', 'username', 'secretVersion']);
});

test('a connector that exists is taken over by its name; without a secret with the one that it has', async () => {
  await stack.up(connector);
  const second = new GraphStack(graph, 'ApiConnector');
  await second.up(KEPT);
  expect(second.warnings).toEqual(["the API connector 'Invitations' exists already and is taken over"]);
  expect(graph.identity.secrets).toEqual(['secret-1']);
  await expect(new GraphStack(graph, 'ApiConnector').up({ ...KEPT, username: 'flows' })).rejects.toThrow(
    "Graph takes the user name or certificate of the API connector 'Invitations' only together with its secret; give secret and secretVersion",
  );
});

test('none is made without its secret, and none is chosen among several of a name', async () => {
  await expect(stack.up(KEPT)).rejects.toThrow(
    "the directory has no API connector 'Invitations', and Graph makes none without its secret; give secret and secretVersion",
  );
  for (const id of ['a', 'b']) graph.identity.connectors.set(id, { id, displayName: 'Invitations' });
  await expect(stack.up(connector)).rejects.toThrow(
    "the directory has 2 API connectors 'Invitations'; import the one that is meant by its id, or choose another name",
  );
});

test('an import finds all but the secret, and a declaration of it changes nothing', async () => {
  await stack.up(connector);
  const second = new GraphStack(graph, 'ApiConnector');
  expect((await second.import('connector-Invitations')).inputs).toEqual({ ...KEPT, authentication: 'basic' });
  expect([...second.preview(connector).changes]).toEqual([]);
});

describe('a user flow', () => {
  const flow = { userFlowId: 'B2C_1_in', userFlowType: 'signUpOrSignIn' };
  const calls = (...steps: readonly (readonly [string, string])[]): Properties => ({
    ...flow,
    apiConnectors: steps.map(([step, id]) => ({ step, connector: id })),
  });
  const there = (): readonly unknown[] => [...graph.flows.flow('B2C_1_in').calls];

  beforeEach(() => {
    stack = new GraphStack(graph, 'UserFlow');
  });

  test('calls exactly the declared connectors, in whatever order they are declared', async () => {
    await stack.up(calls(['preTokenIssuance', 'a'], ['postFederationSignup', 'b']));
    await stack.refresh();
    expect([...stack.preview(calls(['postFederationSignup', 'b'], ['preTokenIssuance', 'a'])).changes]).toEqual([]);
    await stack.up(calls(['preTokenIssuance', 'b']));
    expect(there()).toEqual([['preTokenIssuance', 'b']]);
  });

  test('refers to a connector by an address of the version of the request', async () => {
    await stack.up(calls(['preTokenIssuance', 'a']));
    const sent = graph.requests.find(({ method }) => method === 'PUT');
    expect(sent?.body['@odata.id']).toMatch(/\/beta\/identity\/apiConnectors\/a$/);
  });

  test('calls none once none is declared, so that they can be deleted', async () => {
    await stack.up(calls(['postAttributeCollection', 'a']));
    expect([...stack.preview(flow).changes]).toEqual([['apiConnectors', 'delete']]);
    await stack.up(flow);
    expect(there()).toEqual([]);
    expect([...stack.preview(flow).changes]).toEqual([]);
  });

  test('keeps those that no one declares, and that an import finds', async () => {
    await stack.up(flow);
    graph.flows.flow('B2C_1_in').calls.set('preTokenIssuance', 'foreign');
    await stack.refresh();
    await stack.up(flow);
    const second = new GraphStack(graph, 'UserFlow');
    expect((await second.import('B2C_1_in')).inputs).toMatchObject(calls(['preTokenIssuance', 'foreign']));
    expect([...second.preview(flow).changes]).toEqual([]);
    expect([...second.preview(calls(['preTokenIssuance', 'other'])).changes.keys()]).toEqual([
      'apiConnectors[0].connector',
    ]);
    await second.up(flow);
    expect(there()).toEqual([['preTokenIssuance', 'foreign']]);
  });

  test('is imported without them where the permission to see them is missing', async () => {
    await stack.up(calls(['preTokenIssuance', 'a']));
    graph.fault = ({ path }) => (path.endsWith('/apiConnectorConfiguration') ? 403 : undefined);
    const second = new GraphStack(graph, 'UserFlow');
    expect((await second.import('B2C_1_in')).inputs).not.toHaveProperty('apiConnectors');
  });

  test('has one connector for a step', () => {
    const inputs = calls(['preTokenIssuance', 'a'], ['preTokenIssuance', 'b']);
    expect(checkInputs(resourceType('UserFlow'), inputs, undefined).failures).toEqual([
      {
        property: 'apiConnectors[1].step',
        reason: "'preTokenIssuance' is listed already, as apiConnectors[0]; a step calls one connector",
      },
    ]);
  });
});
