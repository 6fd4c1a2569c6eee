import { checkInputs } from '../../../provider/check';
import { resourceType } from '../../../provider/resource-types';
import type { Properties } from '../../../provider/values';
import { FakeGraph } from '../../support/fake-graph';
import { GraphStack } from '../../support/graph-stack';

const extension: Properties = {
  event: 'attributeCollectionSubmit',
  displayName: 'Invitations',
  targetUrl: 'https://api.example.com/invitations',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
};
const listener: Properties = { event: 'attributeCollectionSubmit', extension: 'extension-a', applications: ['b', 'a'] };

let graph: FakeGraph;

beforeEach(async () => {
  graph = await new FakeGraph().start();
});

afterEach(() => graph.stop());

test.each<[Properties, string]>([
  [{ claims: ['a'] }, 'claims'],
  [{ timeoutInMilliseconds: 100 }, 'timeoutInMilliseconds'],
  [{ maximumRetries: 2 }, 'maximumRetries'],
  [{ event: 'passwordSubmit' }, 'event'],
  [{ behaviorOnError: 'fallbackToMicrosoftProviderOnError' }, 'behaviorOnError'],
  [{ event: 'otpSend', behaviorOnError: 'ignore' }, 'behaviorOnError'],
])('%j is refused at %s', (inputs, property) => {
  const { failures } = checkInputs(
    resourceType('CustomAuthenticationExtension'),
    { ...extension, ...inputs },
    undefined,
  );
  expect(failures.map((one) => one.property)).toEqual([property]);
});

test('what is not declared of an extension stays as the service has it', async () => {
  const stack = new GraphStack(graph, 'CustomAuthenticationExtension');
  await stack.up(extension);
  const stored = graph.identity.extensions.get('extension-Invitations') ?? {};
  stored['clientConfiguration'] = { timeoutInMilliseconds: 1000, maximumRetries: 1 };
  await stack.refresh();
  expect([...stack.preview(extension).changes]).toEqual([]);
  await stack.up({ ...extension, targetUrl: 'https://api.example.com/v2' });
  expect(stored).toMatchObject({
    clientConfiguration: { timeoutInMilliseconds: 1000 },
    endpointConfiguration: { targetUrl: 'https://api.example.com/v2' },
  });
});

test('a declared setting of the connection leaves the other as it is, and goes back to the service when it is removed', async () => {
  const stack = new GraphStack(graph, 'CustomAuthenticationExtension');
  await stack.up({ ...extension, timeoutInMilliseconds: 1000 });
  const stored = graph.identity.extensions.get('extension-Invitations') ?? {};
  stored['clientConfiguration'] = { timeoutInMilliseconds: 1000, maximumRetries: 1 };
  await stack.up({ ...extension, timeoutInMilliseconds: 2000 });
  expect(stored['clientConfiguration']).toEqual({ timeoutInMilliseconds: 2000, maximumRetries: 1 });
  expect([...stack.preview(extension).changes]).toEqual([['timeoutInMilliseconds', 'delete']]);
  await stack.up(extension);
  expect(stored['clientConfiguration']).toEqual({ timeoutInMilliseconds: null, maximumRetries: 1 });
  expect([...stack.preview(extension).changes]).toEqual([]);
});

test('codes that an API fails to send are sent by Microsoft, until that is no longer declared', async () => {
  const codes = { ...extension, event: 'otpSend' };
  const fallback = { ...codes, behaviorOnError: 'fallbackToMicrosoftProviderOnError' };
  const stack = new GraphStack(graph, 'CustomAuthenticationExtension');
  await stack.up(codes);
  const stored = graph.identity.extensions.get('extension-Invitations') ?? {};
  await stack.up(fallback);
  expect(stored['behaviorOnError']).toEqual({ '@odata.type': '#microsoft.graph.fallbackToMicrosoftProviderOnError' });
  await stack.refresh();
  expect([...stack.preview(fallback).changes]).toEqual([]);
  stored['behaviorOnError'] = null;
  await stack.refresh();
  expect([...stack.preview(fallback).changes.keys()]).toEqual(['behaviorOnError']);
  await stack.up(fallback);
  await stack.up(codes);
  expect(stored['behaviorOnError']).toBeNull();
});

