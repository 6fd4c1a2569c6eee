import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

interface Case {
  /** Type of the resource. */
  readonly token: string;
  /** As another attempt, or a person, left it. */
  readonly there: Properties;
  /** Inputs that take it over: they differ in what Graph never tells. */
  readonly wanted: Properties;
  /** Output that says what was sent last. */
  readonly sent: Properties;
  /** Values that Graph was given of it, in order. */
  readonly given: (graph: FakeGraph) => readonly unknown[];
  /** Objects of the type. */
  readonly objects: (graph: FakeGraph) => Map<string, Record<string, unknown>>;
}

const connector = { displayName: 'Invitations', targetUrl: 'https://api.example.com/i', username: 'claims' };
const google = { kind: 'social', identityProviderType: 'Google', displayName: 'Google', clientId: 'client-1' };
const partner = {
  ...{ kind: 'openIdConnect', displayName: 'Partner', clientId: 'client-1', scope: 'openid' },
  metadataUrl: 'https://idp.example.com/.well-known/openid-configuration',
  claims: { userId: 'sub', displayName: 'name' },
};
const OLD = { secret: 'old', secretVersion: '1' };
const NEW = { secret: 'new', secretVersion: '2' };
const listener = { event: 'attributeCollectionSubmit', applications: ['a'] };
const secrets: Case['given'] = ({ identity }) => identity.secrets;

const CASES: readonly Case[] = [
  {
    token: 'ApiConnector',
    there: { ...connector, ...OLD },
    wanted: { ...connector, ...NEW },
    sent: { sentSecretVersion: '2' },
    given: secrets,
    objects: ({ identity }) => identity.connectors,
  },
  {
    token: 'IdentityProvider',
    there: { ...google, ...OLD },
    wanted: { ...google, ...NEW },
    sent: { sentSecretVersion: '2' },
    given: secrets,
    objects: ({ identity }) => identity.providers,
  },
  {
    token: 'AuthenticationEventListener',
    there: { ...listener, extension: 'old' },
    wanted: { ...listener, extension: 'new' },
    sent: { sentExtension: 'new' },
    given: ({ identity }) => identity.called,
    objects: ({ identity }) => identity.listeners,
  },
];

let graph: FakeGraph;

beforeEach(async () => {
  graph = await new FakeGraph().start();
});

afterEach(() => graph.stop());

/** A stack whose take-over Graph refused at the change. */
async function cutOff({ token, there, wanted }: Case): Promise<GraphStack> {
  await new GraphStack(graph, token).up(there);
  const stack = new GraphStack(graph, token);
  graph.fault = ({ method }) => (method === 'PATCH' ? 403 : undefined);
  await expect(stack.up(wanted)).rejects.toThrow('This directory does not support it.');
  graph.fault = () => undefined;
  return stack;
}

test.each(CASES)('a take-over that was cut off is finished by the next run ($token)', async (one) => {
  const stack = await cutOff(one);
  expect(one.given(graph)).toEqual(['old']);
  expect((await stack.up(one.wanted)).state).toMatchObject(one.sent);
  expect(one.given(graph)).toEqual(['old', 'new']);
  await stack.refresh();
  expect([...stack.preview(one.wanted).changes]).toEqual([]);
});

test.each(CASES)('nor does a refresh in between call it done ($token)', async (one) => {
  const stack = await cutOff(one);
  await stack.refresh();
  expect(stack.preview(one.wanted).changes.size).toBe(1);
  await stack.up(one.wanted);
  expect(one.given(graph)).toEqual(['old', 'new']);
});

const EXTENSION = {
  event: 'otpSend',
  displayName: 'Codes',
  targetUrl: 'https://api.example.com/codes',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
};

test.each<Pick<Case, 'token' | 'there' | 'objects'>>([
  ...CASES.filter(({ token }) => token !== 'IdentityProvider'),
  { token: 'IdentityProvider', there: { ...partner, ...OLD }, objects: ({ identity }) => identity.providers },
  { token: 'CustomAuthenticationExtension', there: EXTENSION, objects: ({ identity }) => identity.extensions },
])('one that a replica does not show yet is not made twice ($token)', async ({ token, there, objects }) => {
  await new GraphStack(graph, token).up(there);
  const hidden = [...objects(graph)];
  let lists = 0;
  graph.take();
  graph.fault = ({ method }) => {
    if (method === 'GET') lists += 1;
    objects(graph).clear();
    if (lists > 2) hidden.forEach(([id, object]) => objects(graph).set(id, object));
    return undefined;
  };
  const stack = new GraphStack(graph, token);
  await stack.up(there);
  expect(graph.take().filter((request) => request.startsWith('POST'))).toEqual([]);
  expect(stack.warnings).toHaveLength(1);
});

test('one that Graph says exists, although no list showed it, gets the declared secret', async () => {
  await new GraphStack(graph, 'IdentityProvider').up({ ...google, ...OLD });
  const hidden = [...graph.identity.providers];
  graph.identity.providers.clear();
  graph.fault = ({ method }) => {
    if (method !== 'POST') return undefined;
    hidden.forEach(([id, object]) => graph.identity.providers.set(id, object));
    return 409;
  };
  await new GraphStack(graph, 'IdentityProvider').up({ ...google, ...NEW });
  expect(graph.identity.secrets).toEqual(['old', 'new']);
});
