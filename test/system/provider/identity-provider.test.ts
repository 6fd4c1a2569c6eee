import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

const google: Properties = {
  kind: 'social',
  identityProviderType: 'Google',
  displayName: 'Google',
  clientId: 'client-1',
  secret: 'secret-1',
  secretVersion: '1',
};

let graph: FakeGraph;
let stack: GraphStack;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  stack = new GraphStack(graph, 'IdentityProvider');
});

afterEach(() => graph.stop());

test.each<[Properties, string, string]>([
  [{ clientId: undefined }, 'clientId', "is missing; kind 'social' needs identityProviderType, clientId"],
  [{ issuer: 'https://a' }, 'issuer', "does not apply to kind 'social'; it takes identityProviderType, clientId"],
  [
    { secretVersion: undefined },
    'secretVersion',
    'is missing; Graph never tells a secret, so its version says that it is another one',
  ],
  [{ secret: undefined }, 'secret', 'is missing; a version without its secret says nothing'],
])('%j is refused at %s', (inputs, property, reason) => {
  const { failures } = checkInputs(resourceType('IdentityProvider'), { ...google, ...inputs }, undefined);
  expect(failures).toEqual([{ property, reason }]);
});

test('a secret is sent again only with another version, and no refresh loses it', async () => {
  await stack.up(google);
  await stack.refresh();
  expect([...stack.preview({ ...google, secret: 'secret-2' }).changes]).toEqual([]);
  await stack.up({ ...google, secret: 'secret-2' });
  expect(graph.identity.secrets).toEqual(['secret-1']);
  await stack.up({ ...google, secret: 'secret-2', secretVersion: '2' });
  expect(graph.identity.secrets).toEqual(['secret-1', 'secret-2']);
});

test('what differs is changed alone, and the secret stays as it is', async () => {
  await stack.up(google);
  graph.take();
  await stack.up({ ...google, clientId: 'client-2' });
  const patches = graph.take().filter((request) => request.startsWith('PATCH'));
  expect(patches).toEqual(['PATCH /v1.0/identity/identityProviders/Google-OAUTH']);
  expect(graph.identity.secrets).toEqual(['secret-1']);
  expect(graph.identity.providers.get('Google-OAUTH')).toMatchObject({ clientId: 'client-2', displayName: 'Google' });
});

test.each(['openIdConnect', 'oidc'])('a claim that is declared no more goes (%s)', async (kind) => {
  const claims = { userId: 'sub', displayName: 'name' };
  const declared = {
    ...{ kind, displayName: 'Contoso', clientId: 'client-1', scope: 'openid', secret: 'secret-1', secretVersion: '1' },
    metadataUrl: 'https://login.contoso.com/.well-known/openid-configuration',
    ...(kind === 'oidc' && { issuer: 'https://login.contoso.com' }),
  };
  await stack.up({ ...declared, claims: { ...claims, email: 'email' } });
  expect([...stack.preview({ ...declared, claims }).changes]).toEqual([['claims.email', 'delete']]);
  await stack.up({ ...declared, claims });
  await stack.refresh();
  expect(stack.stored?.inputs['claims']).toEqual(claims);
  expect([...stack.preview({ ...declared, claims }).changes]).toEqual([]);
});

test('a provider that exists is taken over with the declared secret', async () => {
  await stack.up(google);
  const second = new GraphStack(graph, 'IdentityProvider');
  const stored = await second.up({ ...google, displayName: 'Sign in with Google', secret: 'secret-3' });
  expect(stored.id).toBe('Google-OAUTH');
  expect(second.warnings).toEqual(["the identity provider 'Sign in with Google' exists already and is taken over"]);
  expect(graph.identity.secrets).toEqual(['secret-1', 'secret-3']);
});

test('none is made without its secret, but an existing one is taken over with the one that it has', async () => {
  const { secret, secretVersion, ...kept } = google;
  await expect(stack.up(kept)).rejects.toThrow(
    "the directory has no identity provider 'Google', and Graph makes none without its secret; give secret and secretVersion",
  );
  await stack.up({ ...kept, secret, secretVersion });
  const second = new GraphStack(graph, 'IdentityProvider');
  await second.up(kept);
  expect(graph.identity.secrets).toEqual(['secret-1']);
});

test('an import finds all but the secret', async () => {
  await stack.up(google);
  const second = new GraphStack(graph, 'IdentityProvider');
  const told = { kind: 'social', identityProviderType: 'Google', displayName: 'Google', clientId: 'client-1' };
  expect((await second.import('Google-OAUTH')).inputs).toEqual(told);
});

test('an attribute of another type is not taken over, since what people entered is in it', async () => {
  const attributes = new GraphStack(graph, 'UserFlowAttribute');
  await attributes.up({ displayName: 'Plan2', dataType: 'string' });
  const second = new GraphStack(graph, 'UserFlowAttribute');
  await expect(second.up({ displayName: 'Plan2', dataType: 'boolean' })).rejects.toThrow(
    "the directory has an attribute 'Plan2' already, but of the type string, not boolean; declare that type, or choose another name",
  );
});

test('a label that is not declared is the name that the directory gives the attribute', async () => {
  const flows = new GraphStack(graph, 'UserFlow');
  await flows.up({ userFlowId: 'B2C_1_a', userFlowType: 'signIn', attributes: [{ attribute: 'givenName' }] });
  expect(graph.flows.flow('B2C_1_a').assignments.get('givenName')).toMatchObject({ displayName: 'Given Name' });
});