describe('claims', () => {
  const tokens = { ...extension, event: 'tokenIssuanceStart' };
  const claims = [{ claimIdInApiResponse: 'a' }, { claimIdInApiResponse: 'b' }];

  test('are a set, which goes with the key', async () => {
    const stack = new GraphStack(graph, 'CustomAuthenticationExtension');
    await stack.up({ ...tokens, claims: ['b', 'a'] });
    const stored = graph.identity.extensions.get('extension-Invitations') ?? {};
    expect(stored['claimsForTokenConfiguration']).toEqual(claims);
    expect([...stack.preview({ ...tokens, claims: ['a', 'b'] }).changes]).toEqual([]);
    await stack.up(tokens);
    expect(stored['claimsForTokenConfiguration']).toEqual([]);
  });

  test('are listed once', () => {
    const { failures } = checkInputs(
      resourceType('CustomAuthenticationExtension'),
      { ...tokens, claims: ['a', 'b', 'a'] },
      undefined,
    );
    expect(failures).toEqual([{ property: 'claims[1]', reason: "'a' is listed already, as claims[0]" }]);
  });

  test('that an import finds stay where no one declares them', async () => {
    await new GraphStack(graph, 'CustomAuthenticationExtension').up({ ...tokens, claims: ['b', 'a'] });
    const second = new GraphStack(graph, 'CustomAuthenticationExtension');
    await second.import('extension-Invitations');
    expect([...second.preview(tokens).changes]).toEqual([]);
    await second.up({ ...tokens, description: 'Ours' });
    expect(graph.identity.extensions.get('extension-Invitations')?.['claimsForTokenConfiguration']).toEqual(claims);
  });
});

test('another event is another extension; one of the name and event is taken over', async () => {
  const stack = new GraphStack(graph, 'CustomAuthenticationExtension');
  await stack.up(extension);
  expect(stack.preview({ ...extension, event: 'otpSend' }).replaces).toEqual(['event']);
  const second = new GraphStack(graph, 'CustomAuthenticationExtension');
  await second.up(extension);
  expect(second.warnings).toEqual([
    "the custom authentication extension 'Invitations' exists already and is taken over",
  ]);
});

test('a listener is in one order, and keeps the extension that no answer tells', async () => {
  const stack = new GraphStack(graph, 'AuthenticationEventListener');
  await stack.up(listener);
  await stack.refresh();
  expect([...stack.preview({ ...listener, applications: ['a', 'b'] }).changes]).toEqual([]);
  await stack.up({ ...listener, extension: 'extension-b' });
  expect(graph.identity.called).toEqual(['extension-a', 'extension-b']);
});

test('a listener of the same event and applications is taken over with the declared extension', async () => {
  await new GraphStack(graph, 'AuthenticationEventListener').up(listener);
  const second = new GraphStack(graph, 'AuthenticationEventListener');
  await second.up({ ...listener, extension: 'extension-b' });
  expect(second.warnings).toEqual([
    'a listener of these applications for attributeCollectionSubmit exists already and is taken over',
  ]);
  expect(graph.identity.called).toEqual(['extension-a', 'extension-b']);
});

test('applications of a listener are read where beta has them, and each of its bodies has a priority', async () => {
  const stack = new GraphStack(graph, 'AuthenticationEventListener');
  await stack.up(listener);
  await stack.up({ ...listener, applications: ['c'] });
  const writes = graph.requests.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method, body }) => [method, body['priority']])).toEqual([
    ['POST', 500],
    ['PATCH', 500],
    ['PATCH', 500],
  ]);
  expect((await stack.refresh())?.inputs['applications']).toEqual(['c']);
  expect(graph.take()).toContain(
    'GET /beta/identity/authenticationEventListeners/listener-1/conditions/applications/includeApplications',
  );
});

test('a listener whose extension is not told is not imported, since it is taken over', async () => {
  await new GraphStack(graph, 'AuthenticationEventListener').up(listener);
  await expect(new GraphStack(graph, 'AuthenticationEventListener').import('listener-1')).rejects.toThrow(
    "Graph does not tell which extension the listener 'listener-1' calls; declare it without an import: the one of its event and applications is taken over",
  );
});
